package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk/measure"
	"github.com/deskbook/deskbook/desk/model"
)

// Row is a measure as the pages show it.
type Row struct {
	Name, Title, Definition string
	Version                 int
	URL                     string
	Value                   string // "" if there was nothing to measure
	N                       int
	Of                      string // what N counts
	Median, P90             string
	Provisional             bool
	Parts                   []measure.Part
	Spark                   Spark
	Thresholds              []Threshold
}

// Threshold is a limit that the service model sets for a measure.
type Threshold struct {
	Text    string
	Crossed bool // in the period shown
}

// thresholds returns those of a measure.
func thresholds(list []model.Threshold, v measure.Value) (out []Threshold) {
	for _, t := range list {
		if t.Measure != v.Name {
			continue
		}
		side := "at least "
		if t.Above {
			side = "at most "
		}
		out = append(out, Threshold{Text: side + format(v.Measure, t.Limit), Crossed: measure.Crossed(t, v)})
	}
	return out
}

// Spark is a small drawing of a trend.
type Spark struct {
	Label  string // text alternative
	Points string // of the line, "" for no line
	Dots   []Dot
}

// Dot is a value of a trend.
type Dot struct{ X, Y int }

func rowOf(v measure.Value, series []point) Row {
	r := Row{
		Name: v.Name, Title: v.Title, Definition: v.Definition, Version: v.Version, N: v.N, Of: of(v.Measure, v.N),
		Provisional: v.Provisional, Spark: spark(v.Measure, series),
	}
	for _, p := range v.Parts {
		if p.N > 0 {
			r.Parts = append(r.Parts, p)
		}
	}
	if v.Known {
		r.Value = format(v.Measure, v.Value)
	}
	if v.Known && v.Unit == measure.Seconds {
		r.Median, r.P90 = format(v.Measure, v.Median), format(v.Measure, v.P90)
	}
	return r
}

// of names what the number of a measure counts.
func of(m measure.Measure, n int) string {
	switch {
	case m.Name == "reuse":
		return layout.Plural(n, "article", "articles")
	case m.Name == "self_service":
		return layout.Plural(n, "visit", "visits")
	case m.Name == "deflection":
		return layout.Plural(n, "visit or ticket", "visits and tickets")
	case strings.HasPrefix(m.Name, "compliance_"):
		return layout.Plural(n, "clock", "clocks")
	}
	return layout.Plural(n, "ticket", "tickets")
}

// format returns a value of a measure in words.
func format(m measure.Measure, value float64) string {
	switch {
	case m.Name == "mttr_business": // its days do not have 24 hours
		return layout.Hours(time.Duration(value * float64(time.Second)))
	case m.Unit == measure.Seconds:
		return layout.Duration(time.Duration(value * float64(time.Second)))
	case m.Name == "reuse":
		return fmt.Sprintf("%.1f", value)
	case m.Unit == measure.Ratio:
		return fmt.Sprintf("%.1f%%", value*100)
	}
	return strconv.FormatFloat(value, 'f', -1, 64)
}

// point is a value of a trend; known is false where there was nothing to measure.
type point struct {
	from, to time.Time
	value    float64
	known    bool
	n        int
}

// trend returns the values of the i-th measure.
func trend(series []measure.Bucket, i int) []point {
	var out []point
	for _, b := range series {
		v := b.Values[i]
		out = append(out, point{from: b.From, to: b.To, value: v.Value, known: v.Known, n: v.N})
	}
	return out
}

// top returns the upper end of a scale that holds all values.
func top(m measure.Measure, series []point) float64 {
	highest := 0.0
	for _, p := range series {
		highest = max(highest, p.value)
	}
	if m.Unit == measure.Ratio && m.Name != "reuse" {
		return 1
	}
	return highest
}

// The size of a small drawing.
const sparkWidth, sparkHeight, sparkEdge = 120, 28, 3

func spark(m measure.Measure, series []point) Spark {
	var s Spark
	var points, words []string
	highest := top(m, series)
	for i, p := range series {
		if !p.known {
			continue
		}
		d := Dot{X: sparkEdge, Y: sparkHeight - sparkEdge}
		if len(series) > 1 {
			d.X += i * (sparkWidth - 2*sparkEdge) / (len(series) - 1)
		}
		if highest > 0 {
			d.Y -= int(math.Round(p.value / highest * (sparkHeight - 2*sparkEdge)))
		}
		s.Dots = append(s.Dots, d)
		points = append(points, fmt.Sprintf("%d,%d", d.X, d.Y))
		words = append(words, format(m, p.value))
	}
	if len(points) > 1 {
		s.Points, s.Dots = strings.Join(points, " "), s.Dots[len(s.Dots)-1:]
	}
	if len(words) > 0 {
		s.Label = m.Title + " from " + words[0] + " to " + words[len(words)-1]
	}
	return s
}

// AgeRow is a part of the backlog by age.
type AgeRow struct {
	Label string
	N     int
	Share int // percent of the largest part
}

func ageRows(ages []measure.Age) []AgeRow {
	most, before := 0, time.Duration(0)
	var out []AgeRow
	for _, a := range ages {
		most = max(most, a.N)
		label := "older than " + layout.Duration(before)
		switch {
		case before == 0:
			label = "up to " + layout.Duration(a.UpTo)
		case a.UpTo > 0:
			label = layout.Duration(before) + " to " + layout.Duration(a.UpTo)
		}
		out, before = append(out, AgeRow{Label: upper(label), N: a.N}), a.UpTo
	}
	if most == 0 {
		return nil
	}
	for i := range out {
		out[i].Share = out[i].N * 100 / most
	}
	return out
}

func upper(label string) string { return strings.ToUpper(label[:1]) + label[1:] }

// TicketRow is a row of a measure.
type TicketRow struct {
	ID          string
	Visit       bool
	Counts      bool
	Reason      string
	Value       string
	Target      string
	At          time.Time
	Provisional bool
}

var reasons = map[string]string{
	"merged": "merged into another ticket", "spam": "spam", "automatic": "answered by a rule", "cancelled": "cancelled",
}

func ticketRow(m measure.Measure, r measure.Row) TicketRow {
	t := TicketRow{
		ID: r.Ticket, Visit: r.Visit(), Counts: r.Counts, Reason: reasons[r.Reason], Target: target(r.Target),
		At: r.At.Time(), Provisional: r.Provisional, Value: format(m, r.Value),
	}
	switch {
	case m.Name == "backlog":
		t.Value = layout.Duration(time.Duration(r.Age * float64(time.Second)))
	case m.Name == "reuse":
		t.Value = layout.Plural(int(r.Value), "link", "links")
	case m.Unit == measure.Ratio && r.Value == 1:
		t.Value = "Yes"
	case m.Unit == measure.Ratio:
		t.Value = "No"
	case m.Unit == measure.Tickets:
		t.Value = ""
	}
	return t
}

// target names a clock: "ola:second-line" is of the group second-line.
func target(name string) string {
	kind, of, _ := strings.Cut(name, ":")
	switch kind {
	case "ola":
		return "Group " + of
	case "supplier":
		return "Supplier " + of
	}
	return ""
}
