package memory

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/retrieval/terms"
)

const (
	// SimilarFrom is the cosine from which a ticket is called similar. Of the five nearest
	// tickets of a public help forum that reach it, about half were resolved with the same
	// article, among 25 remembered ones as among 400; at 0.15 no more were, and half as
	// many tickets had any.
	SimilarFrom = 0.10
	// listedFrom is the cosine from which a ticket is shown to look at: four in ten of
	// them, and 39 to 62 of 100 tickets have one.
	listedFrom = 0.08
	MaxSimilar = 200 // similar tickets looked at

	// What makes two tickets alike, beside their wording. The weight of time was chosen
	// on half of the pairs that helpers of a public help forum and two bug trackers had
	// pointed out; the others stand for what such data do not tell, and are small.
	timeWeight      = 0.05 // for each e-fold of the days between them
	signatureWeight = 0.10 // the same error code or name
	serviceWeight   = 0.02
	requesterWeight = 0.05

	// duplicateFrom is the likeness from which an open ticket is offered for merging.
	duplicateFrom = 0.35

	// likenessSlope and likenessMiddle turn the sum into a likeness of 0 to 1: about the
	// share of pairs with that sum, of the same half, that had been pointed out.
	likenessSlope, likenessMiddle = 5.0, 0.9

	wordsInCommon = 3
)

// Request is the ticket for which similar ones are looked for.
type Request struct {
	Requester, Service string
	Created            time.Time
	Signs              []terms.Signature
	Words              *terms.Query
}

// Match is a neighbour with how much it is like the ticket asked about.
type Match struct {
	neighbour
	Likeness float64
	signs    []string // error signatures that both hold, as written
}

// Rank orders neighbours by their likeness, best first.
func (a Request) Rank(near []neighbour) []Match {
	out := make([]Match, 0, len(near))
	for _, n := range near {
		x := Match{neighbour: n}
		for _, s := range a.Signs {
			if slices.Contains(n.signs, s.Term) {
				x.signs = append(x.signs, s.Shown)
			}
		}
		x.Likeness = a.likeness(x)
		out = append(out, x)
	}
	slices.SortFunc(out, func(x, y Match) int {
		return cmp.Or(cmp.Compare(y.Likeness, x.Likeness), CompareIDs(x.ID, y.ID))
	})
	return out
}

// likeness joins wording, time, error signatures, service and requester. Wording
// counts twice, by the cosine with pairs of words and by the text score: they err on
// different tickets.
func (a Request) likeness(x Match) float64 {
	z := x.alike + x.text
	if !a.Created.IsZero() && !x.created.IsZero() {
		z -= timeWeight * math.Log1p(math.Abs(a.Created.Sub(x.created).Hours())/24)
	}
	if len(x.signs) > 0 {
		z += signatureWeight
	}
	if a.Service != "" && a.Service == x.service {
		z += serviceWeight
	}
	if a.Requester != "" && a.Requester == x.requester {
		z += requesterWeight
	}
	return 1 / (1 + math.Exp(-likenessSlope*(z-likenessMiddle)))
}

// Similar shows resolved tickets like this one with what resolved them.
func (a Request) Similar(near []neighbour, limit int) []desk.TicketHit {
	out := []desk.TicketHit{}
	for _, x := range a.Rank(near) {
		if len(out) == limit {
			break
		}
		if x.alike >= listedFrom {
			out = append(out, desk.TicketHit{ID: x.ID, Subject: x.subject, Score: x.Likeness, Why: a.why(x), Resolution: x.note})
		}
	}
	return out
}

// Duplicates shows tickets still worked on that are probably about the same.
func (a Request) Duplicates(near []neighbour, limit int) []desk.DuplicateHit {
	out := []desk.DuplicateHit{}
	for _, x := range a.Rank(near) {
		if len(out) == limit || x.Likeness < duplicateFrom {
			break
		}
		if x.alike >= SimilarFrom {
			out = append(out, desk.DuplicateHit{ID: x.ID, Subject: x.subject, Score: x.Likeness, Why: a.why(x)})
		}
	}
	return out
}

// why says in plain words what makes two tickets alike.
func (a Request) why(x Match) []string {
	why := []string{}
	for _, s := range x.signs[:min(len(x.signs), SignaturesShown)] {
		why = append(why, "same error "+s)
	}
	switch share := int(x.alike*100 + .5); {
	case share >= 95:
		why = append(why, "nearly the same text")
	default:
		words := a.inCommon(x.subject)
		if len(words) > 0 {
			why = append(why, "subjects share: "+strings.Join(words, ", "))
		}
		why = append(why, fmt.Sprintf("similar wording (%d%%)", share))
	}
	if a.Requester != "" && a.Requester == x.requester {
		why = append(why, "same requester")
	}
	if a.Service != "" && a.Service == x.service {
		why = append(why, "same service")
	}
	if days := math.Abs(a.Created.Sub(x.created).Hours()) / 24; !a.Created.IsZero() && !x.created.IsZero() && days < 1 {
		why = append(why, "within a day")
	}
	if len(x.Articles) > 0 {
		why = append(why, "resolved with an article")
	}
	return why
}

// inCommon gives words of the ticket's own subject that the other subject holds.
func (a Request) inCommon(subject string) []string {
	held := map[string]bool{}
	for _, t := range terms.Of(terms.Cut(terms.Valid(subject), terms.MaxTitleBytes)) {
		held[t.Term] = true
	}
	var out []string
	for _, t := range a.Words.Terms {
		if word := strings.ToLower(t.Shown); t.InTitle && held[t.Term] && !slices.Contains(out, word) && len(out) < wordsInCommon {
			out = append(out, word)
		}
	}
	return out
}

// signLines gives the parts of a text in which an error code or name can stand:
// chunks with a digit, an underscore or the ending of an exception, each with the
// words before it. Looking for signatures costs too much to do it on every word of a
// hundred thousand tickets.
func signLines(text string) string {
	const before = 3
	words := strings.Fields(terms.Cut(text, terms.MaxSignatureBytes))
	var b strings.Builder
	taken := 0
	for i, w := range words {
		if !strings.ContainsAny(w, "0123456789_") && !strings.Contains(w, "Exception") && !strings.Contains(w, "Error") && !strings.Contains(w, "Fault") {
			continue
		}
		for _, x := range words[max(taken, i-before) : i+1] {
			b.WriteString(x)
			b.WriteByte(' ')
		}
		taken = i + 1
	}
	return b.String()
}

const SignaturesShown = 2
