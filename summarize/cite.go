package summarize

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/summarize/redact"
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
	plain = tidy(text)
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
		if rest = tidy(rest); rest == plain {
			break
		}
		plain = rest
	}
	return plain, marks
}

// maxNesting bounds how deep marks inside marks are followed.
const maxNesting = 8

// claim is a sentence with the marks it was given.
type claim struct {
	Text  string   `json:"text"`
	Marks []string `json:"marks"`
}

// resolve cleans a claim that a model made, looks its marks up and checks its
// support. It gives ok=false for a claim that must not be shown: no mark that
// exists, or words that the evidence does not hold.
func (e *evidence) resolve(c claim, limit int) (text string, cited []item, ok bool) {
	text, inline := splitMarks(c.Text)
	seen := map[string]bool{}
	for _, m := range append(append([]string{}, c.Marks...), inline...) {
		m = strings.ToLower(strings.Trim(m, "[]() \t"))
		if it, known := e.find(m); known && !seen[m] {
			seen[m] = true
			cited = append(cited, it)
		}
	}
	if len(cited) == 0 {
		return "", nil, false
	}
	text = shorten(plainText(text, cited), limit)
	if text == "" || !e.supported(text, cited) || !inPlace(text, cited) {
		return "", nil, false
	}
	return text, needed(text, cited), true
}

// inPlace reports whether the claim's placeholders stand in what it cites and, those of
// one kind, in the same order there. To the check of words they are all alike, and one
// that was made up or changed for another would come back as another person's value.
func inPlace(text string, cited []item) bool {
	used := redact.Placeholders(text)
	if len(used) == 0 {
		return true
	}
	cited = slices.SortedStableFunc(slices.Values(cited), func(a, b item) int { return cmp.Compare(a.message, b.message) })
	there := map[string][]string{} // by kind, what is still to come
	for _, it := range cited {
		for _, p := range redact.Placeholders(it.text) {
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
func needed(text string, cited []item) []item {
	if len(cited) < 2 {
		return cited
	}
	want := stems(text)
	var out []item
	for _, it := range cited {
		if overlap(want, stems(it.text)) >= 0.2 {
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

// plainText makes a model's words plain: no markup, no control characters, no
// address that the cited evidence does not hold.
func plainText(text string, cited []item) string {
	text = scriptBlocks.ReplaceAllString(text, " ")
	text = tagPattern.ReplaceAllString(text, " ")
	text = mdLink.ReplaceAllString(text, "$1")
	text = mdRefLink.ReplaceAllString(text, "$1")
	text = urlPattern.ReplaceAllStringFunc(text, func(u string) string {
		for _, it := range cited {
			if strings.Contains(it.text, strings.TrimRight(u, ".,;:!?")) && strings.Contains(u, "://") {
				return u
			}
		}
		return ""
	})
	text = strings.NewReplacer("**", "", "__", "", "`", "").Replace(text)
	return tidy(text)
}
