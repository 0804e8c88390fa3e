package retrieval_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/ranker"
)

func TestForeignWeightsAreRefused(t *testing.T) {
	w := ranker.Shipped(ranker.Setting{})
	fewer := w
	fewer.Features = fewer.Features[1:]
	form := w
	form.Form++
	short := w
	short.Linear = short.Linear[1:]
	e, _ := library(t)
	for name, text := range map[string]string{
		"no JSON": "{", "features": fewer.JSON(), "form": form.JSON(), "weights": short.JSON(), "another thing": `{"v":1}`,
	} {
		if err := e.Use(text); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if e.Ranker().Hash() != w.Hash() {
		t.Error("refused weights are in use")
	}
}

func TestUseSwitchesAtOnce(t *testing.T) {
	e, _ := library(t)
	before := suggest(t, e, "vpn from home", "does not connect", staff)
	w := ranker.Shipped(ranker.Setting{})
	w.Calibrator.Weights[0]++
	if err := e.Use(w.JSON()); err != nil {
		t.Fatal(err)
	}
	after := suggest(t, e, "vpn from home", "does not connect", staff)
	if after.Articles[0].Score <= before.Articles[0].Score {
		t.Errorf("%v, then %v", before.Articles[0].Score, after.Articles[0].Score)
	}
	if err := e.Use(""); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before.Articles, suggest(t, e, "vpn from home", "does not connect", staff).Articles); diff != "" {
		t.Errorf("not what it was: %s", diff)
	}
}

// office makes a desk at which the first word of the subject, which no article contains,
// decides what helps, and in which the text misleads.
func office(n int) *eval.Snapshot {
	s := eval.NewSnapshot()
	rng := rand.New(rand.NewPCG(3, 4))
	const kinds = 12
	for k := range kinds {
		a := article(
			fmt.Sprintf("a%02d", k), "About "+vocabulary[k],
			"Look after the "+vocabulary[k]+" and the "+vocabulary[(k+5)%kinds]+".",
		)
		a.CreatedAt = noon.AddDate(-5, 0, 0)
		s.PutArticles(a)
	}
	for i := range n {
		k := rng.IntN(kinds)
		at := noon.AddDate(-1, 0, 0).Add(time.Duration(i) * 3 * time.Hour)
		noise := vocabulary[rng.IntN(kinds)]
		x := resolved(
			fmt.Sprint(1000+i), fmt.Sprintf("kind%dx %s", k, noise), "The "+noise+" is broken, the "+noise+" does nothing.", at,
			fmt.Sprintf("a%02d", k),
		)
		s.PutTickets(x)
	}
	return s
}

func TestTrainAdoptsWhatIsBetterOnLaterTickets(t *testing.T) {
	s := office(700)
	e := open(t, s)
	weak := ranker.Shipped(ranker.Setting{})
	for k := range weak.Linear {
		weak.Linear[k] = 0
	}
	weak.Linear[0] = 5 // text alone
	out, err := e.Train(t.Context(), s, weak.JSON())
	if err != nil {
		t.Fatal(err)
	}
	r := out.Report
	if !out.Better || r.Gain.Low <= 0 || r.Candidate <= r.InForce || !strings.HasPrefix(out.Reason, "better on") {
		t.Fatalf("%s %+v", out.Reason, out.Report)
	}
	if out.Report.Trained < 300 || out.Report.Compared < 100 {
		t.Errorf("%+v", out.Report)
	}
	again, err := e.Train(t.Context(), s, weak.JSON())
	if err != nil || again.Weights != out.Weights || again.Report.Gain != out.Report.Gain {
		t.Errorf("the same tickets lead to other weights: %v", err)
	}
	next, err := e.Train(t.Context(), s, out.Weights)
	if err != nil || next.Better {
		t.Errorf("what is in force is beaten by the same again: %v %s", err, next.Reason)
	}
	if err := e.Use(out.Weights); err != nil {
		t.Error(err)
	}
}

func TestTrainNeedsTickets(t *testing.T) {
	s := office(60)
	out, err := open(t, s).Train(t.Context(), s, "")
	if err != nil || out.Better || out.Weights != "" || !strings.Contains(out.Reason, "are needed") {
		t.Errorf("%+v, %v", out, err)
	}
}

