package report

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk/measure"
)

// Chart is the trend of a measure, in units of its own.
type Chart struct {
	Label         string // text alternative
	Width, Height int
	Left, Right   int // bounds of the plot
	Bottom        int
	YTicks        []Tick
	XTicks        []Tick
	Line          string // points
	Dots          []Mark
}

// Tick is a mark on an axis.
type Tick struct {
	At   int
	Text string
}

// Mark is a value with its description.
type Mark struct {
	X, Y int
	Text string
}

// The size of a chart. Sides are left for the labels of the axes.
const (
	chartWidth, chartHeight = 860, 230
	plotLeft, plotRight     = 70, 825
	plotTop, plotBottom     = 14, 192
	mostLabels              = 6
)

// chart returns the trend of the i-th measure. Dates are those of the zone.
func chart(r measure.Report, i int, zone string) Chart {
	series, m := trend(r.Series, i), r.Values[i].Measure
	c := Chart{
		Label: m.Title + " over time; the values are in the titles of the dots", Width: chartWidth, Height: chartHeight,
		Left: plotLeft, Right: plotRight, Bottom: plotBottom,
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	highest := top(m, series)
	if highest == 0 {
		highest = 1
	}
	y := func(v float64) int { return plotBottom - int(math.Round(v/highest*(plotBottom-plotTop))) }
	for _, share := range []float64{0, .5, 1} {
		c.YTicks = append(c.YTicks, Tick{At: y(highest * share), Text: short(m, highest*share)})
	}
	step := 1 + (len(series)-1)/mostLabels
	var points []string
	for n, p := range series {
		x := (plotLeft + plotRight) / 2
		if len(series) > 1 {
			x = plotLeft + n*(plotRight-plotLeft)/(len(series)-1)
		}
		if n%step == 0 {
			c.XTicks = append(c.XTicks, Tick{At: x, Text: p.from.In(loc).Format("2 Jan")})
		}
		if !p.known {
			continue
		}
		at := y(p.value)
		points = append(points, fmt.Sprintf("%d,%d", x, at))
		c.Dots = append(c.Dots, Mark{X: x, Y: at, Text: fmt.Sprintf("From %s: %s, %s",
			p.from.In(loc).Format("2 Jan 2006"), format(m, p.value), of(m, p.n))})
	}
	c.Line = strings.Join(points, " ")
	return c
}

// short returns a value as an axis has room for.
func short(m measure.Measure, value float64) string {
	if m.Unit == measure.Ratio && m.Name != "reuse" {
		return fmt.Sprintf("%d%%", int(math.Round(value*100)))
	}
	switch hours := value / 3600; {
	case m.Unit != measure.Seconds || value == 0:
	case hours < 1:
		return fmt.Sprintf("%d min", int(math.Round(value/60)))
	case hours < 48 || m.Name == "mttr_business":
		return fmt.Sprintf("%.3g h", hours)
	default:
		return fmt.Sprintf("%.3g d", hours/24)
	}
	return fmt.Sprintf("%.4g", value)
}
