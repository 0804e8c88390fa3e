package handoff

import (
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

// findings returns what was established: the internal notes, each as a whole as far as a line
// holds it, and causes that only a public reply names. A note that only tells what was done
// belongs to the attempts.
func (x *extractor) findings() []Line {
	var candidates []candidate
	noted := map[string]bool{}
	for i, m := range x.Ticket.Messages {
		if m.Kind != desk.Reply || m.Visibility == desk.PublicReply || m.Automatic || !m.FromDesk {
			continue
		}
		for _, part := range x.noteParts(i) {
			candidates = append(candidates, x.passage(part, 1+0.5*x.newness(x.Sentences[part[0]])))
			for _, j := range part {
				for s := range x.Sentences[j].Stems {
					noted[s] = true
				}
			}
		}
	}
	for i, u := range x.Sentences {
		if isGeneral(u) && u.Is(thread.NamesCause) && u.Content >= 4 && !instructs(u) && !isNoise(u) &&
			u.Role != thread.Question && !u.Is(thread.Conditional) && !foundIt.MatchString(u.Text) &&
			thread.Overlap(u.Stems, noted) < 0.3 {
			candidates = append(candidates, x.passage([]int{i}, 0.5+0.5*x.newness(u)))
		}
	}
	return x.choose(candidates, MaxLines)
}

// foundIt matches reports that a cause was found, which do not name it.
var foundIt = lexicon.Pattern("handoff/found-it")

// noteParts returns the sentences of a note as parts that each fit a line; none if the note
// establishes nothing.
func (x *extractor) noteParts(index int) [][]int {
	var all []int
	establishes := false
	for i, u := range x.each(index) {
		if u.Role == thread.Question || u.Role == thread.Pleasantry {
			continue
		}
		if u.Form == thread.Code && !thread.ErrorCode.MatchString(u.Text) {
			continue
		}
		all = append(all, i)
		establishes = establishes || u.Content >= 2 && (!x.isEffort(i) || namesResult.MatchString(u.Text))
	}
	if !establishes {
		return nil
	}
	var out [][]int
	size := MaxLineRunes
	for _, i := range all {
		n := len([]rune(x.Sentences[i].Text)) + 1
		if size+n > MaxLineRunes {
			out, size = append(out, nil), 0
		}
		out[len(out)-1] = append(out[len(out)-1], i)
		size += n
	}
	return out
}

// namesResult matches what was found by doing something: "checked the log: certificate rejected".
var namesResult = regexp.MustCompile(`: \S|(?i)\b(?:shows?|showed|says|found|because)\b`)

// isEffort reports whether sentence i is an effort or part of one.
func (x *extractor) isEffort(i int) bool {
	return slices.ContainsFunc(x.efforts, func(e effort) bool { return e.at == i || slices.Contains(e.parts, i) })
}

// passage returns consecutive sentences of a message as one line.
func (x *extractor) passage(at []int, score float64) candidate {
	p := x.candidateAt(at[0], score)
	p.extra = at[1:]
	p.line.Text = thread.Shorten(x.join(at), MaxLineRunes)
	return p
}

// join returns sentences as one text.
func (x *extractor) join(at []int) string {
	var parts []string
	for _, i := range at {
		parts = append(parts, thread.SentenceEnd(lineText(x.Sentences[i].Text)))
	}
	return strings.Join(parts, " ")
}

// joinWithin returns sentences as one text of at most limit runes, without those that do not fit.
func (x *extractor) joinWithin(at []int, limit int) string {
	for n := len(at); n > 1; n-- {
		if text := x.join(at[:n]); len([]rune(text)) <= limit {
			if n < len(at) {
				text += " …"
			}
			return text
		}
	}
	return thread.Shorten(x.join(at[:1]), limit)
}
