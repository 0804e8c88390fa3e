package problem

import (
	"context"
	"time"

	"github.com/deskbook/deskbook/internal/journal"
)

// Build returns the journal entry of a write, which names the object by the id that the store
// gave it.
type Build func(id string) journal.Entry

// Incidents stores what patterns are found from. Every method is one transaction.
type Incidents interface {
	// PatternsAt returns the sequence numbers of the last event that was considered, and of the
	// last one there is.
	PatternsAt(ctx context.Context) (known, last int64, err error)
	// TicketsAfter returns the tickets that the events after a sequence number opened, changed or
	// reopened, looking at no more than a number of events, and the last one that it looked at.
	TicketsAfter(ctx context.Context, after int64, events int) (tickets []string, last int64, err error)
	// AdvancePatterns notes the last event considered; fault.Conflict if it was not before.
	AdvancePatterns(ctx context.Context, before, last int64) error
	// Incidents returns those of the tickets that were opened since, oldest first.
	Incidents(ctx context.Context, tickets []string, since time.Time) ([]Incident, error)
	// SaveMarks replaces the marks of a ticket.
	SaveMarks(ctx context.Context, i Incident, marks []Mark) error
	// Marked lists the newest incidents with a mark that were opened since, at most limit.
	Marked(ctx context.Context, m Mark, since time.Time, limit int) ([]Marked, error)
	// TextMark returns the mark by text that a ticket has; fault.NotFound for none.
	TextMark(ctx context.Context, ticket string) (Mark, error)
}

// Candidates stores candidates. A lost race is fault.Conflict.
type Candidates interface {
	// AddCandidate stores a candidate and returns its id; fault.Conflict while another one with
	// its key is open.
	AddCandidate(ctx context.Context, c Candidate, entry Build) (string, error)
	// SaveCandidates replaces candidates, all or none. The version of each must be one more than
	// the stored one.
	SaveCandidates(ctx context.Context, list []Candidate, entry journal.Entry) error
	Candidate(ctx context.Context, id string) (Candidate, error)
	// CandidateOf returns the newest candidate with a key; fault.NotFound for none.
	CandidateOf(ctx context.Context, key string) (Candidate, error)
	// Candidates lists those in a state, suspected outages first, then the last to change.
	Candidates(ctx context.Context, state CandidateState, limit int) ([]Candidate, error)
}

// Problems stores problems.
type Problems interface {
	// AddProblem stores a problem and returns its id, and saves the candidate that it comes from.
	AddProblem(ctx context.Context, p Problem, from *Candidate, entry Build) (string, error)
	// SaveProblem replaces a problem, and the candidate that was merged into it. The version must be
	// one more than the stored one.
	SaveProblem(ctx context.Context, p Problem, from *Candidate, entry journal.Entry) error
	Problem(ctx context.Context, id string) (Problem, error)
	// ProblemOf returns the problem whose known error has a draft; fault.NotFound for none.
	ProblemOf(ctx context.Context, draft string) (Problem, error)
	// Problems lists problems before an id ("" for the newest), newest first; state "" means all.
	Problems(ctx context.Context, state State, before string, limit int) ([]Problem, error)
	// Outcomes counts the tickets in which articles were applied; see [Outcome].
	Outcomes(ctx context.Context, articles []string, days int) (map[string]Outcome, error)
}

// Changes stores changes.
type Changes interface {
	// AddChange stores a change and returns its id.
	AddChange(ctx context.Context, c Change, entry Build) (string, error)
	// ChangeRecords lists changes, the last to start first, before an id ("" for the first page).
	ChangeRecords(ctx context.Context, before string, limit int) ([]Change, error)
	// ChangesBetween lists the changes that start in a window, the last to start first.
	ChangesBetween(ctx context.Context, from, to time.Time) ([]Change, error)
	// Change returns a change; fault.NotFound for none.
	Change(ctx context.Context, id string) (Change, error)
}

// Store is all of it.
type Store interface {
	Incidents
	Candidates
	Problems
	Changes
}
