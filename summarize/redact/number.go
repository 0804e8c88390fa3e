package redact

import (
	"regexp"
	"strings"

	"github.com/deskbook/deskbook/summarize/redact/digits"
)

// findAccounts finds bank account numbers (IBAN) by country, length and check digits.
func findAccounts(v *view, out []finding) []finding {
	for i := 0; i+15 <= len(v.text); i++ {
		if !letter(v.text[i]) || !letter(v.text[i+1]) || i > 0 && wordByte(v.text[i-1]) {
			continue
		}
		n, known := digits.IBANLengths[strings.ToUpper(v.text[i:i+2])]
		if !known {
			continue
		}
		compact, end := collect(v.text, i, n)
		if len(compact) != n || wordByte(v.byteAt(end)) || !digitByte(compact[2]) || !digitByte(compact[3]) {
			continue
		}
		if countDigits(compact) >= 8 && digits.IBAN(compact) {
			out = append(out, finding{i, end, IBAN})
			i = end
		}
	}
	return out
}

// collect returns n letters and digits from i on, in capitals and without the separators
// between them, and where they end.
func collect(s string, i, n int) (compact string, end int) {
	b := make([]byte, 0, n)
	gap := 0
	for ; i < len(s) && len(b) < n; i++ {
		switch c := s[i]; {
		case letter(c) || digitByte(c):
			if c >= 'a' {
				c -= 'a' - 'A'
			}
			b = append(b, c)
			gap = 0
		case (c == ' ' || c == '-' || c == '.' || c == '\n' || c == '\r') && gap < 2:
			gap++
		default:
			return "", i
		}
	}
	return string(b), i
}

// recovery matches the recovery key of an encrypted disk.
var recovery = regexp.MustCompile(`\b\d{6}(?:[ \n-]{1,2}\d{6}){7}\b`)

func findRecovery(v *view, out []finding) []finding {
	for _, s := range numberRuns(v) {
		if s.digits >= 48 {
			for _, m := range recovery.FindAllStringIndex(v.text[s.lo:s.hi], -1) {
				out = append(out, finding{s.lo + m[0], s.lo + m[1], Password})
			}
		}
	}
	return out
}

// run is a sequence of groups of digits.
type run struct {
	lo, hi int
	digits int
	groups [][2]int
}

const maxRun = 30 // groups

// numberRuns returns the groups of digits with at most three separators between them.
func numberRuns(v *view) []run {
	var out []run
	for i := 0; i < len(v.text); i++ {
		if !digitByte(v.text[i]) {
			continue
		}
		lo := i
		for lo > 0 && (v.text[lo-1] == '(' || v.text[lo-1] == '+') && i-lo < 2 {
			lo--
		}
		r := run{lo: lo}
		for i < len(v.text) && len(r.groups) < maxRun {
			from := i
			for i < len(v.text) && digitByte(v.text[i]) {
				i++
			}
			r.groups = append(r.groups, [2]int{from, i})
			r.digits += i - from
			next := nextGroup(v.text, i)
			if next < 0 {
				break
			}
			i = next
		}
		r.hi = r.groups[len(r.groups)-1][1]
		i = r.hi
		out = append(out, r)
	}
	return out
}

// nextGroup returns where the next group of digits begins after the separators at i, or
// -1 without one.
func nextGroup(s string, i int) int {
	for n := i; n < min(len(s), i+4); n++ {
		if digitByte(s[n]) {
			return n
		}
		if strings.IndexByte(" \t\r\n.-/()_", s[n]) < 0 {
			return -1
		}
	}
	return -1
}

// findNumbers finds card and phone numbers.
func findNumbers(v *view, out []finding) []finding {
	for _, r := range numberRuns(v) {
		if cards := findCards(v, r); len(cards) > 0 {
			out = append(out, cards...)
			continue
		}
		if r.digits >= 6 {
			out = findPhones(v, r, out)
		}
	}
	return out
}

// findCards returns the card numbers in a run: whole groups of digits that pass the check.
func findCards(v *view, r run) []finding {
	var out []finding
	for a := 0; a < len(r.groups); a++ {
		var ds []byte
		for b := a; b < len(r.groups); b++ {
			g := r.groups[b]
			if len(ds)+g[1]-g[0] > 19 {
				break
			}
			ds = append(ds, v.text[g[0]:g[1]]...)
			if b > a && (len(ds) == 13 || len(r.groups) > 8 || b-a > 5) {
				continue
			}
			card := r.groups[a : b+1]
			dotted := v.dotted(card) && (len(card) != 4 || len(ds) != 16) // as versions are
			if digits.Card(string(ds)) && cardGroups(card) && !dotted && !v.inToken(card[0][0], g[1]) {
				out = append(out, finding{card[0][0], g[1], Card})
				a = b
				break
			}
		}
	}
	return out
}

// cardGroups reports whether cards are written in groups of these sizes: four digits
// first and six at most, the last group aside, which a line break may have split.
func cardGroups(gs [][2]int) bool {
	if len(gs) <= 2 {
		return true
	}
	for _, g := range gs[:len(gs)-1] {
		if n := g[1] - g[0]; n > 6 {
			return false
		}
	}
	return gs[0][1]-gs[0][0] == 4
}

// dotted reports whether all separators are dots, as in a version number.
func (v *view) dotted(gs [][2]int) bool {
	for i := 1; i < len(gs); i++ {
		if v.text[gs[i-1][1]:gs[i][0]] != "." {
			return false
		}
	}
	return len(gs) > 1
}

// inToken reports whether a range is part of a longer word, path or number.
func (v *view) inToken(lo, hi int) bool {
	b, a := v.byteAt(lo-1), v.byteAt(hi)
	b2, a2 := v.byteAt(lo-2), v.byteAt(hi+1)
	if wordByte(b) || wordByte(a) || a == '_' || strings.IndexByte("_#$%&", b) >= 0 || b == '=' && !wordByte(b2) {
		return true
	}
	if strings.IndexByte(`.-/:\`, b) >= 0 && wordByte(b2) {
		return b != ':' || !letter(b2)
	}
	return a == '.' && digitByte(a2) || strings.IndexByte(`-/\:@`, a) >= 0 && wordByte(a2)
}
