package retrieval

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxQueryBytes = 64 << 10 // of a ticket's body; what comes after is not read
	maxTitleBytes = 2 << 10
	maxQueryTerms = 400 // distinct terms that are scored

	maxSignatures     = 20
	maxSignatureBytes = 16 << 10 // error codes further down are not looked for
)

// query is a text ready to be ranked against: distinct terms with their weights.
type query struct {
	terms      []queryTerm
	signatures []signature
	title      string
	body       string // without quotes and signature
}

// queryTerm is one distinct term. Its weight is
// (count in title and body + count in title)^queryPower, less for a word of the telling.
// A word that is read in several
// languages makes one term of each, which count as one.
type queryTerm struct {
	term    string
	at      [2]int // where it stands first
	word    int    // the number of the word that it is a reading of
	weight  float64
	inTitle bool
	telling bool   // see filler.go
	shown   string // as it was written, for explanations
}

// signature is an error code or name in the text.
type signature struct {
	shown string
	term  string // as the analysis gives it
}

// ticketQuery reads a ticket in these languages, in English where none is given: its
// title counts twice, quotes and signatures go.
func ticketQuery(subject, body string, in ...language) *query {
	q := &query{title: cut(valid(subject), maxTitleBytes), body: unquoted(cut(valid(body), maxQueryBytes))}
	q.weigh(2, in)
	q.signatures = signaturesIn(q.title + "\n" + q.body)
	return q
}

// boxQuery reads what was typed into the search box.
func boxQuery(text string, in ...language) *query {
	q := &query{title: cut(valid(text), maxTitleBytes)}
	q.weigh(1, in)
	q.signatures = signaturesIn(q.title)
	return q
}

// weigh counts the terms, those of the title so many times, and keeps the heaviest
// when there are too many: the title's first, then by weight, names and codes counting
// more, then as they come.
func (q *query) weigh(times float64, in []language) {
	if len(in) == 0 {
		in = []language{english}
	}
	at, places := map[string]int{}, map[[2]int]int{}
	for _, l := range in {
		seen := map[string]float64{}
		var order []queryTerm
		read := func(text string, from int, times float64, title bool) {
			for _, t := range termsIn(l, text) {
				if seen[t.term] == 0 {
					order = append(order, queryTerm{
						term: t.term, at: [2]int{from + t.start, from + t.end}, inTitle: title,
						telling: filler(l, t.term), shown: text[t.start:t.end],
					})
				}
				seen[t.term] += times
			}
		}
		read(q.title, 0, times, true)
		read(q.body, len(q.title), 1, false)
		for _, t := range order {
			t.weight = seen[t.term]
			i, known := at[t.term]
			if !known {
				at[t.term] = len(q.terms)
				q.terms = append(q.terms, t)
			} else {
				q.terms[i].weight = max(q.terms[i].weight, t.weight)
			}
		}
	}
	for i := range q.terms {
		t := &q.terms[i]
		t.weight = math.Pow(t.weight, queryPower)
		if t.telling {
			t.weight *= fillerWeight
		}
		n, ok := places[t.at]
		if !ok {
			n = len(places)
			places[t.at] = n
		}
		t.word = n
	}
	if len(q.terms) <= maxQueryTerms {
		return
	}
	slices.SortStableFunc(q.terms, func(a, b queryTerm) int { return cmp.Compare(b.claim(), a.claim()) })
	q.terms = slices.Clip(q.terms[:maxQueryTerms])
}

// claim orders terms when there are too many.
func (t queryTerm) claim() float64 {
	c := t.weight
	if t.inTitle {
		c += 1000
	}
	if identifierTerm(t.term) {
		c += 2
	}
	return c
}

// identifierTerm reports whether a term was kept whole as a name or a code.
func identifierTerm(term string) bool {
	return strings.ContainsAny(term, "_\\:$@") || strings.HasPrefix(term, "0x")
}

var (
	wroteLine   = regexp.MustCompile(`(?i)^\s*(on .{4,200} wrote|am .{4,200} schrieb.{0,80}|le .{4,200} a écrit|el .{4,200} escribió)\s*:\s*$`)
	originalRow = regexp.MustCompile(`(?i)^\s*(-{2,}\s*(original message|forwarded message|ursprüngliche nachricht|message d'origine)\s*-{2,}|begin forwarded message:|_{20,})\s*$`)
	headerRow   = regexp.MustCompile(`(?i)^\s*\*?(from|von|de)\s*:\*?\s.+`)
	headerNext  = regexp.MustCompile(`(?i)^\s*\*?(sent|date|to|gesendet|an|envoyé|à)\s*:\*?\s.+`)
	deviceRow   = regexp.MustCompile(`(?i)^\s*(sent from my |get outlook for |von meinem .* gesendet|envoyé de mon )`)
)

// unquoted takes from a message what its author did not write for this ticket:
// quoted lines, the history below a reply, the signature. A message of nothing else
// stays as it is.
func unquoted(text string) string {
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
		if originalRow.MatchString(bare) || headerRow.MatchString(bare) && i+1 < len(lines) && headerNext.MatchString(lines[i+1]) {
			break
		}
		if strings.HasPrefix(strings.TrimLeft(bare, " \t"), ">") || wroteLine.MatchString(bare) || deviceRow.MatchString(bare) {
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

// signaturesIn finds error codes and names, in order.
func signaturesIn(text string) []signature {
	var out []signature
	add := func(shown string) {
		var term string
		for _, t := range terms(shown) {
			if len(t.term) > len(term) {
				term = t.term
			}
		}
		known := func(s signature) bool { return s.term == term }
		if term != "" && len(shown) <= maxTermRunes && len(out) < maxSignatures && !slices.ContainsFunc(out, known) {
			out = append(out, signature{shown, term})
		}
	}
	text = cut(text, maxSignatureBytes)
	for _, m := range codePattern.FindAllString(text, 64) {
		add(m)
	}
	for _, m := range numberPattern.FindAllStringSubmatch(text, 64) {
		add(strings.TrimPrefix(m[1], "-"))
	}
	return out
}

// cut shortens a text to so many bytes, never inside a rune.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// queryPower damps how often a ticket repeats a word.
const queryPower = 0.6
