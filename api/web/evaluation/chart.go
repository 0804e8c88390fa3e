package evaluation

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/deskbook/deskbook/retrieval/learning"
)

// Chart is a scalable drawing with its own units.
type Chart struct {
	Label         string // text alternative
	Width, Height int
	Left, Right   int // bounds of the plot
	Top, Bottom   int
	YTicks        []Tick // horizontal grid lines
	XTicks        []Tick // labels below the plot
	Guide         string // points of a reference line, "" for none
	Series        []Series
	XTitle        string
}

// Empty reports whether there is nothing to draw.
func (c Chart) Empty() bool {
	for _, s := range c.Series {
		if len(s.Dots) > 0 {
			return false
		}
	}
	return true
}

// Tick is a mark on an axis.
type Tick struct {
	At   int
	Text string
}

// Series is a line with its dots.
type Series struct {
	Name string
	Kind string // "a" or "b", which selects the style
	Line string // points, "" for dots only
	Dots []Dot
}

// Dot is a value with its description.
type Dot struct {
	X, Y, R int
	Text    string
}

const (
	chartWidth  = 560
	chartHeight = 230
	plotLeft    = 44
	plotTop     = 12
	plotRight   = 548
	plotBottom  = 200
	maxLabels   = 8
)

func newChart(label, xTitle string) Chart {
	c := Chart{
		Label: label, Width: chartWidth, Height: chartHeight, Left: plotLeft, Right: plotRight, Top: plotTop,
		Bottom: plotBottom, XTitle: xTitle,
	}
	for _, v := range []float64{0, .2, .4, .6, .8, 1} {
		c.YTicks = append(c.YTicks, Tick{At: c.y(v), Text: fmt.Sprintf("%.1f", v)})
	}
	return c
}

func (c Chart) y(v float64) int {
	return c.Bottom - int(math.Round(v*float64(c.Bottom-c.Top)))
}

func (c Chart) x(v float64) int {
	return c.Left + int(math.Round(v*float64(c.Right-c.Left)))
}

// months labels the x axis with months and returns the x coordinate of each month.
func (c *Chart) months(r *learning.HistoryReport) map[string]int {
	first, last := monthNumber(r.Months[0].Name), monthNumber(r.Months[len(r.Months)-1].Name)
	span := max(1, last-first)
	step := 1 + span/maxLabels
	at := map[string]int{}
	for _, m := range r.Months {
		at[m.Name] = c.x((float64(monthNumber(m.Name)-first) + .5) / float64(span+1))
	}
	for n := first; n <= last; n += step {
		x := c.x((float64(n-first) + .5) / float64(span+1))
		c.XTicks = append(c.XTicks, Tick{At: x, Text: fmt.Sprintf("%04d-%02d", n/12, n%12+1)})
	}
	return at
}

// monthNumber returns the number of months since year 0.
func monthNumber(name string) int {
	t, err := time.Parse("2006-01", name)
	if err != nil {
		return 0
	}
	return t.Year()*12 + int(t.Month()) - 1
}

// line adds a series with one value per month.
func (c *Chart) line(
	r *learning.HistoryReport, at map[string]int, name, kind string,
	value func(learning.GroupScore) (v float64, ok bool),
) {
	s := Series{Name: name, Kind: kind}
	var points []string
	for _, m := range r.Months {
		v, ok := value(m)
		if !ok || m.Tickets == 0 {
			continue
		}
		d := Dot{X: at[m.Name], Y: c.y(v), R: 3, Text: fmt.Sprintf("%s, %s: %.2f (%d tickets)", m.Name, name, v, m.Tickets)}
		s.Dots = append(s.Dots, d)
		points = append(points, fmt.Sprintf("%d,%d", d.X, d.Y))
	}
	s.Line = strings.Join(points, " ")
	c.Series = append(c.Series, s)
}

// learningCurve returns the chart of nDCG@10 by month, with and without learning.
func learningCurve(r *learning.HistoryReport) Chart {
	c := newChart("nDCG@10 by month, with learning and with text only; the table by month has the figures", "")
	if len(r.Months) == 0 {
		return c
	}
	at := c.months(r)
	c.line(r, at, "with learning", "a", func(m learning.GroupScore) (float64, bool) { return m.Learned.NDCG10, true })
	c.line(r, at, "text only", "b", func(m learning.GroupScore) (float64, bool) { return m.Text.NDCG10, true })
	return c
}

// floorCurve returns the chart of the share of tickets with a suggestion, and of how
// often the first suggestion was correct, by month.
func floorCurve(r *learning.HistoryReport) Chart {
	c := newChart("Coverage and precision at the floor by month; the table by month has the figures", "")
	if len(r.Months) == 0 {
		return c
	}
	at := c.months(r)
	c.line(r, at, "coverage", "a", func(m learning.GroupScore) (float64, bool) { return m.Learned.Coverage, true })
	c.line(r, at, "precision", "b", func(m learning.GroupScore) (float64, bool) {
		return m.Learned.Precision, m.Learned.Coverage > 0
	})
	return c
}

// reliabilityDiagram returns the chart of predicted probabilities against observed accuracy.
func reliabilityDiagram(r *learning.HistoryReport) Chart {
	c := newChart("Predicted probability of the article ranked first against the share that was correct; "+
		"on the dashed line both are equal", "predicted probability")
	c.Width, c.Right, c.Height, c.Bottom = 320, 308, 300, 256
	c.YTicks = nil
	for _, v := range []float64{0, .2, .4, .6, .8, 1} {
		c.YTicks = append(c.YTicks, Tick{At: c.y(v), Text: fmt.Sprintf("%.1f", v)})
		c.XTicks = append(c.XTicks, Tick{At: c.x(v), Text: fmt.Sprintf("%.1f", v)})
	}
	c.Guide = fmt.Sprintf("%d,%d %d,%d", c.x(0), c.y(0), c.x(1), c.y(1))
	most := 1
	for _, b := range r.Bins {
		most = max(most, b.Tickets)
	}
	s := Series{Name: "tickets", Kind: "a"}
	for _, b := range r.Bins {
		if b.Tickets == 0 {
			continue
		}
		s.Dots = append(s.Dots, Dot{
			X: c.x(b.Said), Y: c.y(b.Right), R: 3 + int(math.Round(9*math.Sqrt(float64(b.Tickets)/float64(most)))),
			Text: fmt.Sprintf("predicted %.0f%%, correct %.0f%% of %d tickets", 100*b.Said, 100*b.Right, b.Tickets),
		})
	}
	c.Series = []Series{s}
	return c
}
