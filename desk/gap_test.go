package desk_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

// gapShelf is a desk.GapStore in memory; when fail is set, every call returns it.
type gapShelf struct {
	records []desk.GapRecord
	fail    error
}

func (s *gapShelf) SaveGap(_ context.Context, r desk.GapRecord) error {
	if s.fail == nil {
		s.records = append([]desk.GapRecord{r}, s.records...)
	}
	return s.fail
}

func (s *gapShelf) ForgetGaps(_ context.Context, before time.Time) (int, error) {
	n := len(s.records)
	s.records = slices.DeleteFunc(s.records, func(r desk.GapRecord) bool { return r.At.Before(before) })
	return n - len(s.records), s.fail
}

func (s *gapShelf) GapRecords(_ context.Context, since time.Time, kind desk.GapKind, _ int) ([]desk.GapRecord, error) {
	var out []desk.GapRecord
	for _, r := range s.records {
		if !r.At.Before(since) && (kind == "" || r.Kind == kind) {
			out = append(out, r)
		}
	}
	return out, s.fail
}

// same groups wordings that are equal.
func same(wordings []string) [][]int {
	at := map[string]int{}
	var out [][]int
	for i, w := range wordings {
		n, ok := at[w]
		if !ok {
			n = len(out)
			at[w] = n
			out = append(out, nil)
		}
		out[n] = append(out[n], i)
	}
	return out
}

func newGaps(s *gapShelf, now *time.Time) *desk.Gaps {
	return desk.NewGaps(desk.GapDeps{
		Store: s, Wording: strings.ToLower, Group: same, Now: func() time.Time { return *now },
		Redact: func(text string, names []string) string {
			for _, n := range names {
				text = strings.ReplaceAll(text, n, "[name]")
			}
			return text
		},
	})
}

var manager = access.Actor{ID: "u_m", Roles: []access.Role{access.KnowledgeManager}}

func TestGapsAreStoredWithoutNames(t *testing.T) {
	now := time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC)
	s := &gapShelf{}
	g := newGaps(s, &now)
	g.Record(desk.Gap{
		Kind: desk.GapNoArticle, Query: "Laptop of Jane Roe  melts", Ticket: "1001", Service: "laptops",
		Actor:   access.Actor{ID: "u_9", Email: "a@example.org", Roles: []access.Role{access.Agent}},
		Private: []string{"Jane Roe"},
	})
	g.Record(desk.Gap{Kind: desk.GapNoResult, Query: "melting", Session: "192.0.2.7", Locale: "en"})
	g.Flush(t.Context())
	want := []desk.GapRecord{
		{Kind: desk.GapNoResult, Query: "melting", Wording: "melting", Reader: "visitor", Locale: "en", At: now},
		{
			Kind: desk.GapNoArticle, Query: "Laptop of [name] melts", Wording: "laptop of [name] melts", Ticket: "1001",
			Reader: "staff", Service: "laptops", At: now,
		},
	}
	if diff := cmp.Diff(want, s.records); diff != "" {
		t.Error(diff)
	}
}

func TestGapIsRecordedOncePerSessionAndDay(t *testing.T) {
	now := time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC)
	s := &gapShelf{}
	g := newGaps(s, &now)
	one, two := access.Actor{ID: "u_1"}, access.Actor{ID: "u_2"}
	for _, x := range []desk.Gap{
		{Kind: desk.GapNoResult, Query: "vpn", Actor: one},
		{Kind: desk.GapNoResult, Query: "VPN ", Actor: one}, // again
		{Kind: desk.GapRefused, Query: "vpn", Actor: one},
		{Kind: desk.GapNoResult, Query: "vpn", Actor: two},
		{Kind: desk.GapNoResult, Query: "vpn", Session: "192.0.2.1"},
		{Kind: desk.GapNoResult, Query: "vpn", Session: "192.0.2.1"}, // again
		{Kind: desk.GapNoResult, Query: "  "},
		{Kind: desk.GapNoArticle, Query: "vpn", Ticket: "7", Actor: one},
		{Kind: desk.GapNoArticle, Query: "vpn", Ticket: "7", Actor: two}, // the same ticket
	} {
		g.Record(x)
	}
	g.Flush(t.Context())
	if len(s.records) != 5 {
		t.Errorf("%d records, want 5: %+v", len(s.records), s.records)
	}
	now = now.AddDate(0, 0, 1)
	g.Record(desk.Gap{Kind: desk.GapNoResult, Query: "vpn", Actor: one})
	g.Flush(t.Context())
	if len(s.records) != 6 {
		t.Errorf("%d records on the next day, want 6", len(s.records))
	}
}

