package api

import (
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk/measure"
	"github.com/deskbook/deskbook/internal/fault"
)

// measureJSON is a measure with its definition. The numbers are null where there was nothing to
// measure, median and p90 also where they mean nothing.
type measureJSON struct {
	Name        string         `json:"name"`
	Title       string         `json:"title"`
	Value       *float64       `json:"value"`
	Unit        measure.Unit   `json:"unit"`
	N           int            `json:"n"`
	Median      *float64       `json:"median"`
	P90         *float64       `json:"p90"`
	Definition  string         `json:"definition"`
	Version     int            `json:"version"`
	Provisional bool           `json:"provisional"`
	Parts       map[string]int `json:"parts,omitempty"`
}

func measureView(v measure.Value) measureJSON {
	out := measureJSON{
		Name: v.Name, Title: v.Title, Unit: v.Unit, N: v.N, Definition: v.Definition, Version: v.Version,
		Provisional: v.Provisional,
	}
	if v.Known {
		out.Value = &v.Value
	}
	if v.Known && v.Unit == measure.Seconds {
		out.Median, out.P90 = &v.Median, &v.P90
	}
	for _, p := range v.Parts {
		if out.Parts == nil {
			out.Parts = map[string]int{}
		}
		out.Parts[p.Name] = p.N
	}
	return out
}

// bucketJSON is a step of the trend.
type bucketJSON struct {
	From   time.Time           `json:"from"`
	To     time.Time           `json:"to"`
	Values map[string]*float64 `json:"values"`
}

// ageJSON is a part of the backlog by age.
type ageJSON struct {
	UpToSeconds *float64 `json:"up_to_seconds"` // null for any age
	Tickets     int      `json:"tickets"`
}

func (s *Server) listMeasures(c echo.Context) error {
	q, err := s.measureQuery(c)
	if err != nil {
		return err
	}
	r, err := s.deps.Measures.Report(c.Request().Context(), route.Actor(c), q)
	if err != nil {
		return err
	}
	if wantsCSV(c) {
		return measure.WriteReport(asCSV(c), r)
	}
	views, series := make([]measureJSON, len(r.Values)), make([]bucketJSON, len(r.Series))
	ages := make([]ageJSON, len(r.Ages))
	for i, v := range r.Values {
		views[i] = measureView(v)
	}
	for i, b := range r.Series {
		series[i] = bucketJSON{From: b.From, To: b.To, Values: map[string]*float64{}}
		for _, v := range b.Values {
			series[i].Values[v.Name] = measureView(v).Value
		}
	}
	for i, a := range r.Ages {
		ages[i].Tickets = a.N
		if a.UpTo > 0 {
			ages[i].UpToSeconds = seconds(&a.UpTo)
		}
	}
	out := map[string]any{"measures": views, "series": series, "backlog_ages": ages, "from": nil, "to": r.To, "at": r.At}
	if !r.From.IsZero() {
		out["from"] = r.From
	}
	return c.JSON(http.StatusOK, out)
}

func (s *Server) measureQuery(c echo.Context) (measure.Query, error) {
	return measure.ParseQuery(c.QueryParam, measure.RulesOf(s.deps.ServiceModel()).Zone)
}

// rowJSON is what a ticket, or a visit, contributes to a measure.
type rowJSON struct {
	ID          string   `json:"id"`
	Counts      bool     `json:"counts"`
	Reason      string   `json:"reason,omitempty"` // why it does not count
	Value       float64  `json:"value"`
	At          string   `json:"at"`
	Target      string   `json:"target,omitempty"` // of a compliance: which clock
	Provisional bool     `json:"provisional,omitempty"`
	AgeSeconds  *float64 `json:"age_seconds,omitempty"` // of the backlog
}

func rowView(r measure.Row) rowJSON {
	v := rowJSON{
		ID: r.Ticket, Counts: r.Counts, Reason: r.Reason, Value: r.Value, At: r.At.Time().Format(time.RFC3339Nano),
		Target: r.Target, Provisional: r.Provisional,
	}
	if r.Age > 0 {
		v.AgeSeconds = &r.Age
	}
	return v
}

// measureTickets lists the rows that make up a measure, or all of them as CSV.
func (s *Server) measureTickets(c echo.Context) error {
	m, ok := measure.Find(c.Param("name"))
	if !ok {
		return fault.New(fault.NotFound, "there is no measure %q", c.Param("name"))
	}
	q, err := s.measureQuery(c)
	if err != nil {
		return err
	}
	p, err := paging(c)
	if err != nil {
		return err
	}
	from := func(cursor string) func(fn func(measure.Row) bool) error {
		return func(fn func(measure.Row) bool) error {
			return s.deps.Measures.Rows(c.Request().Context(), route.Actor(c), m, q, cursor, fn)
		}
	}
	if wantsCSV(c) {
		return measure.WriteRows(asCSV(c), from(""))
	}
	rows, next, err := measure.Page(p.Limit, from(p.Cursor))
	if err != nil {
		return err
	}
	views := make([]rowJSON, len(rows))
	for i, r := range rows {
		views[i] = rowView(r)
	}
	return c.JSON(http.StatusOK, map[string]any{"tickets": views, "next": next})
}

// wantsCSV reports whether the client asks for CSV.
func wantsCSV(c echo.Context) bool {
	c.Response().Header().Add(echo.HeaderVary, echo.HeaderAccept)
	return strings.Contains(c.Request().Header.Get(echo.HeaderAccept), "text/csv")
}

// asCSV returns the writer of a response of CSV.
func asCSV(c echo.Context) io.Writer {
	c.Response().Header().Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	return c.Response()
}
