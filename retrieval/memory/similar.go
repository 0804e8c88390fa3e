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
	// listedFrom is the cosine from which a ticket is listed: four in ten of them are
	// similar, and 39 to 62 of 100 tickets have one.
	listedFrom = 0.08
	maxSimilar = 200 // neighbours that are ordered by likeness
	// SignaturesShown bounds the error signatures that an explanation names.
	SignaturesShown = 2

	// What makes two tickets alike besides their wording. The weight of time was chosen on
	// half of the pairs that helpers of a public help forum and two bug trackers had
	// pointed out; the others are for what such data do not contain, and are small.
	timeWeight      = 0.05 // for each e-fold of the days between them
	signatureWeight = 0.10 // the same error code or name
	serviceWeight   = 0.02
	requesterWeight = 0.05

	// duplicateFrom is the likeness from which an open ticket is offered for merging.
	duplicateFrom = 0.35

	// likenessSlope and likenessMiddle turn the sum into a likeness of 0 to 1: about the
	// share of pairs with that sum, of the same half, that had been pointed out.
	likenessSlope, likenessMiddle = 5.0, 0.9

	maxCommonWords = 3
)

// Request is the ticket for which similar ones are wanted.
type Request struct {
	Requester, Service string
	Created            time.Time
	Query              *terms.Query
}

// Match is a neighbour with its likeness to the ticket of a request.
type Match struct {
	neighbour
	Likeness   float64
	signatures []string // error signatures that both contain, as written
}

// Rank orders all resolved neighbours by their likeness, best first.
func (r Recalled) Rank(request Request) []Match { return request.rank(r.resolved) }

// Similar lists resolved tickets like that of the request, with what resolved them.
func (r Recalled) Similar(request Request, limit int) []desk.TicketHit {
	out := []desk.TicketHit{}
	for _, m := range request.rank(r.resolved[:min(len(r.resolved), maxSimilar)]) {
		if len(out) == limit {
			break
		}
		if m.padded >= listedFrom {
			out = append(out, desk.TicketHit{
				ID: m.ID, Subject: m.subject, Score: m.Likeness, Why: request.explain(m), Resolution: m.note,
			})
		}
	}
	return out
}

// Duplicates lists open tickets that are probably about the same.
func (r Recalled) Duplicates(request Request, limit int) []desk.DuplicateHit {
	out := []desk.DuplicateHit{}
	for _, m := range request.rank(r.open) {
		if len(out) == limit || m.Likeness < duplicateFrom {
			break
		}
		if m.padded >= SimilarFrom {
			out = append(out, desk.DuplicateHit{ID: m.ID, Subject: m.subject, Score: m.Likeness, Why: request.explain(m)})
		}
	}
	return out
}

// Alike lists the tickets, open or resolved, that are as much alike as duplicates, the most alike
// first.
func (r Recalled) Alike(request Request, limit int) []string {
	var out []string
	near := slices.Concat(r.open, r.resolved[:min(len(r.resolved), maxSimilar)])
	for _, m := range request.rank(near) {
		if len(out) == limit || m.Likeness < duplicateFrom {
			break
		}
		if m.padded >= SimilarFrom {
			out = append(out, m.ID)
		}
	}
	return out
}

func (r Request) rank(near []neighbour) []Match {
	out := make([]Match, 0, len(near))
	for _, n := range near {
		m := Match{neighbour: n}
		for _, s := range r.Query.Signatures {
			if slices.Contains(n.signatures, s.Term) {
				m.signatures = append(m.signatures, s.Text)
			}
		}
		m.Likeness = r.likeness(m)
		out = append(out, m)
	}
	slices.SortFunc(out, func(x, y Match) int {
		return cmp.Or(cmp.Compare(y.Likeness, x.Likeness), CompareIDs(x.ID, y.ID))
	})
	return out
}

// likeness combines wording, time, error signatures, service and requester. Wording
// counts twice, by the cosine with pairs of words and by the text score: they err on
// different tickets.
func (r Request) likeness(m Match) float64 {
	z := m.padded + m.text
	if !r.Created.IsZero() && !m.created.IsZero() {
		z -= timeWeight * math.Log1p(math.Abs(r.Created.Sub(m.created).Hours())/24)
	}
	if len(m.signatures) > 0 {
		z += signatureWeight
	}
	if r.Service != "" && r.Service == m.service {
		z += serviceWeight
	}
	if r.Requester != "" && r.Requester == m.requester {
		z += requesterWeight
	}
	return 1 / (1 + math.Exp(-likenessSlope*(z-likenessMiddle)))
}

// explain says in plain words what makes two tickets alike.
func (r Request) explain(m Match) []string {
	why := []string{}
	for _, s := range m.signatures[:min(len(m.signatures), SignaturesShown)] {
		why = append(why, "same error "+s)
	}
	switch share := int(m.padded*100 + .5); {
	case share >= 95:
		why = append(why, "nearly the same text")
	default:
		words := r.commonWords(m.subject)
		if len(words) > 0 {
			why = append(why, "subjects share: "+strings.Join(words, ", "))
		}
		why = append(why, fmt.Sprintf("similar wording (%d%%)", share))
	}
	if r.Requester != "" && r.Requester == m.requester {
		why = append(why, "same requester")
	}
	if r.Service != "" && r.Service == m.service {
		why = append(why, "same service")
	}
	if days := math.Abs(r.Created.Sub(m.created).Hours()) / 24; !r.Created.IsZero() && !m.created.IsZero() && days < 1 {
		why = append(why, "within a day")
	}
	if len(m.Articles) > 0 {
		why = append(why, "resolved with an article")
	}
	return why
}

// commonWords returns words of the request's subject that the other subject contains too.
func (r Request) commonWords(subject string) []string {
	held := map[string]bool{}
	for _, t := range terms.Of(terms.Truncate(terms.Valid(subject), terms.MaxTitleBytes)) {
		held[t.Term] = true
	}
	var out []string
	for _, t := range r.Query.Terms {
		word := strings.ToLower(t.Text)
		if t.InTitle && held[t.Term] && !slices.Contains(out, word) && len(out) < maxCommonWords {
			out = append(out, word)
		}
	}
	return out
}
