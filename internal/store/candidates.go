package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"github.com/deskbook/deskbook/desk/problem"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

const candidateColumns = "version, key, state, outage, updated_at, data"

func candidateArgs(c problem.Candidate) []any {
	return []any{c.Version, c.Key, c.State, c.Rule == problem.ByOutage, micros(c.UpdatedAt), toJSON(c)}
}

func scanCandidate(r scanner) (c problem.Candidate, err error) {
	return c, r.Scan(&c.ID, &c.Version, &c.Key, &c.State, timeTo(&c.UpdatedAt), jsonTo(&c))
}

// AddCandidate stores a candidate and returns its id.
func (s *Store) AddCandidate(ctx context.Context, x problem.Candidate, entry problem.Build) (string, error) {
	var id int64
	err := s.update(ctx, func(c conn) error {
		err := c.row(ctx, []any{&id},
			insertInto("problem_candidate", candidateColumns)+" ON CONFLICT DO NOTHING RETURNING id", candidateArgs(x)...)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.New(fault.Conflict, "there is an open candidate of the same pattern")
		}
		if err != nil {
			return err
		}
		if err := saveTicketsOf(ctx, c, "problem_candidate_ticket", "candidate", id, x.Tickets); err != nil {
			return err
		}
		return s.record(ctx, c, entry(strconv.FormatInt(id, 10)))
	})
	return strconv.FormatInt(id, 10), err
}

// SaveCandidates replaces candidates.
func (s *Store) SaveCandidates(ctx context.Context, all []problem.Candidate, entry journal.Entry) error {
	return s.write(ctx, entry, func(c conn) error {
		for _, x := range all {
			if err := saveCandidate(ctx, c, x); err != nil {
				return err
			}
		}
		return nil
	})
}

func saveCandidate(ctx context.Context, c conn, x problem.Candidate) error {
	id, err := rowID(x.ID, "problem candidate")
	if err != nil {
		return err
	}
	err = c.execOr(ctx, fault.New(fault.Conflict, "candidate %s has been changed in the meantime; reload it", x.ID),
		updateSet("problem_candidate", candidateColumns)+" WHERE id = ? AND version = ?",
		append(candidateArgs(x), id, x.Version-1)...)
	if err != nil {
		return err
	}
	if x.State == problem.Waiting {
		return saveTicketsOf(ctx, c, "problem_candidate_ticket", "candidate", id, x.Tickets)
	}
	// The tasks to look at it are done.
	_, err = c.exec(ctx, updateSet("notice", "done_at, done_by")+" WHERE object = ? AND object_id = ? AND done_at IS NULL",
		micros(x.DecidedAt), x.DecidedBy, journal.Candidate, x.ID)
	return err
}

// saveTicketsOf replaces the tickets of a candidate or problem.
func saveTicketsOf(ctx context.Context, c conn, table, owner string, id int64, tickets []string) error {
	numbers, err := numbersOf(tickets)
	if err != nil {
		return err
	}
	if _, err := c.exec(ctx, "DELETE FROM "+table+" WHERE "+owner+" = ?", id); err != nil {
		return err
	}
	rows := make([][]any, len(numbers))
	for i, n := range numbers {
		rows[i] = []any{id, n}
	}
	return insertRows(ctx, c, table, owner+", ticket", rows)
}

// ticketsOf returns the tickets of candidates or problems, by id.
func ticketsOf(ctx context.Context, c conn, table, owner string, ids []string) (map[string][]string, error) {
	out := map[string][]string{}
	for _, part := range chunks(ids) {
		var w where
		among(&w, owner, part)
		_, err := list(ctx, c, func(r scanner) (struct{}, error) {
			var id, ticket string
			err := r.Scan(&id, &ticket)
			out[id] = append(out[id], ticket)
			return struct{}{}, err
		}, "SELECT "+owner+", ticket FROM "+table+w.String()+" ORDER BY "+owner+", ticket", w.args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

const selectCandidates = "SELECT id, version, key, state, updated_at, data FROM problem_candidate"

// candidates returns candidates with their tickets.
func (s *Store) candidates(ctx context.Context, query string, args ...any) (found []problem.Candidate, err error) {
	err = s.view(ctx, func(c conn) error {
		if found, err = list(ctx, c, scanCandidate, selectCandidates+query, args...); err != nil {
			return err
		}
		ids := make([]string, len(found))
		for i, x := range found {
			ids[i] = x.ID
		}
		tickets, err := ticketsOf(ctx, c, "problem_candidate_ticket", "candidate", ids)
		for i, x := range found {
			found[i].Tickets = tickets[x.ID]
		}
		return err
	})
	return found, err
}

func first[T any](found []T, err error, format string, args ...any) (T, error) {
	if err == nil && len(found) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		var zero T
		return zero, missing(err, format, args...)
	}
	return found[0], nil
}

// Candidate returns a candidate.
func (s *Store) Candidate(ctx context.Context, id string) (problem.Candidate, error) {
	n, err := rowID(id, "problem candidate")
	if err != nil {
		return problem.Candidate{}, err
	}
	found, err := s.candidates(ctx, " WHERE id = ?", n)
	return first(found, err, "problem candidate %q", id)
}

// CandidateOf returns the newest candidate with a key.
func (s *Store) CandidateOf(ctx context.Context, key string) (problem.Candidate, error) {
	found, err := s.candidates(ctx, " WHERE key = ? ORDER BY id DESC LIMIT 1", key)
	return first(found, err, "candidate of %s", key)
}

// Candidates lists candidates, suspected outages first.
func (s *Store) Candidates(
	ctx context.Context, state problem.CandidateState, limit int,
) ([]problem.Candidate, error) {
	return s.candidates(ctx, " WHERE state = ? ORDER BY outage DESC, updated_at DESC LIMIT ?", state, limitOf(limit))
}
