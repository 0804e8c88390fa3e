package web_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/retrieval"
)

type fakeGaps struct {
	page     desk.GapPage
	filter   desk.GapFilter
	recorded []desk.Gap
}

func newFakeGaps() *fakeGaps {
	return &fakeGaps{page: desk.GapPage{
		Groups: []desk.GapGroup{
			{
				Wording: "vpn drops " + hostile, Examples: []string{hostile}, Volume: 3, Tickets: []string{"1001", "1002"},
				Kinds: map[desk.GapKind]int{desk.GapNoArticle: 2, desk.GapNoResult: 1}, Services: []string{"remote-access"},
				Resolve: 3 * time.Hour, Own: true, First: noon, Last: noon,
			},
			{
				Wording: "toner", Volume: 1, Kinds: map[desk.GapKind]int{desk.GapRefused: 1}, Resolve: 20 * time.Minute,
				Last: noon,
			},
		},
		Total: 30, Volume: 40, Next: "25",
	}}
}

func (f *fakeGaps) Record(g desk.Gap) { f.recorded = append(f.recorded, g) }

func (f *fakeGaps) List(_ context.Context, _ access.Actor, filter desk.GapFilter) (desk.GapPage, error) {
	f.filter = filter
	return f.page, nil
}

func TestGapsPage(t *testing.T) {
	s := newSite(t)
	rec := s.get(knower, "/gaps?days=90&kind=no_article")
	s.shows(rec, http.StatusOK, "40 gaps in 30 groups", "vpn drops", "#1001", "2 resolved without an article", "9.0 h",
		"20 min (average of all)", "Next")
	if diff := cmp.Diff(desk.GapFilter{Days: 90, Kind: desk.GapNoArticle, Limit: 25}, s.gaps.filter); diff != "" {
		t.Error(diff)
	}
	s.get(knower, "/gaps?days=12345&kind=%3Cscript%3E")
	if s.gaps.filter.Days != desk.DefaultGapDays || s.gaps.filter.Kind != "" {
		t.Errorf("filtered by %+v", s.gaps.filter)
	}
	s.gaps.page = desk.GapPage{}
	s.shows(s.get(knower, "/gaps"), http.StatusOK, "No gaps in this period")
	for _, who := range []access.Actor{visitor, requester, agent} {
		if rec := s.get(who, "/gaps"); rec.Code == http.StatusOK {
			t.Errorf("%v can read the gaps", who.Roles)
		}
	}
}

func TestSearchPageRecordsGaps(t *testing.T) {
	for _, tc := range []struct {
		name, path string
		found      retrieval.Results
		want       []desk.GapKind
	}{
		{"nothing", "/search?q=flux", retrieval.Results{}, []desk.GapKind{desk.GapNoResult}},
		{
			"nothing close", "/search?q=flux",
			retrieval.Results{Hits: []desk.ArticleHit{{}}, BelowFloor: true},
			[]desk.GapKind{desk.GapBelowFloor},
		},
		{"nothing of one kind", "/search?q=flux&kind=faq", retrieval.Results{}, nil},
		{"no further page", "/search?q=flux&after=x", retrieval.Results{}, nil},
		{"no words", "/search", retrieval.Results{}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSite(t)
			s.find.results = tc.found
			s.write.answer.Refused = true
			if rec := s.get(visitor, tc.path); rec.Code != http.StatusOK {
				t.Fatalf("status %d", rec.Code)
			}
			var got []desk.GapKind
			for _, g := range s.gaps.recorded {
				got = append(got, g.Kind)
				if g.Query != "flux" {
					t.Errorf("recorded %+v", g)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestAnswersSwitchedOffAreNoGap: a refusal for want of knowledge is a gap, one by the
// service model is none.
func TestAnswersSwitchedOffAreNoGap(t *testing.T) {
	for off, want := range map[bool][]desk.GapKind{false: {desk.GapRefused}, true: nil} {
		s := newSite(t)
		s.write.answer.Refused, s.write.answer.Off = true, off
		s.lacks(s.get(visitor, "/search?q=flux"), "answer-h")
		var got []desk.GapKind
		for _, g := range s.gaps.recorded {
			got = append(got, g.Kind)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("switched off %v:\n%s", off, diff)
		}
	}
}
