package model

import (
	"context"
	"time"

	"github.com/deskbook/deskbook/internal/journal"
)

// AuthorFile is the author of versions that were read from the file in the data folder.
const AuthorFile = "file"

// Version is a service model that was in force, as stored.
type Version struct {
	Number int // 1 for the first; the text has a version of its own, which its owner counts
	Text   string
	Author string // user id, or AuthorFile
	Reason string
	At     time.Time
}

// InForce is a service model with the time from which it was in force.
type InForce struct {
	From  time.Time
	Model *Service
}

// ProposalState is the state of a proposed change.
type ProposalState string

// The states.
const (
	ProposalOpen     ProposalState = "open"
	ProposalApproved ProposalState = "approved"
	ProposalRejected ProposalState = "rejected"
)

// Proposal is a change of the service model that waits for another person's approval, or
// that was decided on.
type Proposal struct {
	ID        int
	Base      int // number of the version that it changes
	Text      string
	Author    string // user id
	Reason    string
	At        time.Time
	State     ProposalState
	DecidedBy string // user id
	DecidedAt time.Time
	Comment   string
}

// Store stores versions of the service model and proposed changes. Every method is one
// transaction.
type Store interface {
	// LastModelVersion returns the newest version; fault.NotFound when there is none.
	LastModelVersion(ctx context.Context) (Version, error)
	// AddModelVersion stores a version and returns it with its number, or the newest one
	// where that has the same text. base must be the number of the newest one, or -1 for
	// any; otherwise it is fault.Conflict. decided is the proposal that it comes from, nil for
	// none; one that is no longer open is fault.Conflict.
	AddModelVersion(
		ctx context.Context, v Version, base int, decided *Proposal, entry func(v Version) journal.Entry,
	) (Version, error)
	// ModelVersions lists versions, newest first, before a number (0 for the newest), at most
	// limit.
	ModelVersions(ctx context.Context, before, limit int) ([]Version, error)
	// AddModelProposal stores a proposal and returns it with its id.
	AddModelProposal(ctx context.Context, p Proposal, entry func(p Proposal) journal.Entry) (Proposal, error)
	// DecideModelProposal stores the decision on an open proposal; fault.Conflict when it is
	// no longer open.
	DecideModelProposal(ctx context.Context, p Proposal, entry journal.Entry) error
	// ModelProposals lists proposals, newest first, at most limit.
	ModelProposals(ctx context.Context, limit int) ([]Proposal, error)
	// ModelProposal returns a proposal; fault.NotFound when there is none.
	ModelProposal(ctx context.Context, id int) (Proposal, error)
}
