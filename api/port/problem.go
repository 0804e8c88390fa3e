package port

import (
	"context"

	"github.com/deskbook/deskbook/desk/problem"
	"github.com/deskbook/deskbook/internal/access"
)

// Candidates are the patterns in incidents that a person decides on.
type Candidates interface {
	List(ctx context.Context, actor access.Actor) ([]problem.Candidate, error)
	Dismiss(ctx context.Context, actor access.Actor, id, reason string) (problem.Candidate, error)
	MergeCandidate(ctx context.Context, actor access.Actor, id, into string) (problem.Candidate, error)
	MergeIntoProblem(ctx context.Context, actor access.Actor, id, into string) (problem.Problem, error)
}

// Problems manages problems and their known errors.
type Problems interface {
	Create(ctx context.Context, actor access.Actor, in problem.NewProblem) (problem.Problem, error)
	Problem(ctx context.Context, actor access.Actor, id string) (problem.Problem, error)
	Problems(ctx context.Context, actor access.Actor, state problem.State, before string, limit int) (
		[]problem.Problem, error)
	Update(ctx context.Context, actor access.Actor, id string, in problem.Patch) (problem.Problem, error)
	RecordKnownError(ctx context.Context, actor access.Actor, id string, in problem.NewKnownError) (
		problem.Problem, error)
	Tell(ctx context.Context, actor access.Actor, id, text string) (problem.Told, error)
}

// Outcomes counts in how many tickets articles were applied, and held.
type Outcomes interface {
	Outcomes(ctx context.Context, articles ...string) (map[string]problem.Outcome, error)
}

// ChangeRecords records changes in services.
type ChangeRecords interface {
	AddChange(ctx context.Context, actor access.Actor, in problem.NewChange) (problem.Change, error)
	Change(ctx context.Context, actor access.Actor, id string) (problem.Change, error)
	Changes(ctx context.Context, actor access.Actor, before string, limit int) ([]problem.Change, error)
}

// ProblemManagement is all of it. *problem.Service implements it.
type ProblemManagement interface {
	Candidates
	Problems
	Outcomes
	ChangeRecords
}
