package learning_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/learning"
	"github.com/deskbook/deskbook/retrieval/truth"
)

var january = time.Date(2025, 1, 1, 9, 0, 0, 0, time.UTC)

// aged makes an article that was written on a day.
func aged(a kb.Article, at time.Time) kb.Article {
	a.CreatedAt = at
	return a
}

// ask makes a ticket that was opened at a time and resolved an hour later.
func ask(id, subject string, at time.Time, articles ...string) desk.Ticket {
	t := learningResolved(id, subject, "", at.Add(time.Hour), articles...)
	t.CreatedAt = at
	for i := range t.Links {
		t.Links[i].At = t.ResolvedAt
	}
	return t
}

func replayed(t testing.TB, source truth.Source, change ...func(*learning.HistoryOptions)) learning.HistoryReport {
	t.Helper()
	o := learning.HistoryOptions{Source: source, Dir: filepath.Join(t.TempDir(), "evaluation")}
	for _, c := range change {
		c(&o)
	}
	p, err := learning.EvaluateHistory(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if !p.Ended || p.Done != p.Total {
		t.Fatalf("ended %v after %d of %d", p.Ended, p.Done, p.Total)
	}
	return p.Report
}

func shelfOf(at time.Time) []kb.Article {
	return []kb.Article{
		aged(
			learningArticle("a_vpn", "VPN drops", "## Resolution\n\nRenew the certificate of the remote access client."), at,
		),
		aged(learningArticle("a_print", "Printer queue is stuck", "## Resolution\n\nRestart the spooler."), at),
		aged(learningArticle("a_mail", "Mailbox is full", "## Resolution\n\nArchive old mail."), at),
	}
}

// TestHistory: what no word leads to is found once it was resolved before.
func TestHistory(t *testing.T) {
	s := eval.NewSnapshot()
	s.PutArticles(shelfOf(january.AddDate(0, -1, 0))...)
	first := ask("1001", "blue blinking thing in the cellar", january, "a_vpn")
	first.Service = "network"
	again := ask("1002", "the blue thing blinking in the cellar again", january.AddDate(0, 1, 0), "a_vpn")
	again.Service = "network"
	s.PutTickets(
		first, again, ask("1003", "printer queue stuck", january.AddDate(0, 1, 1), "a_print"),
		ask("1004", "nobody linked anything", january),
	)
	r := replayed(t, s)
	if r.Tickets != 3 || r.Without != 1 || r.Articles != 3 || !r.From.Equal(first.CreatedAt) {
		t.Errorf("counts: %+v", r)
	}
	want := []learning.GroupScore{
		{Name: "2025-01", Tickets: 1, Articles: 3},
		{
			Name: "2025-02", Tickets: 2, Articles: 3, Known: 2, Learned: learning.Score{NDCG10: 1, Hit1: 1, Hit3: 1, Hit10: 1},
			Text: learning.Score{NDCG10: .5, Hit1: .5, Hit3: .5, Hit10: .5},
		},
	}
	ignore := cmpopts.IgnoreFields(learning.Score{}, "Low", "High", "Coverage", "Precision")
	if d := cmp.Diff(want, r.Months, ignore); d != "" {
		t.Errorf("months (-want +got):\n%s", d)
	}
	if s := r.Services; len(s) != 2 || s[0].Name != "network" || s[0].Tickets != 2 || s[0].Learned.Hit1 != .5 {
		t.Errorf("services: %+v", r.Services)
	}
	if r.Gain.Mean <= 0 || r.Learned.NDCG10 <= r.Text.NDCG10 {
		t.Errorf("gain %+v", r.Gain)
	}
}

// TestHistoryByLanguage: a ticket counts for the language that it is written in.
func TestHistoryByLanguage(t *testing.T) {
	s := eval.NewSnapshot()
	s.PutArticles(shelfOf(january.AddDate(0, -1, 0))...)
	s.PutTickets(
		ask("1001", "Mein Drucker druckt nicht und die Warteschlange ist voll", january, "a_print"),
		ask("1002", "Wie kann ich das VPN wieder verbinden, wenn es nicht geht", january, "a_vpn"),
		ask("1003", "My mailbox is full and I cannot send", january, "a_mail"),
		ask("1004", "printer queue", january, "a_print"),
	)
	got := map[string]int{}
	for _, g := range replayed(t, s).Languages {
		got[g.Name] = g.Tickets
	}
	if d := cmp.Diff(map[string]int{"de": 2, "en": 1, "": 1}, got); d != "" {
		t.Errorf("by language (-want +got):\n%s", d)
	}
}

// TestHistoryEdges: articles that came later, merged, archived and imported ones,
// and links that were noted after the resolution.
func TestHistoryEdges(t *testing.T) {
	may := january.AddDate(0, 4, 0)
	merged := aged(learningArticle("a_old", "VPN drops, old", "Renew it."), january)
	merged.Confidence, merged.SupersededBy = kb.Archived, "a_vpn"
	retired := aged(learningArticle("a_retired", "Fax", "Plug it in."), january)
	retired.Confidence = kb.Archived
	late := ask("1005", "vpn drops at home", may, "a_vpn")
	late.Links[0].At = may.AddDate(0, 2, 0)
	tests := []struct {
		name     string
		articles []kb.Article
		tickets  []desk.Ticket
		check    func(r learning.HistoryReport) bool
	}{
		{
			"written afterwards", shelfOf(may),
			[]desk.Ticket{ask("1001", "vpn drops", january, "a_vpn")},
			func(r learning.HistoryReport) bool { return r.Tickets == 0 && r.Later == 1 && r.Quiet == 1 },
		},
		{
			"imported after its first use", shelfOf(may),
			[]desk.Ticket{
				ask("1001", "vpn drops", january, "a_vpn"), ask("1002", "vpn drops", january.AddDate(0, 1, 0), "a_vpn"),
			},
			func(r learning.HistoryReport) bool { return r.Tickets == 1 && r.Later == 1 && r.Learned.Hit1 == 1 },
		},
		{
			"merged", append(shelfOf(may), merged),
			[]desk.Ticket{ask("1001", "vpn drops", january.AddDate(0, 1, 0), "a_old")},
			func(r learning.HistoryReport) bool { return r.Tickets == 1 && r.Articles == 3 && r.Learned.Hit1 == 1 },
		},
		{
			"archived", append(shelfOf(january), retired),
			[]desk.Ticket{ask("1001", "fax", january.AddDate(0, 1, 0), "a_retired")},
			func(r learning.HistoryReport) bool { return r.Tickets == 0 && r.Later == 0 && r.Without == 0 },
		},
		{
			"linked after the resolution", shelfOf(january),
			[]desk.Ticket{
				late, ask("1006", "quite another matter", may.AddDate(0, 1, 0), "a_vpn"),
				ask("1007", "one more", may.AddDate(0, 3, 0), "a_mail"),
			},
			func(r learning.HistoryReport) bool { return r.Months[1].Known == 0 && r.Months[2].Known == 2 },
		},
		{
			"nothing at all", nil, nil,
			func(r learning.HistoryReport) bool { return r.Tickets == 0 && len(r.Months) == 0 && len(r.Bins) == 10 },
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := eval.NewSnapshot()
			s.PutArticles(tt.articles...)
			s.PutTickets(tt.tickets...)
			if r := replayed(t, s); !tt.check(r) {
				t.Errorf("%+v", r)
			}
		})
	}
}

