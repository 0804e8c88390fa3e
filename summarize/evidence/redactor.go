package evidence

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/redact"
	"github.com/deskbook/deskbook/summarize/thread"
)

// The kinds of what redaction removes that the composer asks about.
const (
	KindPassword = string(redact.Password)
	KindToken    = string(redact.Token)
	KindMail     = string(redact.Mail)
	KindPhone    = string(redact.Phone)
	KindName     = string(redact.Name)
)

// Redactor replaces secrets and personal data by placeholders such as "[email 1]".
// The same value gets the same placeholder in every text of one Redactor, so that a
// thread stays readable. It is not safe for concurrent use: make one per task.
type Redactor struct{ *redact.Redactor }

// NewRedactor makes a Redactor with a policy for addresses and names of machines. Names
// are people's names and e-mail addresses known from the ticket.
func NewRedactor(network redact.Network, names ...string) *Redactor {
	var patterns []*regexp.Regexp
	for _, n := range names {
		patterns = append(patterns, NamePatterns(n)...)
	}
	return &Redactor{redact.New(network, patterns)}
}

// Counts lists what was removed by kind, in order of name, with the places; repeats count.
func (r *Redactor) Counts() []kb.Redaction {
	var out []kb.Redaction
	for _, m := range r.Removed() {
		i := slices.IndexFunc(out, func(c kb.Redaction) bool { return c.Kind == string(m.Kind) })
		if i < 0 {
			i = len(out)
			out = append(out, kb.Redaction{Kind: string(m.Kind)})
		}
		out[i].Count += m.Count
		for _, w := range m.Where {
			if !slices.Contains(out[i].Where, w) {
				out[i].Where = append(out[i].Where, w)
			}
		}
	}
	slices.SortFunc(out, func(a, b kb.Redaction) int { return cmp.Compare(a.Kind, b.Kind) })
	return out
}

// Redactions counts the secrets and personal data in a text, for the content
// standard's check. Names of machines are no matter there: articles may name them.
func Redactions(text string) []kb.Redaction {
	r := NewRedactor(redact.None)
	r.Text(text)
	return r.Counts()
}

// NamePatterns makes patterns of a person's name: the whole name, and each part of
// three letters or more that is no common word. Parts must be capitalised: names
// such as Mark or Will are words otherwise.
func NamePatterns(name string) []*regexp.Regexp {
	name = thread.Tidy(name)
	if name == "" || strings.Contains(name, "@") {
		return nil // addresses are found by their form
	}
	var out []*regexp.Regexp
	parts := strings.Fields(name)
	if len(parts) > 1 {
		out = append(out, regexp.MustCompile(`(?i)`+boundary(name)))
	}
	for _, p := range parts {
		p = strings.Trim(p, ".,()'\"")
		lower := strings.ToLower(p)
		if len([]rune(p)) < 3 || thread.StopWords[lower] || ambiguousNames[lower] || thread.EmptySubjects[lower] || strings.IndexFunc(p, unicode.IsDigit) >= 0 {
			continue
		}
		out = append(out, regexp.MustCompile(boundary(thread.UpperFirst(lower))))
	}
	return out
}

// ambiguousNames are parts of names that open sentences as ordinary words.
var ambiguousNames = lexicon.Words("evidence/ambiguous-names")

// boundary matches a name as a whole. The word boundaries of patterns are those of
// ASCII, so a name that begins or ends with another letter has none there.
func boundary(s string) string {
	edge := func(c byte) string {
		if c < utf8.RuneSelf {
			return `\b`
		}
		return ""
	}
	return edge(s[0]) + strings.ReplaceAll(regexp.QuoteMeta(s), " ", `\s+`) + edge(s[len(s)-1])
}
