package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
)

func drafts(t *testing.T, fresh func(t *testing.T) Opener) {
	t.Run("every field is saved", func(t *testing.T) {
		s := fresh(t)(t)
		d := filled[kb.Draft]()
		d.Files = putFiles(t, s, "one", "two")
		for version := 1; version <= 2; version++ {
			d.Version, d.Title = version, fmt.Sprintf("Title %d", version)
			must(t, s.SaveDraft(t.Context(), d, entry(journal.Draft, d.ID, "saved")))
			got, err := s.Draft(t.Context(), d.ID)
			must(t, err)
			wantEqual(t, got, d)
		}
	})

	t.Run("a version follows the stored one", func(t *testing.T) {
		opener := fresh(t)
		one, two := opener(t), opener(t)
		_, err := one.Draft(t.Context(), "r_1")
		wantKind(t, err, fault.NotFound)
		wantKind(t, one.SaveDraft(t.Context(), draft("r_1", 2), journal.Entry{}), fault.NotFound)
		wantKind(t, one.SaveDraft(t.Context(), draft("r_1", 0), journal.Entry{}), fault.Invalid)
		must(t, one.SaveDraft(t.Context(), draft("r_1", 1), journal.Entry{}))
		wantKind(t, one.SaveDraft(t.Context(), draft("r_1", 1), journal.Entry{}), fault.Conflict)
		errs := make([]error, 8)
		together(len(errs), func(i int) {
			s := one
			if i%2 == 1 {
				s = two
			}
			errs[i] = s.SaveDraft(t.Context(), draft("r_1", 2), journal.Entry{})
		})
		oneWinner(t, errs)
	})

	t.Run("publishing writes draft and article or neither", func(t *testing.T) {
		s := fresh(t)(t)
		ctx := t.Context()
		must(t, s.SaveDraft(ctx, draft("r_1", 1), journal.Entry{}))
		saveArticle(t, s, article("a_1", 1))
		before := state(ctx, t, s)
		approved := draft("r_1", 2)
		approved.Status = kb.Approved
		published := entry(journal.Article, "a_1", "published")
		wantKind(t, s.PublishDraft(ctx, approved, article("a_1", 1), published), fault.Conflict)
		wantKind(t, s.PublishDraft(ctx, draft("r_1", 3), article("a_1", 2), published), fault.Conflict)
		wantEqual(t, state(ctx, t, s), before)
		got, err := s.Draft(ctx, "r_1")
		must(t, err)
		wantEqual(t, got, draft("r_1", 1))
		must(t, s.PublishDraft(ctx, approved, article("a_1", 2), published))
		a, err := s.Article(ctx, "a_1", all)
		must(t, err)
		wantEqual(t, a.Revision, 2)
		got, err = s.Draft(ctx, "r_1")
		must(t, err)
		wantEqual(t, got, approved)
	})

	t.Run("filters", func(t *testing.T) { draftFilters(t, fresh) })
	t.Run("the first reading counts", func(t *testing.T) { draftReadings(t, fresh) })
	t.Run("decided drafts", func(t *testing.T) { draftOutcomes(t, fresh) })
}

