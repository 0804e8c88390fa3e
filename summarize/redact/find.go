package redact

import (
	"cmp"
	"slices"
	"strings"
)

// Kind is what a removed value was.
type Kind string

// The kinds of what is removed; they are the words of the placeholders.
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
	Name       Kind = "name"
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{PrivateKey, Password, Token, Credential, Mail, IBAN, Card, Phone, Street, IP, Host, Name}
}

// Network says which addresses and names of machines are removed.
type Network int

// The policies for addresses and names of machines. Public host names always stay:
// without them a thread about a service cannot be read.
const (
	Internal Network = iota // private and link-local IP addresses, names under internal domains, names of shares
	None                    // nothing
	All                     // every IP address, and what Internal removes
)

// Span is a stretch of a text, in bytes, that holds a secret.
type Span struct {
	From, To int
	Kind     Kind
}

// found is a span of a view.
type found struct {
	lo, hi int
	kind   Kind
}

// finder is one way of finding. What an earlier one found, a later one cannot take.
type finder func(v *view, out []found) []found

func finders(n Network) []finder {
	fs := []finder{findKeys, findAddresses, findHeaders, findCued, findKnownTokens, findRecovery, findMail, findAccounts, findNumbers, findStreets}
	if n != None {
		fs = append(fs, func(v *view, out []found) []found { return findNetwork(v, n, out) })
	}
	return fs
}

// acrossBreaks are the finders that also read values with a line break inside; numbers
// in groups are read across breaks by their own finder.
func acrossBreaks() []finder {
	return []finder{findAddresses, findHeaders, findCued, findKnownTokens, findMail}
}

// Find gives the secrets of a text in order, not overlapping. The text must be valid UTF-8.
func Find(text string, n Network) []Span {
	v := newView(text)
	taken := newTaken(len(text))
	v.taken = taken
	for _, f := range finders(n) {
		for _, s := range f(v, nil) {
			lo, hi := v.span(s.lo, s.hi)
			taken.add(lo, hi, s.kind)
		}
	}
	if j, joins := v.joined(); j != nil {
		j.taken = taken
		for _, f := range acrossBreaks() {
			for _, s := range f(j, nil) {
				i, _ := slices.BinarySearch(joins, s.lo+1)
				if i == len(joins) || joins[i] >= s.hi {
					continue // not across a break: found already, or no secret on its own
				}
				lo, hi := j.span(s.lo, s.hi)
				taken.addTorn(text, lo, hi, s.kind)
			}
		}
	}
	slices.SortFunc(taken.spans, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	return taken.trim(text)
}

// taken keeps spans apart: what overlaps gives up what is taken.
type taken struct {
	bytes []uint64 // a bit a byte
	spans []Span
}

func newTaken(size int) *taken { return &taken{bytes: make([]uint64, size/64+1)} }

func (t *taken) has(i int) bool { return t.bytes[i/64]&(1<<(i%64)) != 0 }

// add takes the free parts of the stretch when it is a secret; personal data that
// overlaps something taken is left, since its other half is then no longer any.
func (t *taken) add(lo, hi int, k Kind) {
	secret := k == Password || k == Token || k == PrivateKey || k == Credential
	if !secret {
		for i := lo; i < hi; i++ {
			if t.has(i) {
				return
			}
		}
	}
	for i := lo; i < hi; {
		if t.has(i) {
			i++
			continue
		}
		from := i
		for i < hi && !t.has(i) {
			t.bytes[i/64] |= 1 << (i % 64)
			i++
		}
		t.spans = append(t.spans, Span{from, i, k})
	}
}

// addTorn takes a value with a break inside. Where a part was found on its own, the
// rest must look like more of it: else it is the first word of the next line.
func (t *taken) addTorn(text string, lo, hi int, k Kind) {
	free, whole := lo, true
	for i := lo; i <= hi; i++ {
		if i < hi && !t.has(i) {
			continue
		}
		if i < hi {
			whole = false
		}
		if i < hi || !whole {
			t.addPieces(text, free, i, k)
		}
		free = i + 1
	}
	if whole {
		t.add(lo, hi, k)
	}
}

// addPieces takes the runs without white space that are no words.
func (t *taken) addPieces(text string, lo, hi int, k Kind) {
	for lo < hi {
		piece := strings.TrimLeft(text[lo:hi], " \t\r\n>")
		lo = hi - len(piece)
		if end := strings.IndexAny(piece, " \t\r\n"); end >= 0 {
			piece = piece[:end]
		}
		if len(piece) >= 4 && (mixed(piece) || odd(piece)) {
			t.add(lo, lo+len(piece), k)
		}
		lo += max(1, len(piece))
	}
}

// trim takes the white space off the spans' ends, drops those without content, and
// joins neighbours: a value found in two pieces is one value.
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

// found reports whether a stretch was found already, by its ends.
func (v *view) found(lo, hi int) bool {
	from, to := v.span(lo, hi)
	return v.taken != nil && to > from && v.taken.has(from) && v.taken.has(to-1)
}

// before gives up to n bytes before i, cut at no rune's middle.
func (v *view) before(i, n int) string {
	lo := max(0, i-n)
	for lo < i && v.text[lo]&0xc0 == 0x80 {
		lo++
	}
	return v.lower[lo:i]
}

// after gives up to n bytes from i on, cut at no rune's middle.
func (v *view) after(i, n int) string {
	hi := min(len(v.text), i+n)
	for hi < len(v.text) && hi > i && v.text[hi]&0xc0 == 0x80 {
		hi--
	}
	return v.text[i:hi]
}

// wordByte reports whether a byte belongs to a word; those of other scripts do.
func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}

func digitByte(c byte) bool { return c >= '0' && c <= '9' }

// at gives the byte at i, 0 outside.
func (v *view) byteAt(i int) byte {
	if i < 0 || i >= len(v.text) {
		return 0
	}
	return v.text[i]
}
