package terms

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	MaxQueryBytes = 64 << 10 // of a ticket's body; what comes after is not read
	MaxTitleBytes = 2 << 10
	MaxQueryTerms = 400 // distinct terms that are scored

	maxSignatures     = 20
	MaxSignatureBytes = 16 << 10 // error codes further down are not looked for
)

// Query is a text ready to be ranked against: distinct terms with their weights.
type Query struct {
	Terms      []QueryTerm
	Signatures []Signature
	Title      string
	body       string // without quotes and signature
}

// QueryTerm is one distinct term. Its weight is
// (count in title and body + count in title)^queryPower, less for a word of the telling.
// A word that is read in several
// languages makes one term of each, which count as one.
type QueryTerm struct {
	Term       string
	span       [2]int // where it stands first
	WordNumber int    // the number of the word that it is a reading of
	Weight     float64
	InTitle    bool
	filler     bool   // see filler.go
	Text       string // as it was written, for explanations
}

// Signature is an error code or name in the text.
type Signature struct {
	Text string
	Term string // as the analysis gives it
}

// TicketQuery reads a ticket in these languages, in English where none is given: its
// title counts twice, quotes and signatures go.
func TicketQuery(subject, body string, in ...Language) *Query {
	q := &Query{Title: Truncate(Valid(subject), MaxTitleBytes), body: StripQuotes(Truncate(Valid(body), MaxQueryBytes))}
	q.weigh(2, in)
	q.Signatures = FindSignatures(q.Title + "\n" + q.body)
	return q
}

// SearchQuery reads what was typed into the search box.
func SearchQuery(text string, in ...Language) *Query {
	q := &Query{Title: Truncate(Valid(text), MaxTitleBytes)}
	q.weigh(1, in)
	q.Signatures = FindSignatures(q.Title)
	return q
}

// weigh counts the terms, those of the title so many times, and keeps the heaviest
// when there are too many: the title's first, then by weight, names and codes counting
// more, then as they come.
func (q *Query) weigh(times float64, in []Language) {
	if len(in) == 0 {
		in = []Language{English}
	}
	at, places := map[string]int{}, map[[2]int]int{}
	for _, l := range in {
		seen := map[string]float64{}
		var order []QueryTerm
		read := func(text string, from int, times float64, title bool) {
			for _, t := range In(l, text) {
				if seen[t.Term] == 0 {
					order = append(order, QueryTerm{
						Term: t.Term, span: [2]int{from + t.Start, from + t.End}, InTitle: title,
						filler: isFiller(l, t.Term), Text: text[t.Start:t.End],
					})
				}
				seen[t.Term] += times
			}
		}
		read(q.Title, 0, times, true)
		read(q.body, len(q.Title), 1, false)
		for _, t := range order {
			t.Weight = seen[t.Term]
			i, known := at[t.Term]
			if !known {
				at[t.Term] = len(q.Terms)
				q.Terms = append(q.Terms, t)
			} else {
				q.Terms[i].Weight = max(q.Terms[i].Weight, t.Weight)
			}
		}
	}
	for i := range q.Terms {
		t := &q.Terms[i]
		t.Weight = math.Pow(t.Weight, QueryPower)
		if t.filler {
			t.Weight *= fillerWeight
		}
		n, ok := places[t.span]
		if !ok {
			n = len(places)
			places[t.span] = n
		}
		t.WordNumber = n
	}
	if len(q.Terms) <= MaxQueryTerms {
		return
	}
	slices.SortStableFunc(q.Terms, func(a, b QueryTerm) int { return cmp.Compare(b.priority(), a.priority()) })
	q.Terms = slices.Clip(q.Terms[:MaxQueryTerms])
}

// claim orders terms when there are too many.
func (t QueryTerm) priority() float64 {
	c := t.Weight
	if t.InTitle {
		c += 1000
	}
	if isIdentifierTerm(t.Term) {
		c += 2
	}
	return c
}

// identifierTerm reports whether a term was kept whole as a name or a code.
func isIdentifierTerm(term string) bool {
	return strings.ContainsAny(term, "_\\:$@") || strings.HasPrefix(term, "0x")
}

var (
	attributionLine = regexp.MustCompile(`(?i)^\s*(on .{4,200} wrote|am .{4,200} schrieb.{0,80}|le .{4,200} a écrit|el .{4,200} escribió)\s*:\s*$`)
	forwardLine     = regexp.MustCompile(`(?i)^\s*(-{2,}\s*(original message|forwarded message|ursprüngliche nachricht|message d'origine)\s*-{2,}|begin forwarded message:|_{20,})\s*$`)
	headerFrom      = regexp.MustCompile(`(?i)^\s*\*?(from|von|de)\s*:\*?\s.+`)
	headerDate      = regexp.MustCompile(`(?i)^\s*\*?(sent|date|to|gesendet|an|envoyé|à)\s*:\*?\s.+`)
	deviceLine      = regexp.MustCompile(`(?i)^\s*(sent from my |get outlook for |von meinem .* gesendet|envoyé de mon )`)
)

// Unquoted takes from a message what its author did not write for this ticket:
// quoted lines, the history below a reply, the signature. A message of nothing else
// stays as it is.
func StripQuotes(text string) string {
	if !strings.ContainsAny(text, ">:-_") && !strings.Contains(text, "ent from my ") {
		return text
	}
	lines := strings.Split(text, "\n")
	kept := make([]string, 0, len(lines))
	for i, line := range lines {
		bare := strings.TrimRight(line, "\r")
		if bare == "-- " || bare == "--" && i > 0 {
			break
		}
		if forwardLine.MatchString(bare) || headerFrom.MatchString(bare) && i+1 < len(lines) && headerDate.MatchString(lines[i+1]) {
			break
		}
		if strings.HasPrefix(strings.TrimLeft(bare, " \t"), ">") || attributionLine.MatchString(bare) || deviceLine.MatchString(bare) {
			continue
		}
		kept = append(kept, line)
	}
	if out := strings.Join(kept, "\n"); strings.TrimSpace(out) != "" {
		return out
	}
	return text
}

var (
	codePattern   = regexp.MustCompile(`\b(0[xX][0-9a-fA-F]{4,16}|[A-Z]{2,10}[-_]?\d{3,8}|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|\w*[a-z](?:Exception|Error|Fault))\b`)
	numberPattern = regexp.MustCompile(`(?i)\b(?:error|code|errno|status|fehler|event id)\b[\s:#=]{0,3}(?:code|number|id)?[\s:#=]{0,3}(-?\d{3,10})\b`)
)

// SignaturesIn finds error codes and names, in order.
func FindSignatures(text string) []Signature {
	var out []Signature
	add := func(shown string) {
		var term string
		for _, t := range Of(shown) {
			if len(t.Term) > len(term) {
				term = t.Term
			}
		}
		known := func(s Signature) bool { return s.Term == term }
		if term != "" && len(shown) <= maxTermRunes && len(out) < maxSignatures && !slices.ContainsFunc(out, known) {
			out = append(out, Signature{shown, term})
		}
	}
	text = Truncate(text, MaxSignatureBytes)
	for _, m := range codePattern.FindAllString(text, 64) {
		add(m)
	}
	for _, m := range numberPattern.FindAllStringSubmatch(text, 64) {
		add(strings.TrimPrefix(m[1], "-"))
	}
	return out
}

// Cut shortens a text to so many bytes, never inside a rune.
func Truncate(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// QueryPower damps how often a ticket repeats a word.
const QueryPower = 0.6
