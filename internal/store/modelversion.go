package store

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"strconv"

	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

var _ model.Store = (*Store)(nil)

const modelVersionColumns = "id, text, author, reason, at"

func scanModelVersion(r scanner) (v model.Version, err error) {
	return v, r.Scan(&v.Number, &v.Text, &v.Author, &v.Reason, timeTo(&v.At))
}

const lastModelVersion = "SELECT " + modelVersionColumns + " FROM model_version ORDER BY id DESC LIMIT 1"

// LastModelVersion returns the newest version of the service model; fault.NotFound when
// there is none.
func (s *Store) LastModelVersion(ctx context.Context) (model.Version, error) {
	v, err := one(ctx, s.read(), scanModelVersion, lastModelVersion)
	return v, missing(err, "version of the service model")
}

// AddModelVersion stores a version and returns it with its number, or the newest one where
// that has the same text. base must be the number of the newest one, or -1 for any. decided
// is the proposal that it comes from, nil for none.
func (s *Store) AddModelVersion(
	ctx context.Context, v model.Version, base int, decided *model.Proposal, entry func(v model.Version) journal.Entry,
) (model.Version, error) {
	err := s.update(ctx, func(c conn) error {
		last, err := one(ctx, c, scanModelVersion, lastModelVersion)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if base >= 0 && base != last.Number {
			return fault.New(fault.Conflict, "version %d of the service model is in force by now", last.Number)
		}
		if decided != nil {
			if err := decideProposal(ctx, c, *decided); err != nil {
				return err
			}
		}
		if err == nil && last.Text == v.Text {
			v = last
			return nil
		}
		err = c.row(ctx, []any{&v.Number},
			"INSERT INTO model_version (text, author, reason, at) VALUES ("+marks(4)+") RETURNING id",
			v.Text, v.Author, v.Reason, micros(v.At))
		if err != nil {
			return err
		}
		return s.record(ctx, c, entry(v))
	})
	return v, err
}

// ModelVersions lists versions, newest first, before a number (0 for the newest).
func (s *Store) ModelVersions(ctx context.Context, before, limit int) ([]model.Version, error) {
	if before <= 0 {
		before = math.MaxInt32
	}
	return list(ctx, s.read(), scanModelVersion,
		"SELECT "+modelVersionColumns+" FROM model_version WHERE id < ? ORDER BY id DESC LIMIT ?", before, limitOf(limit))
}

const proposalColumns = "base, text, author, reason, at, state, decided_by, decided_at, comment"

func scanProposal(r scanner) (p model.Proposal, err error) {
	return p, r.Scan(&p.ID, &p.Base, &p.Text, &p.Author, &p.Reason, timeTo(&p.At), &p.State, &p.DecidedBy,
		timeTo(&p.DecidedAt), &p.Comment)
}

// AddModelProposal stores a proposed change and returns it with its id.
func (s *Store) AddModelProposal(
	ctx context.Context, p model.Proposal, entry func(p model.Proposal) journal.Entry,
) (model.Proposal, error) {
	err := s.update(ctx, func(c conn) error {
		err := c.row(ctx, []any{&p.ID}, insertInto("model_proposal", proposalColumns)+" RETURNING id",
			p.Base, p.Text, p.Author, p.Reason, micros(p.At), p.State, p.DecidedBy, micros(p.DecidedAt), p.Comment)
		if err != nil {
			return err
		}
		return s.record(ctx, c, entry(p))
	})
	return p, err
}

// DecideModelProposal stores the decision on an open proposal.
func (s *Store) DecideModelProposal(ctx context.Context, p model.Proposal, entry journal.Entry) error {
	return s.write(ctx, entry, func(c conn) error { return decideProposal(ctx, c, p) })
}

func decideProposal(ctx context.Context, c conn, p model.Proposal) error {
	err := c.execOr(ctx, fault.New(fault.Conflict, "the proposal has been decided on already"),
		updateSet("model_proposal", "state, decided_by, decided_at, comment")+" WHERE id = ? AND state = ?",
		p.State, p.DecidedBy, micros(p.DecidedAt), p.Comment, p.ID, model.ProposalOpen)
	if err != nil {
		return err
	}
	// The task to review it is done.
	_, err = c.exec(ctx, updateSet("notice", "done_at, done_by")+" WHERE key = ? AND done_at IS NULL",
		micros(p.DecidedAt), p.DecidedBy, "model/proposal/"+strconv.Itoa(p.ID))
	return err
}

// ModelProposals lists proposals, newest first.
func (s *Store) ModelProposals(ctx context.Context, limit int) ([]model.Proposal, error) {
	return list(ctx, s.read(), scanProposal,
		"SELECT id, "+proposalColumns+" FROM model_proposal ORDER BY id DESC LIMIT ?", limitOf(limit))
}

// ModelProposal returns a proposal.
func (s *Store) ModelProposal(ctx context.Context, id int) (model.Proposal, error) {
	p, err := one(ctx, s.read(), scanProposal, "SELECT id, "+proposalColumns+" FROM model_proposal WHERE id = ?", id)
	return p, missing(err, "proposal %d", id)
}