// past is a random history: what was written and resolved when.
type pastOf struct {
	articles []kb.Article
	tickets  []desk.Ticket
}

func invent(seed uint64) pastOf {
	rng := rand.New(rand.NewPCG(seed, 7))
	topics := []string{
		"vpn tunnel drop", "printer queue stuck", "mailbox quota full", "screen flicker driver", "password reset link",
		"badge reader door",
	}
	filler := strings.Fields("please help since monday our office nobody works urgent again after update strange red " +
		"blue slow new old")
	say := func(topic string) string {
		words := strings.Fields(topic)
		for range 4 {
			words = append(words, filler[rng.IntN(len(filler))])
		}
		rng.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		return strings.Join(words, " ")
	}
	var p pastOf
	for i, topic := range topics {
		for n := range 2 {
			id := fmt.Sprintf("a_%d_%d", i, n)
			p.articles = append(
				p.articles,
				aged(learningArticle(id, say(topic), "## Resolution\n\n"+say(topic)), january.AddDate(0, 0, rng.IntN(120)-60)),
			)
		}
	}
	for n := range 60 {
		i := rng.IntN(len(topics))
		at := january.Add(time.Duration(rng.IntN(150*24)) * time.Hour)
		t := ask(fmt.Sprint(1001+n), say(topics[i]), at, fmt.Sprintf("a_%d_%d", i, rng.IntN(2)))
		t.ResolvedAt = at.Add(time.Duration(1+rng.IntN(400)) * time.Hour)
		t.Resolution.At = t.ResolvedAt
		t.Links[0].At = t.ResolvedAt.Add(time.Duration(rng.IntN(3)*rng.IntN(200)) * time.Hour)
		p.tickets = append(p.tickets, t)
	}
	return p
}

func (p pastOf) source() *eval.Snapshot {
	s := eval.NewSnapshot()
	s.PutArticles(p.articles...)
	s.PutTickets(p.tickets...)
	return s
}