// TestTrainLooksAtNothingYounger: an article written after a ticket came in is not what
// it should have been answered with.
func TestTrainLooksAtNothingYounger(t *testing.T) {
	s := office(300)
	later := noon.AddDate(1, 0, 0)
	for i := range 300 { // the articles were linked when they had been written
		found, err := s.IndexTickets(t.Context(), []string{fmt.Sprint(1000 + i)})
		if err != nil {
			t.Fatal(err)
		}
		x := found[0]
		x.Links = slices.Clone(x.Links)
		x.Links[0].At = later
		s.PutTickets(x)
	}
	rewritten(s, later)
	out, err := open(t, s).Train(t.Context(), s, "")
	if err != nil || out.Report.Trained != 0 || out.Better {
		t.Errorf("%+v, %v", out, err)
	}
}

// rewritten makes the articles of an office as old as the time.
func rewritten(s *eval.Snapshot, at time.Time) {
	for k := range 12 {
		a := article(fmt.Sprintf("a%02d", k), "About "+vocabulary[k], "Look after it.")
		a.CreatedAt = at
		s.PutArticles(a)
	}
}

// TestTrainOnHistory: articles that came in today with the tickets of years resolved them all
// the same, and each counts as known from its first use on.
func TestTrainOnHistory(t *testing.T) {
	s := office(300)
	rewritten(s, noon.AddDate(1, 0, 0))
	out, err := open(t, s).Train(t.Context(), s, "")
	if n := out.Report.Trained + out.Report.Compared; err != nil || n < 250 || n > 300-12 {
		t.Errorf("trained on %d tickets: %+v, %v", n, out.Report, err)
	}
}

// TestAGrownMemoryRanksLikeARebuiltOne: the ranking, with all features, follows from the
// tickets as they are.
func TestAGrownMemoryRanksLikeARebuiltOne(t *testing.T) {
	s := office(250)
	one := open(t, s)
	half := office(120)
	two := open(t, half)
	for _, id := range ticketIDs(t, s) {
		got, err := s.IndexTickets(t.Context(), []string{id})
		if err != nil {
			t.Fatal(err)
		}
		half.PutTickets(got...)
		if len(id)%3 == 0 {
			follow(t, two)
		}
	}
	follow(t, two)
	r := desk.SuggestRequest{Subject: "kind3x vpn", Body: "The vpn does nothing", Visibility: staff}
	a, err := one.RankParts(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	b, err := two.RankParts(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a, b); diff != "" || len(a) == 0 || a[0].ID != "a03" {
		t.Errorf("%v %s", a, diff)
	}
}

func ticketIDs(t *testing.T, s *eval.Snapshot) []string {
	t.Helper()
	var out []string
	for after := ""; ; after = out[len(out)-1] {
		ids, err := s.TicketIDs(t.Context(), after, 100)
		if err != nil {
			t.Fatal(err)
		}
		if len(ids) == 0 {
			return out
		}
		out = append(out, ids...)
	}
}

func TestOverdueAndUnhelpfulArticlesFall(t *testing.T) {
	twins := func() (kb.Article, kb.Article) {
		return article(
			"a", "Badge reader blinks", "Hold the card to it.",
		), article("b", "Badge reader blinks", "Hold the card to it.")
	}
	a, b := twins()
	a.ReviewBy = noon.AddDate(0, 0, -10)
	if got := first(t, open(t, withArticles(a, b)), "badge reader blinks"); got != "b" {
		t.Errorf("the one whose review is overdue is %q", got)
	}
	a, b = twins()
	a.Ratings.DidNot = 2
	if got := first(t, open(t, withArticles(a, b)), "badge reader blinks"); got != "b" {
		t.Errorf("the one that did not help its readers is %q", got)
	}
	a, b = twins()
	b.Ratings.Helped = 2
	if got := first(t, open(t, withArticles(a, b)), "badge reader blinks"); got != "b" {
		t.Errorf("the one that helped its readers is not %q", got)
	}
	source := withArticles(a, b)
	if e := open(t, source); first(t, e, "badge reader blinks") == "b" {
		b.Ratings = kb.Ratings{DidNot: 2}
		source.PutArticles(b)
		follow(t, e)
		if got := first(t, e, "badge reader blinks"); got != "a" {
			t.Errorf("after other words of its readers the first is %q", got)
		}
	}
	a, b = twins()
	source = withArticles(a, b)
	x := resolved("1", "badge reader blinks", "It blinks.", noon.Add(-time.Hour))
	x.Dismissed = []desk.Dismissal{{Article: "a", At: noon.Add(-2 * time.Hour)}}
	source.PutTickets(x)
	e := open(t, source)
	if got := first(t, e, "badge reader blinks"); got != "b" {
		t.Errorf("the one that was dismissed is %q", got)
	}
}
