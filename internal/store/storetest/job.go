package storetest

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/jobs"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
)

const ttl = time.Minute

func jobRows(t *testing.T, fresh func(t *testing.T) Opener) {
	cases := []struct {
		name string
		run  func(t *testing.T, one, two *store.Store)
	}{
		{"a key has one job, finished or not", uniqueJobs},
		{"a lease excludes others until it expires", leases},
		{"a failed job is leased again when it is due", retries},
		{"a job without a retry time is dead", deaths},
		{"only its owner ends a lease", owners},
		{"each job is done once by one of the workers", sharing},
	}
	for _, x := range cases {
		t.Run(x.name, func(t *testing.T) {
			opener := fresh(t)
			x.run(t, opener(t), opener(t))
		})
	}
}

func addJobs(t *testing.T, s *store.Store, id string, added ...journal.Job) {
	t.Helper()
	must(t, s.SaveArticles(t.Context(), []kb.Article{article(id, 1)}, journal.Entry{Jobs: added}))
}

func lease(t *testing.T, s *store.Store, owner string, now time.Time, kinds ...string) (jobs.Job, bool) {
	t.Helper()
	j, ok, err := s.LeaseJob(t.Context(), kinds, owner, now, ttl)
	must(t, err)
	return j, ok
}

func uniqueJobs(t *testing.T, one, two *store.Store) {
	payload := json.RawMessage(`{"ticket":"1001"}`)
	addJobs(t, one, "a_1", journal.Job{Kind: "draft", Key: "d1", Payload: payload}, journal.Job{Kind: "draft", Key: "d1"})
	addJobs(t, two, "a_2", journal.Job{Kind: "draft", Key: "d1"})
	j, ok := lease(t, one, "w1", noon, "draft")
	wantEqual(t, ok, true)
	wantEqual(t, j, jobs.Job{ID: j.ID, Kind: "draft", Key: "d1", Payload: payload, Attempts: 1})
	must(t, one.FinishJob(t.Context(), j.ID, "w1", noon))
	addJobs(t, one, "a_3", journal.Job{Kind: "draft", Key: "d1"})
	_, ok = lease(t, two, "w1", noon.Add(time.Hour), "draft")
	wantEqual(t, ok, false)
}

func leases(t *testing.T, one, two *store.Store) {
	addJobs(t, one, "a_1", journal.Job{Kind: "draft", Key: "d1"}, journal.Job{Kind: "mail", Key: "m1"},
		journal.Job{Kind: "draft", Key: "d2"})
	_, ok := lease(t, one, "w1", noon)
	wantEqual(t, ok, false)
	_, ok = lease(t, one, "w1", noon, "other")
	wantEqual(t, ok, false)
	first, _ := lease(t, one, "w1", noon, "draft", "other")
	wantEqual(t, first.Key, "d1")
	second, _ := lease(t, two, "w2", noon, "draft")
	wantEqual(t, second.Key, "d2")
	for _, s := range []*store.Store{one, two} {
		_, ok = lease(t, s, "w3", noon.Add(ttl-time.Microsecond), "draft")
		wantEqual(t, ok, false)
	}
	again, ok := lease(t, two, "w3", noon.Add(ttl), "draft")
	wantEqual(t, ok, true)
	wantEqual(t, again, jobs.Job{ID: first.ID, Kind: "draft", Key: "d1", Attempts: 2})
	wantKind(t, one.FinishJob(t.Context(), first.ID, "w1", noon.Add(ttl)), fault.Conflict)
	must(t, two.FinishJob(t.Context(), first.ID, "w3", noon.Add(ttl)))
}

func retries(t *testing.T, one, two *store.Store) {
	addJobs(t, one, "a_1", journal.Job{Kind: "draft", Key: "d1"}, journal.Job{Kind: "draft", Key: "d2"})
	j, _ := lease(t, one, "w1", noon, "draft")
	later := noon.Add(10 * time.Second)
	must(t, one.RetryJob(t.Context(), j.ID, "w1", "the model did not answer", later))
	next, _ := lease(t, two, "w2", noon, "draft")
	wantEqual(t, next.Key, "d2")
	_, ok := lease(t, two, "w2", later.Add(-time.Microsecond), "draft")
	wantEqual(t, ok, false)
	again, ok := lease(t, two, "w2", later, "draft")
	wantEqual(t, ok, true)
	wantEqual(t, again.ID, j.ID)
	wantEqual(t, again.Attempts, 2)
}

func deaths(t *testing.T, one, two *store.Store) {
	addJobs(t, one, "a_1", journal.Job{Kind: "draft", Key: "d1"})
	j, _ := lease(t, one, "w1", noon, "draft")
	must(t, one.RetryJob(t.Context(), j.ID, "w1", "it never works", time.Time{}))
	_, ok := lease(t, two, "w1", noon.Add(1000*time.Hour), "draft")
	wantEqual(t, ok, false)
	dead, err := two.DeadJobs(t.Context(), 10)
	must(t, err)
	wantEqual(t, len(dead), 1)
	wantEqual(t, dead[0].Key+": "+dead[0].Reason, "d1: it never works")
	counts, err := two.JobCounts(t.Context())
	must(t, err)
	wantEqual(t, counts, map[string]int{"ready": 0, "done": 0, "dead": 1})
}

func owners(t *testing.T, one, _ *store.Store) {
	ctx := t.Context()
	addJobs(t, one, "a_1", journal.Job{Kind: "draft", Key: "d1"})
	wantKind(t, one.FinishJob(ctx, 1, "", noon), fault.Conflict)
	j, _ := lease(t, one, "w1", noon, "draft")
	wantKind(t, one.FinishJob(ctx, j.ID, "w2", noon), fault.Conflict)
	wantKind(t, one.RetryJob(ctx, j.ID, "w2", "x", noon), fault.Conflict)
	wantKind(t, one.FinishJob(ctx, j.ID+1, "w1", noon), fault.Conflict)
	must(t, one.FinishJob(ctx, j.ID, "w1", noon))
	wantKind(t, one.FinishJob(ctx, j.ID, "w1", noon), fault.Conflict)
	wantKind(t, one.RetryJob(ctx, j.ID, "w1", "x", noon), fault.Conflict)
}

func sharing(t *testing.T, one, two *store.Store) {
	const n = 40
	var added []journal.Job
	for i := range n {
		added = append(added, journal.Job{Kind: "draft", Key: fmt.Sprint(i)})
	}
	addJobs(t, one, "a_1", added...)
	var (
		mu   sync.Mutex
		done = map[string]int{}
	)
	together(6, func(i int) {
		s, owner := one, fmt.Sprintf("w%d", i)
		if i%2 == 1 {
			s = two
		}
		for {
			j, ok, err := s.LeaseJob(t.Context(), []string{"draft"}, owner, noon, ttl)
			if err != nil {
				t.Error(err)
			}
			if !ok {
				return
			}
			mu.Lock()
			done[j.Key]++
			mu.Unlock()
			if err := s.FinishJob(t.Context(), j.ID, owner, noon); err != nil {
				t.Error(err)
			}
		}
	})
	for i := range n {
		if c := done[fmt.Sprint(i)]; c != 1 {
			t.Errorf("job %d was done %d times", i, c)
		}
	}
}
