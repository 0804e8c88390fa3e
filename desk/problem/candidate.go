package problem

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Rule is the rule of the service model that found a candidate.
type Rule string

// The rules.
const (
	ByCluster  Rule = "cluster"
	ByOutage   Rule = "outage" // a suspected outage
	ByPriority Rule = "priority_1"
)

// CandidateState says what became of a candidate.
type CandidateState string

// The states of a candidate.
const (
	Waiting   CandidateState = "open"
	Dismissed CandidateState = "dismissed"
	Accepted  CandidateState = "accepted" // it is a problem now, or part of one
	Merged    CandidateState = "merged"   // into another candidate
)

// Candidate is a pattern in incidents that may be a problem.
type Candidate struct {
	ID       string         `json:"-"`
	Version  int            `json:"-"`
	Key      string         `json:"-"` // what the incidents have in common
	State    CandidateState `json:"-"`
	Rule     Rule           `json:"rule"`
	Title    string         `json:"title"`
	Services []string       `json:"services"`
	Tickets  []string       `json:"-"` // in the order of their numbers
	// Terms are the words that most of the tickets share, error signatures first.
	Terms      []string  `json:"terms"`
	Reopenings int       `json:"reopenings"`
	Changes    []Change  `json:"-"` // those before the first incident, newest first
	Since      time.Time `json:"since"`
	UpdatedAt  time.Time `json:"-"`
	// OutageAt is when an outage was suspected; zero for none.
	OutageAt  time.Time `json:"outage_at"`
	Reason    string    `json:"reason,omitempty"` // why it was dismissed
	DecidedBy string    `json:"decided_by,omitempty"`
	DecidedAt time.Time `json:"decided_at"`
	// Into is the problem or candidate that it has become part of.
	Into string `json:"into,omitempty"`
}

// Incident is a ticket as patterns see it.
type Incident struct {
	Ticket        string
	Subject, Body string // the body may be cut
	Requester     string
	Incident      bool // rather than a request, question or change
	Service       string
	Category      string
	Priority      int
	Reopens       int
	CreatedAt     time.Time
}

// MarkKind is a kind of mark.
type MarkKind string

// The kinds of marks, the strongest first.
const (
	BySignature MarkKind = "signature" // the same error code
	ByText      MarkKind = "text"      // much the same text as this ticket
	ByPlace     MarkKind = "place"     // the same service and category
	ByTicket    MarkKind = "ticket"    // itself
)

// Mark is something that incidents of one cluster have in common.
type Mark struct {
	Kind  MarkKind
	Value string
}

// Key returns the mark as one text.
func (m Mark) Key() string { return string(m.Kind) + ":" + m.Value }

// Marked is an incident with a mark.
type Marked struct {
	Ticket  string
	At      time.Time
	Covered bool // it belongs to a candidate or a problem
}

const maxMarks = 5 // error signatures of one ticket

// MarksOf returns the marks that an incident has by itself, the strongest first.
func MarksOf(i Incident, signatures []string) []Mark {
	if !i.Incident {
		return nil
	}
	var out []Mark
	for _, s := range signatures[:min(len(signatures), maxMarks)] {
		out = append(out, Mark{BySignature, strings.ToLower(s)})
	}
	if i.Service != "" && i.Category != "" {
		out = append(out, Mark{ByPlace, i.Service + "/" + i.Category})
	}
	return out
}

// Word is a word of a text: the term that it stands for, and how it is written.
type Word struct{ Term, Text string }

const (
	maxTerms  = 8
	leastTerm = 3 // runes of a word worth showing
)

// SharedTerms returns the words that most of the texts share, those in more texts first, and
// otherwise in the order of the first text.
func SharedTerms(texts [][]Word) []string {
	in, written := map[string]int{}, map[string]string{}
	var order []string
	for _, words := range texts {
		seen := map[string]bool{}
		for _, w := range words {
			if seen[w.Term] || len([]rune(w.Term)) < leastTerm {
				continue
			}
			seen[w.Term] = true
			if in[w.Term]++; in[w.Term] == 1 {
				written[w.Term] = w.Text
				order = append(order, w.Term)
			}
		}
	}
	most := max(2, (len(texts)+1)/2)
	order = slices.DeleteFunc(order, func(t string) bool { return in[t] < most })
	slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(in[b], in[a]) })
	var out []string
	for _, t := range order[:min(len(order), maxTerms)] {
		out = append(out, written[t])
	}
	return out
}

// addTickets returns the union of ticket ids in the order of their numbers.
func addTickets(have []string, more ...string) []string {
	out := slices.Concat(have, more)
	slices.SortFunc(out, func(a, b string) int {
		x, _ := strconv.ParseInt(a, 10, 64)
		y, _ := strconv.ParseInt(b, 10, 64)
		return cmp.Or(cmp.Compare(x, y), strings.Compare(a, b))
	})
	return slices.Compact(out)
}
