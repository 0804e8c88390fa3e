package redact

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/summarize/redact/person"
)

// Kind is the kind of a removed value.
type Kind string

// The kinds of removed values, as placeholders name them.
const (
	PrivateKey Kind = "private key"
	Password   Kind = "password" // one-time codes, PINs and recovery keys too
	Token      Kind = "token"    // cookies and authorization headers too
	Credential Kind = "credential in address"
	Mail       Kind = "email"
	IBAN       Kind = "iban"
	Card       Kind = "card number"
	Phone      Kind = "phone"
	Street     Kind = "street address"
	IP         Kind = "ip address"
	Host       Kind = "host name"
	Hardware   Kind = "hardware address"
	Identity   Kind = "personal number" // national numbers, and those of employees
	Account    Kind = "user name"       // in paths
	Birth      Kind = "date of birth"
	Name       Kind = "name"
)

// Kinds returns all kinds.
func Kinds() []Kind {
	return []Kind{
		PrivateKey, Password, Token, Credential, Mail, IBAN, Card, Phone, Street, IP, Host, Hardware, Identity,
		Account, Birth, Name,
	}
}

// Secret reports whether values of the kind give access to something; those of other kinds
// are personal data, or names of machines.
func (k Kind) Secret() bool { return k == Password || k == Token || k == PrivateKey || k == Credential }

// Network is the policy for addresses and names of machines.
type Network int

// The policies for addresses and names of machines. Public host names always stay: a
// thread about a service makes no sense without them.
const (
	Internal Network = iota // remove private and link-local IP addresses, internal names and file servers
	None                    // remove nothing
	All                     // remove all IP addresses, and what Internal removes
)

// Span is the byte range of a secret in a text.
type Span struct {
	From, To int
	Kind     Kind
}

// finding is a byte range of a view that holds a secret.
type finding struct {
	lo, hi int
	kind   Kind
}

// finder appends what it finds in a view. The findings of an earlier finder take
// precedence over those of a later one.
type finder func(v *view, out []finding) []finding

var (
	finders = []finder{
		findKeys, findAddresses, findHeaders, findCommands, findTables, findCued, findUnspaced, findPairs,
		findChanges, findReplies, findCodes, findKnownTokens, findRecovery, findMail, findSpelled, findAccounts,
		findHardware, findIdentity, findNumbers, findExtensions, findStreets, findBirths, findHomes, findNetwork,
	}
	// acrossBreaks also run on the joined view, for values that a line break splits. The
	// finders of numbers read across breaks themselves.
	acrossBreaks = []finder{findAddresses, findHeaders, findCued, findKnownTokens, findMail}
)

// Find returns the secrets and the personal data in a text, in order and without overlaps.
// The text must be valid UTF-8.
func Find(text string, n Network) []Span { return find(text, n, true) }

