package store

import (
	"context"
	"database/sql"
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

// addJob writes the job unless there is, or has been, one with its key.
func (s *Store) addJob(ctx context.Context, c conn, j journal.Job) error {
	_, err := c.exec(ctx, insertInto("job", "kind, key, payload, state, attempts, owner, reason, created_at")+
		" ON CONFLICT (key) DO NOTHING",
		j.Kind, j.Key, rawText(j.Payload), jobReady, 0, "", "", s.now().UnixMicro())
	return err
}

// due selects the jobs that can be leased.
func due(kinds []string, now time.Time) where {
	var w where
	w.and("state = '" + jobReady + "'")
	among(&w, "kind", kinds)
	w.and("due_at IS NULL OR due_at <= ?", now.UnixMicro())
	w.and("lease_until IS NULL OR lease_until <= ?", now.UnixMicro())
	return w
}

// LeaseJob leases the oldest due job of one of the kinds to owner until now+ttl.
func (s *Store) LeaseJob(
	ctx context.Context, kinds []string, owner string, now time.Time, ttl time.Duration,
) (jobs.Job, bool, error) {
	w := due(kinds, now)
	// Workers poll often and rarely find a job: a read does not take the write lock.
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
		return c.row(ctx, jobDest(&j), `UPDATE job SET owner = ?, lease_until = ?, attempts = attempts + 1
			WHERE id = (SELECT id FROM job`+w.String()+" ORDER BY id LIMIT 1 "+s.engine.skipLocked()+
			") RETURNING "+jobColumns, args...)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return jobs.Job{}, false, nil
	}
	return j, err == nil, err
}

const jobColumns = "id, kind, key, payload, attempts"

func jobDest(j *jobs.Job) []any { return []any{&j.ID, &j.Kind, &j.Key, rawTo(&j.Payload), &j.Attempts} }

// FinishJob marks a job as done. A lease that has expired still counts while nobody else
// has leased the job, so that finished work is not repeated.
func (s *Store) FinishJob(ctx context.Context, id int64, owner string, now time.Time) error {
	return s.endLease(ctx, id, owner, "state = '"+jobDone+"', finished_at = ?, due_at = NULL", now.UnixMicro())
}

// RetryJob ends the lease of a job that failed; the job is due again at retryAt, or dead
// when that is zero.
func (s *Store) RetryJob(ctx context.Context, id int64, owner, reason string, retryAt time.Time) error {
	state := jobReady
	if retryAt.IsZero() {
		state = jobDead
	}
	return s.endLease(ctx, id, owner, "state = ?, reason = ?, due_at = ?", state, reason, micros(retryAt))
}

// endLease changes a job that owner has leased; fault.Conflict when it has not.
func (s *Store) endLease(ctx context.Context, id int64, owner, set string, args ...any) error {
	return s.update(ctx, func(c conn) error {
		return c.execOr(ctx, fault.New(fault.Conflict, "job %d is no longer leased to %s", id, owner),
			"UPDATE job SET "+set+`, owner = '', lease_until = NULL
			WHERE id = ? AND owner = ? AND owner <> '' AND state = '`+jobReady+"'", append(args, id, owner)...)
	})
}

// JobCounts counts jobs by state: ready (including leased ones), done and dead.
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

// DeadJob is a job that will not be tried again.
type DeadJob struct {
	jobs.Job
	Reason    string // of the last failure
	CreatedAt time.Time
}

// DeadJobs lists the dead jobs, newest first, at most limit.
func (s *Store) DeadJobs(ctx context.Context, limit int) ([]DeadJob, error) {
	return list(ctx, s.read(), func(r scanner) (d DeadJob, err error) {
		return d, r.Scan(append(jobDest(&d.Job), &d.Reason, timeTo(&d.CreatedAt))...)
	}, "SELECT "+jobColumns+", reason, created_at FROM job WHERE state = ? ORDER BY id DESC LIMIT ?",
		jobDead, limitOf(limit))
}