func draftFilters(t *testing.T, fresh func(t *testing.T) Opener) {
	s := fresh(t)(t)
	a, b, c := draft("r_1", 1), draft("r_2", 1), draft("r_3", 1)
	a.Status, a.ArticleID, a.Author, a.Fingerprint = kb.Rejected, "a_1", "system", "f00"
	b.Tickets = []string{"1002", "1001", "1001"}
	b.CreatedAt = noon.Add(time.Hour)
	c.Tickets = []string{"10010"}
	for _, d := range []kb.Draft{a, b, c} {
		must(t, s.SaveDraft(t.Context(), d, journal.Entry{}))
	}
	cases := []struct {
		name   string
		filter kb.DraftFilter
		want   []string
	}{
		{"none, newest first", kb.DraftFilter{}, []string{"r_2", "r_3", "r_1"}},
		{"status", kb.DraftFilter{Status: kb.Rejected}, []string{"r_1"}},
		{"ticket", kb.DraftFilter{Ticket: "1001"}, []string{"r_2", "r_1"}},
		{"a further ticket", kb.DraftFilter{Ticket: "1002"}, []string{"r_2"}},
		{"article", kb.DraftFilter{ArticleID: "a_1"}, []string{"r_1"}},
		{"author", kb.DraftFilter{Author: "system"}, []string{"r_1"}},
		{"fingerprint", kb.DraftFilter{Fingerprint: "f00"}, []string{"r_1"}},
		{"after", kb.DraftFilter{After: "r_2"}, []string{"r_3", "r_1"}},
		{"after the last", kb.DraftFilter{After: "r_1"}, nil},
	}
	for _, x := range cases {
		t.Run(x.name, func(t *testing.T) {
			page, err := s.Drafts(t.Context(), x.filter)
			must(t, err)
			var ids []string
			for _, d := range page.Drafts {
				ids = append(ids, d.ID)
			}
			wantEqual(t, ids, x.want)
		})
	}
	_, err := s.Drafts(t.Context(), kb.DraftFilter{After: "r_404"})
	wantKind(t, err, fault.Invalid)
	b.Version, b.Tickets = 2, nil
	must(t, s.SaveDraft(t.Context(), b, journal.Entry{}))
	page, err := s.Drafts(t.Context(), kb.DraftFilter{Ticket: "1002"})
	must(t, err)
	wantEqual(t, len(page.Drafts), 0)
}

func draftReadings(t *testing.T, fresh func(t *testing.T) Opener) {
	s := fresh(t)(t)
	ctx := t.Context()
	wantKind(t, s.NoteReading(ctx, "r_1", "u_kim", noon), fault.NotFound)
	must(t, s.SaveDraft(ctx, draft("r_1", 1), journal.Entry{}))
	before := state(ctx, t, s)
	at, err := s.Reading(ctx, "r_1", "u_kim")
	must(t, err)
	wantEqual(t, at.IsZero(), true)
	must(t, s.NoteReading(ctx, "r_1", "u_kim", noon))
	must(t, s.NoteReading(ctx, "r_1", "u_kim", noon.Add(time.Hour)))
	must(t, s.NoteReading(ctx, "r_1", "u_li", noon.Add(time.Minute)))
	for reader, want := range map[string]time.Time{"u_kim": noon, "u_li": noon.Add(time.Minute), "u_none": {}} {
		at, err := s.Reading(ctx, "r_1", reader)
		must(t, err)
		wantEqual(t, at, want)
	}
	wantEqual(t, state(ctx, t, s), before) // reading is not a change
}

func draftOutcomes(t *testing.T, fresh func(t *testing.T) Opener) {
	s := fresh(t)(t)
	ctx := t.Context()
	a, b, c := draft("r_1", 1), draft("r_2", 1), draft("r_3", 1)
	a.Status, a.DecidedAt, a.Author, a.Engine = kb.Approved, noon.Add(time.Hour), "system", kb.ByRules
	a.Quality = kb.Quality{Waiting: time.Hour, Reviewing: time.Minute, Measured: true, Distance: .125}
	b.Status, b.DecidedAt, b.Rejection = kb.Rejected, noon, kb.DraftRejection{Reason: kb.RejectWrong}
	for _, d := range []kb.Draft{a, b, c} {
		must(t, s.SaveDraft(ctx, d, journal.Entry{}))
	}
	first := kb.Outcome{ID: "r_2", Status: kb.Rejected, Decision: kb.NewArticle, Reason: kb.RejectWrong, DecidedAt: noon}
	second := kb.Outcome{
		ID: "r_1", Status: kb.Approved, Decision: kb.NewArticle, Author: "system", Engine: kb.ByRules,
		DecidedAt: a.DecidedAt, Quality: a.Quality,
	}
	for _, x := range []struct {
		since time.Time
		want  []kb.Outcome
	}{
		{time.Time{}, []kb.Outcome{first, second}},
		{noon, []kb.Outcome{first, second}},
		{noon.Add(time.Second), []kb.Outcome{second}},
		{noon.Add(2 * time.Hour), nil},
	} {
		got, err := s.Decided(ctx, x.since)
		must(t, err)
		wantEqual(t, got, x.want)
	}
}
