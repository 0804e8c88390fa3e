package draft

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

var (
	// pointed matches what an instruction points at without naming it: "that file". The group is
	// the noun.
	pointed = lexicon.Pattern("draft/pointed-at")
	// namesThing matches what names a thing apart from others: a path, a file, a quotation, a
	// name in capitals.
	namesThing = regexp.MustCompile(
		`[\\/]\S|\b\w+\.\w{2,5}\b|["“„«][^"”“»]{2,}["”“»]|\b(?:called|named|namens|appelé|llamad[oa])\b`)
	// inThread matches references to the thread, which an article does not have.
	inThread = lexicon.Pattern("draft/in-thread")
	// several matches announcements of several requests.
	several = lexicon.Pattern("draft/several-things")
)

// withReferents returns the statements with the sentence of the thread that names what the first
// instruction points at. missing is what none names, "" if everything is named.
func withReferents(th *thread.Thread, ms []statement) (out []statement, missing string) {
	for i, m := range ms {
		if found := inThread.FindString(m.Text); found != "" {
			return ms, found
		}
		p := pointed.FindStringSubmatch(m.Text)
		if p == nil {
			continue
		}
		noun := thread.Stems(p[len(p)-1])
		earlier := slices.ContainsFunc(ms[:i], func(o statement) bool { return thread.Overlap(noun, o.Stems) == 1 })
		if earlier || namesThing.MatchString(m.Text) {
			continue
		}
		at := nameOf(th, m, noun)
		if at < 0 {
			return ms, p[0]
		}
		u := th.Sentences[at]
		named := statement{
			Span: u.Span, message: u.Message.N, reading: u.Reading, internal: u.Message.Visibility != desk.PublicReply,
		}
		return slices.Insert(slices.Clone(ms), i, named), ""
	}
	return ms, ""
}

// nameOf returns the index of the sentence before one like m that has the noun and names a thing;
// -1 if there is none.
func nameOf(th *thread.Thread, m statement, noun map[string]bool) int {
	for i, u := range th.Sentences {
		if u.Message.Kind != desk.Reply || thread.Jaccard(u.Stems, m.Stems) < 0.8 {
			continue
		}
		for j := i - 1; j >= 0 && th.Sentences[j].Index == u.Index; j-- {
			if o := th.Sentences[j]; thread.Overlap(noun, o.Stems) == 1 && namesThing.MatchString(o.Text) {
				return j
			}
		}
	}
	return -1
}

// severalRequests reports whether the opening message announces or numbers several requests: one
// article would mix them.
func severalRequests(th *thread.Thread) bool {
	numbered := 0
	for _, u := range th.Sentences {
		if u.Index > 0 {
			break
		}
		if several.MatchString(u.Text) {
			return true
		}
		if u.Form == thread.Step && u.Ordered && (u.Is(thread.NamesProblem) || u.Is(thread.Wish)) {
			numbered++
		}
	}
	return numbered > 1
}

// untold returns why the resolution cannot be told in an article, a verdict that is undecided if
// it can.
func untold(th *thread.Thread, missing string) verdict {
	switch {
	case missing != "":
		return none("The resolution says %q, and neither the note nor the thread says what that is.",
			thread.Shorten(missing, 60))
	case severalRequests(th):
		return none("The ticket has several requests: an article about each must be written by hand.")
	}
	return verdict{}
}

// contradiction is a statement that gives another value than an article does.
type contradiction struct {
	statement statement
	says      string // the article's sentence
	old, new  string // the values
}

// reason returns the contradiction in words.
func (c contradiction) reason(title string) string {
	return fmt.Sprintf("Contradiction: %q says %q, this resolution %q. One of them is wrong.",
		title, thread.Shorten(c.says, 120), thread.Shorten(c.statement.Text, 120))
}

// contradicted returns the first statement that an article has in nearly the same words with
// another number or name; ok is false if there is none.
func contradicted(ms []statement, text string) (c contradiction, ok bool) {
	sentences := thread.Segment(thread.BoundText(text))
	for _, m := range ms {
		words, values := split(m.Phrase)
		if len(values) == 0 || len(words) < 3 {
			continue
		}
		for _, s := range sentences {
			have, others := split(s.Phrase)
			if thread.Overlap(words, have) < 0.75 || thread.Overlap(have, words) < 0.5 {
				continue
			}
			fresh, gone := without(values, others), without(others, values)
			if len(fresh) == 1 && len(gone) == 1 && kindOf(fresh[0]) == kindOf(gone[0]) {
				return contradiction{statement: m, says: s.Text, old: gone[0], new: fresh[0]}, true
			}
		}
	}
	return c, false
}

// split returns the stems of a phrase without and with digits.
func split(p thread.Phrase) (words map[string]bool, values []string) {
	words = map[string]bool{}
	for _, w := range p.Words {
		switch {
		case w.Stop:
		case w.ID:
			values = append(values, w.Text)
		default:
			words[w.Stem] = true
		}
	}
	return words, values
}

func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

var digitsOnly = regexp.MustCompile(`^\d+$`)

// kindOf reports whether a value is a plain number: a port is not another host.
func kindOf(value string) bool { return digitsOnly.MatchString(value) }

// correct returns the verdict on an article with another value: an edit that replaces it, for a
// reviewer who decides which is right; a link where the value cannot be found in the text.
func correct(a kb.Article, c contradiction) verdict {
	v := verdict{decision: DecideEdit, article: a, added: []statement{c.statement}, against: &c}
	v.reason = c.reason(a.Title)
	if c.corrected(a.Markdown) == a.Markdown {
		v.decision, v.added, v.against = DecideLink, nil, nil
	}
	return v
}

// corrected returns the text with the article's value replaced where it stands nearest to the
// words of the statement; the text itself if no line has both.
func (c contradiction) corrected(markdown string) string {
	lines := strings.SplitAfter(markdown, "\n")
	words, _ := split(c.statement.Phrase)
	value := regexp.MustCompile(`(?i)(^|[^\w.-])` + regexp.QuoteMeta(c.old) + `($|[^\w-])`)
	best, top := -1, 0.0
	for i, l := range lines {
		have, _ := split(thread.Parse(l))
		if share := thread.Overlap(words, have); share > top && value.MatchString(l) {
			best, top = i, share
		}
	}
	if best < 0 {
		return markdown
	}
	lines[best] = value.ReplaceAllString(lines[best], "${1}"+strings.ReplaceAll(c.new, "$", "$$")+"${2}")
	return strings.Join(lines, "")
}
