package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/jobs"
	"github.com/deskbook/deskbook/internal/journal"
)

// The states of a job.
const (
	jobReady = "ready"
	jobDone  = "done"
	jobDead  = "dead"
)

// addJob writes the job unless one has the key, whatever became of it.
func (s *Store) addJob(ctx context.Context, c conn, j journal.Job) error {
	_, err := c.exec(ctx, `INSERT INTO job (kind, key, payload, state, attempts, owner, reason, created_at)
		VALUES (?, ?, ?, ?, 0, '', '', ?) ON CONFLICT (key) DO NOTHING`,
		j.Kind, j.Key, rawText(j.Payload), jobReady, s.now().UnixMicro())
	return err
}

// due selects what can be leased.
func due(kinds []string, now time.Time) where {
	var w where
	w.and("state = '" + jobReady + "'")
	among(&w, "kind", kinds)
	w.and("due_at IS NULL OR due_at <= ?", now.UnixMicro())
	w.and("lease_until IS NULL OR lease_until <= ?", now.UnixMicro())
	return w
}

// LeaseJob takes the oldest due job of one of the kinds for owner until now+ttl.
func (s *Store) LeaseJob(ctx context.Context, kinds []string, owner string, now time.Time, ttl time.Duration) (jobs.Job, bool, error) {
	w := due(kinds, now)
	// Workers ask often and mostly in vain: a look does not take the write lock.
	var id int64
	err := s.read().row(ctx, []any{&id}, "SELECT id FROM job"+w.String()+" ORDER BY id LIMIT 1", w.args...)
	if errors.Is(err, sql.ErrNoRows) {
		return jobs.Job{}, false, nil
	}
	if err != nil {
		return jobs.Job{}, false, err
	}
	var j jobs.Job
	err = s.update(ctx, func(c conn) error {
		args := append([]any{owner, now.Add(ttl).UnixMicro()}, w.args...)
		j, err = one(ctx, c, scanJob, "UPDATE job SET owner = ?, lease_until = ?, attempts = attempts + 1 WHERE id = (SELECT id FROM job"+
			w.String()+" ORDER BY id LIMIT 1 "+s.engine.skipLocked()+") RETURNING id, kind, key, payload, attempts", args...)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return jobs.Job{}, false, nil
	}
	return j, err == nil, err
}

func scanJob(r scanner) (jobs.Job, error) {
	var (
		j       jobs.Job
		payload *string
	)
	err := r.Scan(&j.ID, &j.Kind, &j.Key, &payload, &j.Attempts)
	if payload != nil {
		j.Payload = json.RawMessage(*payload)
	}
	return j, err
}

// FinishJob marks a job done. A lease that ran out still counts while nobody else
// took the job: done work is not done again.
func (s *Store) FinishJob(ctx context.Context, id int64, owner string, now time.Time) error {
	return s.endLease(ctx, id, owner, "state = '"+jobDone+"', finished_at = ?, due_at = NULL", now.UnixMicro())
}

// RetryJob gives the lease back; the job is due again at retryAt, or dead when that
// is zero.
func (s *Store) RetryJob(ctx context.Context, id int64, owner, reason string, retryAt time.Time) error {
	state := jobReady
	if retryAt.IsZero() {
		state = jobDead
	}
	return s.endLease(ctx, id, owner, "state = ?, reason = ?, due_at = ?", state, reason, micros(retryAt))
}

// endLease changes a job that owner holds; fault.Conflict when it does not.
func (s *Store) endLease(ctx context.Context, id int64, owner, set string, args ...any) error {
	return s.update(ctx, func(c conn) error {
		n, err := c.exec(ctx, "UPDATE job SET "+set+", owner = '', lease_until = NULL WHERE id = ? AND owner = ? AND owner <> '' AND state = '"+
			jobReady+"'", append(args, id, owner)...)
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "job %d is not held by %s any more", id, owner)
		}
		return err
	})
}

// JobCounts counts jobs by state: ready (leased ones too), done and dead.
func (s *Store) JobCounts(ctx context.Context) (map[string]int, error) {
	counts := map[string]int{jobReady: 0, jobDone: 0, jobDead: 0}
	_, err := list(ctx, s.read(), func(r scanner) (struct{}, error) {
		var (
			state string
			n     int
		)
		err := r.Scan(&state, &n)
		counts[state] += n
		return struct{}{}, err
	}, "SELECT state, count(*) FROM job GROUP BY state")
	return counts, err
}

// DeadJob is a job that was given up.
type DeadJob struct {
	jobs.Job
	Reason    string // of the last failure
	CreatedAt time.Time
}

// DeadJobs lists the jobs that were given up, newest first, at most limit.
func (s *Store) DeadJobs(ctx context.Context, limit int) ([]DeadJob, error) {
	return list(ctx, s.read(), func(r scanner) (DeadJob, error) {
		var (
			d       DeadJob
			payload *string
		)
		err := r.Scan(&d.ID, &d.Kind, &d.Key, &payload, &d.Attempts, &d.Reason, timeTo(&d.CreatedAt))
		if payload != nil {
			d.Payload = json.RawMessage(*payload)
		}
		return d, err
	}, "SELECT id, kind, key, payload, attempts, reason, created_at FROM job WHERE state = ? ORDER BY id DESC LIMIT ?", jobDead, limitOf(limit))
}
