package evaluation

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/retrieval/learning"
)

// Shown is the report of one run.
type Shown struct {
	ID       string
	Partial  bool // the run is still in progress
	At       time.Time
	From, To time.Time
	Version  string
	Articles int
	Tickets  int
	Later    int
	Quiet    string
	Without  int
	Older    int
	Floor    string
	Gain     string
	Better   bool // whether the interval of the gain is above zero
	Worse    bool // whether it is below zero
	Rows     []Row
	Compared bool // with the previous run
	Trained  bool // whether the weights were trained on some of these tickets
	Curve    Chart
	Floors   Chart
	Diagram  Chart
	Error    string // of the calibration
	Months   []Row
	Services []Row
	Smaller  []Row // services with fewer tickets
	// Languages is empty if all tickets are in one language.
	Languages []Row
	Misses    []Miss
	Took      string
}

// Row is a row in a table of measures.
type Row struct {
	Name      string
	Tickets   int
	Known     int
	NDCG      string
	Interval  string
	Text      string
	Hit1      string
	Hit3      string
	Coverage  string
	Precision string
	Change    bool // whether it shows differences
}

// Miss is a ticket for which a wrong article was ranked first.
type Miss struct {
	Ticket   Link
	Opened   time.Time
	First    Link
	FirstP   string
	Wanted   []Link
	Rank     int // 0 if beyond 100
	TextRank int
}

// Link is an object; without a URL, one that the reader may not see.
type Link struct {
	URL   string
	Title string
}

func (p *Page) report(c echo.Context, run learning.EvaluationRun, before *learning.EvaluationRun) (*Shown, error) {
	r := run.Report
	s := &Shown{
		ID: run.ID, Partial: !run.Ended(), At: run.FinishedAt, From: r.From, To: r.To, Version: weightsLabel(run),
		Articles: r.Articles, Tickets: r.Tickets, Later: r.Later, Quiet: share(r.Quiet), Without: r.Without, Older: r.Older,
		Floor:  share(r.Floor),
		Gain:   fmt.Sprintf("%+.3f (95%% interval %+.3f to %+.3f)", r.Gain.Mean, r.Gain.Low, r.Gain.High),
		Better: r.Gain.Low > 0, Worse: r.Gain.High < 0, Error: figure(r.CalibrationError), Took: formatDuration(r.Seconds),
		Rows:  []Row{scoreRow("With learning", r.Tickets, r.Learned), scoreRow("Text only", r.Tickets, r.Text)},
		Curve: learningCurve(r), Floors: floorCurve(r), Diagram: reliabilityDiagram(r), Months: groupRows(r.Months, ""),
		Services: groupRows(r.Services, "No service"),
	}
	if len(r.Languages) > 1 {
		s.Languages = groupRows(r.Languages, "Unknown")
	}
	if len(s.Services) > shownGroups+2 {
		s.Services, s.Smaller = s.Services[:shownGroups], s.Services[shownGroups:]
	}
	s.Trained = run.Weights != ""
	if before != nil {
		b := before.Report
		s.Compared = true
		s.Rows = append(s.Rows,
			scoreRow("Previous run, with learning ("+weightsLabel(*before)+")", b.Tickets, b.Learned),
			changeRow("Change from the previous run", r.Tickets-b.Tickets, r.Learned, b.Learned))
	}
	names := links{page: p, ctx: c.Request().Context(), actor: route.Actor(c), articles: map[string]Link{}}
	for _, m := range r.Misses[:min(len(r.Misses), shownMisses)] {
		row, err := names.miss(m)
		if err != nil {
			return nil, err
		}
		s.Misses = append(s.Misses, row)
	}
	return s, nil
}

func formatDuration(seconds float64) string {
	if seconds < 60 {
		return layout.Plural(int(math.Ceil(seconds)), "second", "seconds")
	}
	return layout.Plural(int(math.Round(seconds/60)), "minute", "minutes")
}

func scoreRow(name string, tickets int, x learning.Score) Row {
	precision := share(x.Precision)
	if x.Coverage == 0 {
		precision = "–" // no suggestions
	}
	return Row{
		Name: name, Tickets: tickets, NDCG: figure(x.NDCG10), Interval: figure(x.Low) + "–" + figure(x.High),
		Hit1: share(x.Hit1), Hit3: share(x.Hit3), Coverage: share(x.Coverage), Precision: precision,
	}
}

func changeRow(name string, tickets int, a, b learning.Score) Row {
	points := func(x, y float64) string { return signed("%+.0f", 100*(x-y)) + " pt" }
	return Row{
		Name: name, Tickets: tickets, Change: true, NDCG: signed("%+.3f", a.NDCG10-b.NDCG10),
		Hit1: points(a.Hit1, b.Hit1), Hit3: points(a.Hit3, b.Hit3),
		Coverage: points(a.Coverage, b.Coverage), Precision: points(a.Precision, b.Precision),
	}
}

// signed formats a difference; one that rounds to zero has no sign.
func signed(format string, x float64) string {
	s := fmt.Sprintf(format, x)
	if strings.Trim(s, "+-0.") == "" {
		return "±0"
	}
	return s
}

// groupRows returns a row per group; none names the group with an empty name.
func groupRows(groups []learning.GroupScore, none string) []Row {
	var rows []Row
	for _, g := range groups {
		row := scoreRow(cmp.Or(g.Name, none), g.Tickets, g.Learned)
		row.Known, row.Text = g.Known, figure(g.Text.NDCG10)
		if g.Tickets == 0 {
			row.NDCG, row.Text, row.Hit1, row.Hit3, row.Coverage = "–", "–", "–", "–", "–"
		}
		rows = append(rows, row)
	}
	return rows
}

// links looks up the titles of tickets and articles that the reader may see.
type links struct {
	page     *Page
	ctx      context.Context //nolint:containedctx // used for one request only
	actor    access.Actor
	articles map[string]Link
}

func (l links) miss(m learning.Miss) (Miss, error) {
	row := Miss{Opened: m.Opened, FirstP: share(m.FirstP), Rank: m.Rank, TextRank: m.TextRank}
	t, err := l.page.Tickets.Ticket(l.ctx, l.actor, m.Ticket)
	switch {
	case hidden(err):
		row.Ticket.Title = "A ticket you don't have access to"
	case err != nil:
		return Miss{}, err
	default:
		row.Ticket = Link{URL: "/tickets/" + t.ID, Title: "#" + t.ID + " " + t.Subject}
	}
	if row.First, err = l.article(m.First); err != nil {
		return Miss{}, err
	}
	for _, id := range m.Wanted {
		a, err := l.article(id)
		if err != nil {
			return Miss{}, err
		}
		row.Wanted = append(row.Wanted, a)
	}
	return row, nil
}

func (l links) article(id string) (Link, error) {
	if found, ok := l.articles[id]; ok {
		return found, nil
	}
	out := Link{Title: "An article you don't have access to"}
	a, err := l.page.Articles.Article(l.ctx, l.actor, id)
	switch {
	case hidden(err):
	case err != nil:
		return Link{}, err
	default:
		out = Link{URL: layout.ArticleURL(a), Title: a.Title}
	}
	l.articles[id] = out
	return out, nil
}

func hidden(err error) bool { return fault.Is(err, fault.NotFound) || fault.Is(err, fault.Forbidden) }
