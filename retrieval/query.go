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
// (count in title and body + count in title)^queryPower.
type queryTerm struct {
	term    string
	weight  float64
	inTitle bool
	shown   string // as it was written, for explanations
}

// signature is an error code or name in the text.
type signature struct {
	shown string
	term  string // as the analysis gives it
}

// ticketQuery reads a ticket: its title counts twice, quotes and signatures go.
func ticketQuery(subject, body string) *query {
	q := &query{title: cut(valid(subject), maxTitleBytes), body: unquoted(cut(valid(body), maxQueryBytes))}
	q.weigh(true)
	q.signatures = signaturesIn(q.title + "\n" + q.body)
	return q
}

// boxQuery reads what was typed into the search box.
func boxQuery(text string) *query {
	q := &query{title: cut(valid(text), maxTitleBytes)}
	q.weigh(false)
	q.signatures = signaturesIn(q.title)
	return q
}

// weigh counts the terms and keeps the heaviest when there are too many: the
// title's first, then by weight, names and codes counting more, then as they come.
func (q *query) weigh(twice bool) {
	at := map[string]int{}
	count := func(text string, times float64, title bool) {
		for _, t := range terms(text) {
			i, ok := at[t.term]
			if !ok {
				i = len(q.terms)
				at[t.term] = i
				q.terms = append(q.terms, queryTerm{term: t.term, shown: text[t.start:t.end]})
			}
			q.terms[i].weight += times
			q.terms[i].inTitle = q.terms[i].inTitle || title
		}
	}
	if twice {
		count(q.title, 2, true)
	} else {
		count(q.title, 1, true)
	}
	count(q.body, 1, false)
	for i := range q.terms {
		q.terms[i].weight = math.Pow(q.terms[i].weight, queryPower)
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