// find is Find with the names of people or without.
func find(text string, n Network, names bool) []Span {
	v := newView(text)
	taken := &taken{bytes: make([]bool, len(text))}
	v.network, v.taken = n, taken
	for _, f := range finders {
		for _, s := range f(v, nil) {
			lo, hi := v.span(s.lo, s.hi)
			taken.add(lo, hi, s.kind)
		}
	}
	if names {
		for _, s := range person.Find(v.text, v.lower) {
			lo, hi := v.span(s[0], s[1])
			taken.add(lo, hi, Name)
		}
	}
	if j, joins := v.joined(); j != nil {
		j.taken = taken
		for _, f := range acrossBreaks {
			for _, s := range f(j, nil) {
				i, _ := slices.BinarySearch(joins, s.lo+1)
				if i == len(joins) || joins[i] >= s.hi {
					continue // no break inside: the first pass has decided
				}
				lo, hi := j.span(s.lo, s.hi)
				taken.addBroken(text, lo, hi, s.kind)
			}
		}
	}
	slices.SortFunc(taken.spans, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	return taken.trim(text)
}

// taken collects spans and keeps them from overlapping.
type taken struct {
	bytes []bool // those of the text that are part of a span
	spans []Span
}

// free returns the ranges between lo and hi that are not taken.
func (t *taken) free(lo, hi int) [][2]int {
	var out [][2]int
	for i := lo; i < hi; i++ {
		switch n := len(out); {
		case t.bytes[i]:
		case n > 0 && out[n-1][1] == i:
			out[n-1][1]++
		default:
			out = append(out, [2]int{i, i + 1})
		}
	}
	return out
}

// add takes the free parts of a range that holds a secret. Personal data is added only
// when all of the range is free: what remains of it identifies nobody.
func (t *taken) add(lo, hi int, k Kind) {
	free := t.free(lo, hi)
	if !k.Secret() && !slices.Equal(free, [][2]int{{lo, hi}}) {
		return
	}
	for _, f := range free {
		for i := f[0]; i < f[1]; i++ {
			t.bytes[i] = true
		}
		t.spans = append(t.spans, Span{f[0], f[1], k})
	}
}

// addBroken adds a value that a line break splits. Where a part was found before, the
// rest must look like more of it: otherwise it is the first word of the next line.
func (t *taken) addBroken(text string, lo, hi int, k Kind) {
	free := t.free(lo, hi)
	if slices.Equal(free, [][2]int{{lo, hi}}) {
		t.add(lo, hi, k)
		return
	}
	for _, f := range free {
		t.addPieces(text, f[0], f[1], k)
	}
}

// addPieces adds the parts of a range, separated by white space, that are not words.
func (t *taken) addPieces(text string, lo, hi int, k Kind) {
	for lo < hi {
		piece := strings.TrimLeft(text[lo:hi], " \t\r\n>")
		lo = hi - len(piece)
		if end := strings.IndexAny(piece, " \t\r\n"); end >= 0 {
			piece = piece[:end]
		}
		if len(piece) >= 4 && (tokenLike(piece) || unlikeWord(piece)) {
			t.add(lo, lo+len(piece), k)
		}
		lo += max(1, len(piece))
	}
}

// trim returns the spans without white space at their ends and without empty ones;
// adjacent spans of one kind are merged, since they are parts of one value.
func (t *taken) trim(text string) []Span {
	out := t.spans[:0]
	for _, s := range t.spans {
		body := text[s.From:s.To]
		s.From += len(body) - len(strings.TrimLeft(body, " \t\r\n"))
		s.To = s.From + len(strings.TrimSpace(body))
		if s.From >= s.To {
			continue
		}
		if n := len(out); n > 0 && out[n-1].To == s.From && out[n-1].Kind == s.Kind {
			out[n-1].To = s.To
			continue
		}
		if isPlaceholder(text[s.From:s.To]) {
			continue
		}
		out = append(out, s)
	}
	return out
}

// isTaken reports whether both ends of a range are part of earlier findings.
func (v *view) isTaken(lo, hi int) bool {
	from, to := v.span(lo, hi)
	return to > from && v.taken.bytes[from] && v.taken.bytes[to-1]
}

// before returns up to n bytes before i, in lower case and in whole runes.
func (v *view) before(i, n int) string {
	lo := max(0, i-n)
	for lo < i && v.text[lo]&0xc0 == 0x80 {
		lo++
	}
	return v.lower[lo:i]
}

// after returns up to n bytes from i on, in whole runes.
func (v *view) after(i, n int) string {
	hi := min(len(v.text), i+n)
	for hi < len(v.text) && hi > i && v.text[hi]&0xc0 == 0x80 {
		hi--
	}
	return v.text[i:hi]
}

// wordByte reports whether a byte belongs to a word, as those of all non-ASCII runes do.
func wordByte(c byte) bool { return letter(c) || digitByte(c) || c >= 0x80 }

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

const asciiDigits = "0123456789"

func digitByte(c byte) bool { return c >= '0' && c <= '9' }

// occurrences returns where a text occurs in another, without overlaps.
func occurrences(text, of string) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; ; i += len(of) {
			n := strings.Index(text[i:], of)
			if n < 0 || !yield(i+n) {
				return
			}
			i += n
		}
	}
}

// byteAt returns the byte at i, or 0 outside the text.
func (v *view) byteAt(i int) byte {
	if i < 0 || i >= len(v.text) {
		return 0
	}
	return v.text[i]
}
