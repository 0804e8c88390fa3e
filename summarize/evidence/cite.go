package evidence

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/summarize/redact"
	"github.com/deskbook/deskbook/summarize/thread"
)

// markPattern finds evidence marks in text that a model returned, with or without
// brackets around lists of them: [m3], [m3, p2], (m3).
var (
	markPattern  = regexp.MustCompile(`(?i)\b([mp])(\d{1,6})\b`)
	groupPattern = regexp.MustCompile(`(?i)[\[(【]\s*(?:[mp]\d{1,6}\s*[,;&]?\s*)+[\])】]`)
)

// splitMarks takes the bracketed evidence marks out of text and lists them, lower
// case, without repeats, in order.
func splitMarks(text string) (plain string, marks []string) {
	seen := map[string]bool{}
	plain = thread.Tidy(text)
	for range maxNesting { // taking one out of "[m[m1]2]" makes another
		rest := groupPattern.ReplaceAllStringFunc(plain, func(group string) string {
			for _, m := range markPattern.FindAllString(group, -1) {
				if m = strings.ToLower(m); !seen[m] {
					seen[m] = true
					marks = append(marks, m)
				}
			}
			return ""
		})
		if rest = thread.Tidy(rest); rest == plain {
			break
		}
		plain = rest
	}
	return plain, marks
}

// maxNesting bounds how deep marks inside marks are followed.
const maxNesting = 8

// Claim is a sentence with the marks it was given.
type Claim struct {
	Text  string   `json:"text"`
	Marks []string `json:"marks"`
}

// Resolve cleans a claim that a model made, looks its marks up and checks its
// support. It gives ok=false for a claim that must not be shown: no mark that
// exists, or words that the evidence does not hold.
func (e *Set) Resolve(c Claim, limit int) (text string, cited []Item, ok bool) {
	text, inline := splitMarks(c.Text)
	seen := map[string]bool{}
	for _, m := range append(append([]string{}, c.Marks...), inline...) {
		m = strings.ToLower(strings.Trim(m, "[]() \t"))
		if it, known := e.Find(m); known && !seen[m] {
			seen[m] = true
			cited = append(cited, it)
		}
	}
	if len(cited) == 0 {
		return "", nil, false
	}
	text = thread.Shorten(PlainText(text, cited), limit)
	if text == "" || !e.Supported(text, cited) || !inPlace(text, cited) {
		return "", nil, false
	}
	return text, needed(text, cited), true
}

// inPlace reports whether the claim's placeholders stand in what it cites and, those of
// one kind, in the same order there. To the check of words they are all alike, and one
// that was made up or changed for another would come back as another person's value.
func inPlace(text string, cited []Item) bool {
	used := redact.Placeholders(text)
	if len(used) == 0 {
		return true
	}
	cited = slices.SortedStableFunc(slices.Values(cited), func(a, b Item) int { return cmp.Compare(a.Message, b.Message) })
	there := map[string][]string{} // by kind, what is still to come
	for _, it := range cited {
		for _, p := range redact.Placeholders(it.Text) {
			kind := kindOf(p)
			there[kind] = append(there[kind], p)
		}
	}
	seen := map[string]bool{}
	for _, p := range used {
		if seen[p] {
			continue
		}
		kind := kindOf(p)
		at := slices.Index(there[kind], p)
		if at < 0 {
			return false
		}
		seen[p], there[kind] = true, there[kind][at+1:]
	}
	return true
}

func kindOf(placeholder string) string {
	return placeholder[:strings.LastIndexByte(placeholder, ' ')]
}

// needed drops marks that add nothing: a model that cites everything would make its
// citations worthless.
func needed(text string, cited []Item) []Item {
	if len(cited) < 2 {
		return cited
	}
	want := thread.Stems(text)
	var out []Item
	for _, it := range cited {
		if thread.Overlap(want, it.Stems) >= 0.2 {
			out = append(out, it)
		}
	}
	if len(out) == 0 {
		return cited[:1]
	}
	return out
}

var (
	tagPattern   = regexp.MustCompile(`(?s)<[/!?a-zA-Z][^<>]{0,900}>`)
	scriptBlocks = regexp.MustCompile(`(?is)<(script|style|iframe|svg|object)\b.*?(</(script|style|iframe|svg|object)\s*>|$)`)
	mdLink       = regexp.MustCompile(`!?\[([^\[\]]{0,300})\]\([^()]{0,900}\)`)
	mdRefLink    = regexp.MustCompile(`!?\[([^\[\]]{0,300})\]\[[^\[\]]{0,300}\]`)
)

// PlainText makes a model's words plain: no markup, no control characters, no
// address that the cited evidence does not hold.
func PlainText(text string, cited []Item) string {
	text = scriptBlocks.ReplaceAllString(text, " ")
	text = tagPattern.ReplaceAllString(text, " ")
	text = mdLink.ReplaceAllString(text, "$1")
	text = mdRefLink.ReplaceAllString(text, "$1")
	text = thread.URLPattern.ReplaceAllStringFunc(text, func(u string) string {
		for _, it := range cited {
			if strings.Contains(it.Text, strings.TrimRight(u, ".,;:!?")) && strings.Contains(u, "://") {
				return u
			}
		}
		return ""
	})
	text = strings.NewReplacer("**", "", "__", "", "`", "").Replace(text)
	return thread.Tidy(text)
}