func TestGapsPerSessionAreLimited(t *testing.T) {
	now := time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC)
	s := &gapShelf{}
	g := newGaps(s, &now)
	for i := range 10_000 {
		g.Record(desk.Gap{Kind: desk.GapNoResult, Query: fmt.Sprint("word ", i), Session: "192.0.2.1"})
	}
	g.Record(desk.Gap{Kind: desk.GapNoResult, Query: "another's", Session: "192.0.2.2"})
	g.Flush(t.Context())
	if n := len(s.records); n != 21 {
		t.Errorf("%d records, want 20 of one session and 1 of another", n)
	}
}

func TestStoreErrorsAreNotReturned(t *testing.T) {
	now := time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC)
	g := newGaps(&gapShelf{fail: errors.New("disk full")}, &now)
	g.Record(desk.Gap{Kind: desk.GapNoResult, Query: "vpn"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := g.Run(ctx); err != nil {
		t.Error(err)
	}
	(*desk.Gaps)(nil).Record(desk.Gap{Query: "vpn"})
}

func TestOldGapsAreDeleted(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	s := &gapShelf{
		records: []desk.GapRecord{{Query: "new", At: now.AddDate(0, 0, -400)}, {Query: "old", At: now.AddDate(0, 0, -401)}},
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := newGaps(s, &now).Run(ctx); err != nil || len(s.records) != 1 || s.records[0].Query != "new" {
		t.Errorf("%+v, %v", s.records, err)
	}
}

func TestGapsAreRankedByCost(t *testing.T) {
	now := time.Date(2024, 3, 30, 9, 0, 0, 0, time.UTC)
	at := func(day int) time.Time { return time.Date(2024, 3, day, 9, 0, 0, 0, time.UTC) }
	took := func(hours int) (time.Time, time.Time) { return at(2), at(2).Add(time.Duration(hours) * time.Hour) }
	ticket := func(id, wording string, day, hours int) desk.GapRecord {
		r := desk.GapRecord{
			Kind: desk.GapNoArticle, Query: wording, Wording: wording, Ticket: id, At: at(day), Reader: "staff",
		}
		r.Opened, r.Resolved = took(hours)
		return r
	}
	s := &gapShelf{records: []desk.GapRecord{ // newest first
		ticket("3", "badge", 20, 8),
		// The same ticket as above.
		{Kind: desk.GapBelowFloor, Query: "badge", Wording: "badge", Ticket: "3", At: at(19), Reader: "requester"},
		ticket("2", "vpn", 18, 1),
		{Kind: desk.GapNoResult, Query: "vpn", Wording: "vpn", At: at(17), Reader: "visitor", Locale: "de"},
		{Kind: desk.GapNoResult, Query: "vpn", Wording: "vpn", At: at(16), Reader: "visitor", Locale: "en"},
		{Kind: desk.GapRefused, Query: "toner", Wording: "toner", At: at(15), Reader: "visitor"},
		{Kind: desk.GapRefused, Query: "old", Wording: "old", At: now.AddDate(0, -2, 0), Reader: "visitor"},
	}}
	g := newGaps(s, &now)
	got, err := g.List(t.Context(), manager, desk.GapFilter{Limit: 2})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	show := func(p desk.GapPage) {
		for _, x := range p.Groups {
			lines = append(lines,
				fmt.Sprintf("%s %d×%v=%v own %v %v", x.Wording, x.Volume, x.Resolve, x.Cost(), x.Own, x.Locales))
		}
	}
	show(got)
	if got.Total != 3 || got.Volume != 5 || got.Next == "" {
		t.Errorf("page %+v", got)
	}
	got, err = g.List(t.Context(), manager, desk.GapFilter{Limit: 2, After: got.Next})
	if err != nil {
		t.Fatal(err)
	}
	show(got)
	want := []string{
		"badge 1×8h0m0s=8h0m0s own true []", "toner 1×4h30m0s=4h30m0s own false []", "vpn 3×1h0m0s=3h0m0s own true [de en]",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	if got.Next != "" {
		t.Errorf("next %q on the last page", got.Next)
	}
}

func TestWhoMayListGaps(t *testing.T) {
	now := time.Date(2024, 3, 30, 9, 0, 0, 0, time.UTC)
	g := newGaps(&gapShelf{}, &now)
	for _, tc := range []struct {
		actor access.Actor
		kind  fault.Kind
		f     desk.GapFilter
	}{
		{access.Actor{}, fault.Forbidden, desk.GapFilter{}},
		{access.Actor{ID: "u_1", Roles: []access.Role{access.Requester}}, fault.Forbidden, desk.GapFilter{}},
		{access.Actor{ID: "u_1", Roles: []access.Role{access.Agent}}, fault.Forbidden, desk.GapFilter{}},
		{manager, fault.Invalid, desk.GapFilter{Days: 9999}},
		{manager, fault.Invalid, desk.GapFilter{Kind: "other"}},
		{manager, fault.Invalid, desk.GapFilter{After: "x"}},
	} {
		if _, err := g.List(t.Context(), tc.actor, tc.f); !fault.Is(err, tc.kind) {
			t.Errorf("%v %+v: %v, want %v", tc.actor.Roles, tc.f, err, tc.kind)
		}
	}
}

// recorder notes what the desk records.
type recorder struct{ gaps []desk.Gap }

func (r *recorder) Record(g desk.Gap) { r.gaps = append(r.gaps, g) }

func TestDeskRecordsGaps(t *testing.T) {
	for _, tc := range []struct {
		name  string
		below bool // nothing is suggested at intake
		in    desk.ResolveInput
		want  []desk.GapKind
	}{
		{
			"resolved with a note alone", false,
			desk.ResolveInput{Code: desk.Fixed, Note: "Changed the cable."},
			[]desk.GapKind{desk.GapNoArticle},
		},
		{"resolved with an article", false, desk.ResolveInput{Code: desk.Fixed, Articles: []string{"pub"}}, nil},
		{"withdrawn", false, desk.ResolveInput{Code: desk.Withdrawn}, nil},
		{"below the floor at intake", true, desk.ResolveInput{Code: desk.Duplicate}, []desk.GapKind{desk.GapBelowFloor}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w, r := newWorld(t), &recorder{}
			w.Service.Gaps = r
			if tc.below {
				w.Suggester = silent{}
			}
			tk := must[desk.Ticket](t)(w.OpenTicket(ctx, rita, desk.NewTicket{Subject: "Screen dark", Body: "It is."}))
			must[desk.Ticket](t)(w.Resolve(ctx, ada, tk.ID, tc.in))
			var got []desk.GapKind
			for _, g := range r.gaps {
				got = append(got, g.Kind)
				if g.Ticket != tk.ID || g.Query != "Screen dark" || len(g.Private) != 1 {
					t.Errorf("recorded %+v", g)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// silent finds nothing.
type silent struct{}

func (silent) Suggest(context.Context, desk.SuggestRequest) (desk.Suggestions, error) {
	return desk.Suggestions{BelowFloor: true}, nil
}
