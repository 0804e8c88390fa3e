package evidence

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/summarize/redact"
	"github.com/deskbook/deskbook/summarize/thread"
)

// Evidence marks in a model's text, alone and in brackets: m3, [m3], [m3, p2], (m3).
var (
	markPattern  = regexp.MustCompile(`(?i)\b([mp])(\d{1,6})\b`)
	groupPattern = regexp.MustCompile(`(?i)[\[(【]\s*(?:[mp]\d{1,6}\s*[,;&]?\s*)+[\])】]`)
)

// splitMarks returns text without its bracketed evidence marks, and the marks in order, in
// lower case and without repeats.
func splitMarks(text string) (plain string, marks []string) {
	seen := map[string]bool{}
	plain = thread.Tidy(text)
	for range maxNesting { // "[m[m1]2]" without the inner mark is another
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

// maxNesting bounds the depth of marks within marks.
const maxNesting = 8

// Claim is a sentence with the marks that its writer gave it.
type Claim struct {
	Text  string   `json:"text"`
	Marks []string `json:"marks"`
}

// Resolve cleans a model's claim, looks up its marks and checks that they support it. It
// returns the text, shortened to limit runes, and the items it cites. It returns false for
// a claim that must not be shown: none of its marks exists, or they do not support it.
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
	if text == "" || !e.Supported(text, cited) || !placeholdersMatch(text, cited) {
		return "", nil, false
	}
	return text, needed(text, cited), true
}

// placeholdersMatch reports whether the cited items contain the claim's placeholders, those
// of one kind in the same order. The check of words cannot distinguish them, and one that
// was invented or swapped would be replaced by another person's data.
func placeholdersMatch(text string, cited []Item) bool {
	used := redact.Placeholders(text)
	if len(used) == 0 {
		return true
	}
	cited = slices.SortedStableFunc(slices.Values(cited), func(a, b Item) int { return cmp.Compare(a.Message, b.Message) })
	remaining := map[string][]string{} // by kind, in order
	for _, it := range cited {
		for _, p := range redact.Placeholders(it.Text) {
			kind := kindOf(p)
			remaining[kind] = append(remaining[kind], p)
		}
	}
	seen := map[string]bool{}
	for _, p := range used {
		if seen[p] {
			continue
		}
		kind := kindOf(p)
		at := slices.Index(remaining[kind], p)
		if at < 0 {
			return false
		}
		seen[p], remaining[kind] = true, remaining[kind][at+1:]
	}
	return true
}

func kindOf(placeholder string) string {
	return placeholder[:strings.LastIndexByte(placeholder, ' ')]
}

// needed returns the cited items that the text shares words with: citations would be
// worthless if a model could cite everything.
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

// active lists the elements whose content is not text.
const active = `script|style|iframe|svg|object`

var (
	tagPattern   = regexp.MustCompile(`(?s)<[/!?a-zA-Z][^<>]{0,900}>`)
	scriptBlocks = regexp.MustCompile(`(?is)<(?:` + active + `)\b.*?(?:</(?:` + active + `)\s*>|$)`)
	mdLink       = regexp.MustCompile(`!?\[([^\[\]]{0,300})\]\([^()]{0,900}\)`)
	mdRefLink    = regexp.MustCompile(`!?\[([^\[\]]{0,300})\]\[[^\[\]]{0,300}\]`)
)

// PlainText returns a model's text without markup, control characters and addresses that
// the cited evidence does not contain.
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