// TestHistoryKnowsNothingLater is the property: whatever happens from a day on, the
// figures of the months before it stay what they were.
func TestHistoryKnowsNothingLater(t *testing.T) {
	for seed := range uint64(4) {
		p := invent(seed)
		cut := january.AddDate(0, 2+int(seed%2), 0)
		others := map[string]func(t desk.Ticket) []desk.Ticket{
			"never come": func(desk.Ticket) []desk.Ticket { return nil },
			"say what an earlier one said, resolved with another article": func(t desk.Ticket) []desk.Ticket {
				t.Subject = p.tickets[len(t.ID)%7].Subject
				t.Links = slices.Clone(t.Links)
				t.Links[0].Target = "a_0_0"
				return []desk.Ticket{t}
			},
		}
		before := func(r learning.HistoryReport) []learning.GroupScore {
			return slices.DeleteFunc(
				slices.Clone(r.Months), func(m learning.GroupScore) bool { return m.Name >= cut.Format("2006-01") },
			)
		}
		want := before(replayed(t, p.source()))
		if len(want) < 2 {
			t.Fatalf("seed %d has %d months before the cut", seed, len(want))
		}
		for name, other := range others {
			t.Run(fmt.Sprintf("%d/later tickets %s", seed, name), func(t *testing.T) {
				q := pastOf{articles: slices.Clone(p.articles)}
				for i, a := range q.articles {
					if !a.CreatedAt.Before(cut) { // a later article says something else
						q.articles[i].Title = p.tickets[0].Subject
					}
				}
				for _, x := range p.tickets {
					// Ranked before, a ticket stays; what resolved it stays where that was known.
					if x.CreatedAt.Before(cut) || x.Links[0].At.Before(cut) {
						q.tickets = append(q.tickets, x)
					} else {
						q.tickets = append(q.tickets, other(x)...)
					}
				}
				if d := cmp.Diff(want, before(replayed(t, q.source()))); d != "" {
					t.Errorf("the past changed (-want +got):\n%s", d)
				}
			})
		}
	}
}

// TestHistoryResumes: interrupted at any checkpoint and taken up again, an
// evaluation ends with the same report.
func TestHistoryResumes(t *testing.T) {
	s := invent(9).source()
	want := replayed(t, s)
	seconds := cmpopts.IgnoreFields(learning.HistoryReport{}, "Seconds")
	stop := errors.New("stop")
	var checkpoint string
	var got learning.HistoryProgress
	dir, calls := filepath.Join(t.TempDir(), "evaluation"), 0
	for !got.Ended {
		if calls++; calls > 20 {
			t.Fatal("it never ends")
		}
		o := learning.HistoryOptions{Source: s, Dir: dir, Checkpoint: checkpoint, Budget: time.Nanosecond}
		saved := 0
		o.Save = func(_ context.Context, p learning.HistoryProgress) error {
			if saved++; calls%2 == 0 {
				return stop // what was done is lost and done again
			}
			checkpoint = p.Checkpoint
			return nil
		}
		p, err := learning.EvaluateHistory(t.Context(), o)
		if calls%2 == 0 {
			if !errors.Is(err, stop) || saved != 1 {
				t.Fatalf("after an error of Save: %v after %d calls", err, saved)
			}
			continue
		}
		if err != nil || saved != 1 {
			t.Fatalf("saved %d times, %v", saved, err)
		}
		got = p
	}
	if calls < 2*len(want.Months)-1 {
		t.Errorf("%d calls for %d months", calls, len(want.Months))
	}
	if d := cmp.Diff(want, got.Report, seconds); d != "" {
		t.Errorf("in pieces it is another report (-whole +pieces):\n%s", d)
	}
}

// TestHistoryIsBounded: only the newest are ranked, but the others are known.
func TestHistoryIsBounded(t *testing.T) {
	s := invent(3).source()
	whole := replayed(t, s)
	r := replayed(t, s, func(o *learning.HistoryOptions) { o.Newest = 20 })
	if n := r.Tickets + r.Later; n != 20 || r.Older != whole.Tickets+whole.Later-20 {
		t.Errorf("%d ranked, %d older", n, r.Older)
	}
	last, want := r.Months[len(r.Months)-1], whole.Months[len(whole.Months)-1]
	if d := cmp.Diff(want, last); d != "" && last.Tickets == want.Tickets {
		t.Errorf("the last month differs (-whole +bounded):\n%s", d)
	}
	ended := replayed(t, s, func(o *learning.HistoryOptions) { o.Until = january.AddDate(0, 2, 0) })
	for _, m := range ended.Months {
		if m.Name >= "2025-03" {
			t.Errorf("%s comes after the end", m.Name)
		}
	}
}
