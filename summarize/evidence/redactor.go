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

// The kinds of redacted data that the writers distinguish.
const (
	KindPassword = string(redact.Password)
	KindToken    = string(redact.Token)
	KindMail     = string(redact.Mail)
	KindPhone    = string(redact.Phone)
	KindIdentity = string(redact.Identity)
	KindName     = string(redact.Name)
)

// Redactor replaces secrets and personal data with placeholders such as "[email 1]". A
// value has the same placeholder in all texts of one Redactor, so that a thread stays
// readable. It is not safe for concurrent use: each task has its own.
type Redactor struct{ *redact.Redactor }

// NewRedactor returns a Redactor with a policy for addresses and names of machines. The
// names are those of the people in the ticket; e-mail addresses among them are ignored.
func NewRedactor(network redact.Network, names ...string) *Redactor {
	var patterns []*regexp.Regexp
	for _, n := range names {
		patterns = append(patterns, NamePatterns(n)...)
	}
	return &Redactor{redact.New(network, patterns)}
}

// Counts returns how often each kind of data was removed and where, ordered by kind.
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

// Redactions counts the secrets and personal data in a text, for the check of the content
// standard. Machines do not count: articles may name them.
func Redactions(text string) []kb.Redaction {
	r := NewRedactor(redact.None)
	r.Text(text)
	return r.Counts()
}

// NamePatterns returns patterns for a person's name: for the whole name, and for each part
// of at least three letters that is not a common word. Parts match with a capital only:
// without it, names such as Mark and Will are words.
func NamePatterns(name string) []*regexp.Regexp {
	name = thread.Tidy(name)
	if name == "" || strings.Contains(name, "@") {
		return nil // the redactor recognises addresses by their form
	}
	var out []*regexp.Regexp
	parts := strings.Fields(name)
	if len(parts) > 1 {
		out = append(out, regexp.MustCompile(`(?i)`+boundary(name)))
	}
	for _, p := range parts {
		p = strings.Trim(p, ".,()'\"")
		lower := strings.ToLower(p)
		word := thread.StopWords[lower] || ambiguousNames[lower] || thread.EmptySubjects[lower]
		if word || utf8.RuneCountInString(p) < 3 || strings.IndexFunc(p, unicode.IsDigit) >= 0 {
			continue
		}
		out = append(out, regexp.MustCompile(boundary(thread.UpperFirst(lower))))
	}
	return out
}

// ambiguousNames are parts of names that, as ordinary words, often begin a sentence.
var ambiguousNames = lexicon.Words("evidence/ambiguous-names")

// boundary returns a pattern that matches a name as a whole. \b knows ASCII letters only, so
// a name that begins or ends with another letter has no boundary there.
func boundary(s string) string {
	edge := func(c byte) string {
		if c < utf8.RuneSelf {
			return `\b`
		}
		return ""
	}
	return edge(s[0]) + strings.ReplaceAll(regexp.QuoteMeta(s), " ", `\s+`) + edge(s[len(s)-1])
}
