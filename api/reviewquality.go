package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/kb"
)

// sourceJSON is a source ticket of a draft, without its requester.
type sourceJSON struct {
	Ticket   string `json:"ticket"`
	Subject  string `json:"subject"`
	Message  int    `json:"message"`
	Confirms string `json:"confirms"`
}

func sourceViews(d kb.Draft) []sourceJSON {
	views := make([]sourceJSON, len(d.Tickets))
	for i, id := range d.Tickets {
		s := d.Source(id)
		views[i] = sourceJSON{Ticket: id, Subject: s.Subject, Message: s.Message, Confirms: s.Confirms}
	}
	return views
}

// qualityJSON is how much work the review of a draft took.
type qualityJSON struct {
	WaitingSeconds   *float64 `json:"waiting_seconds"`   // null for decisions made before it was measured
	ReviewingSeconds *float64 `json:"reviewing_seconds"` // null if the draft was decided without being opened
	Distance         *float64 `json:"distance"`          // null if it was not measured
}

func qualityView(d kb.Draft) *qualityJSON {
	if d.DecidedAt.IsZero() {
		return nil
	}
	var v qualityJSON
	if d.Quality.Waiting > 0 {
		v.WaitingSeconds = seconds(&d.Quality.Waiting)
	}
	if d.Quality.Reviewing > 0 {
		v.ReviewingSeconds = seconds(&d.Quality.Reviewing)
	}
	if d.Quality.Measured {
		v.Distance = &d.Quality.Distance
	}
	return &v
}

func seconds(d *time.Duration) *float64 {
	if d == nil {
		return nil
	}
	s := d.Seconds()
	return &s
}

// qualityRowJSON is the outcome of the drafts of one kind in one month.
type qualityRowJSON struct {
	Month     string   `json:"month,omitempty"`
	Author    string   `json:"author,omitempty"`
	Engine    string   `json:"engine,omitempty"`
	Approved  int      `json:"approved"`
	Rejected  int      `json:"rejected"`
	Measured  int      `json:"measured"`
	Unchanged int      `json:"unchanged"`
	Distance  *float64 `json:"median_distance"`
	Waiting   *float64 `json:"median_waiting_seconds"`
	Reviewing *float64 `json:"median_reviewing_seconds"`
}

func qualityRow(r kb.QualityRow) qualityRowJSON {
	return qualityRowJSON{
		Month: r.Month, Author: r.Author, Engine: r.Engine, Approved: r.Approved, Rejected: r.Rejected, Measured: r.Measured,
		Unchanged: r.Unchanged, Distance: r.Distance, Waiting: seconds(r.Waiting), Reviewing: seconds(r.Reviewing),
	}
}

// qualityMonths is how far back the report goes by default.
const qualityMonths = 12

// reviewQuality reports how drafts fared in review.
func (s *Server) reviewQuality(c echo.Context) error {
	now := s.deps.Now().UTC()
	since := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, 1-qualityMonths, 0)
	if text := c.QueryParam("since"); text != "" {
		var err error
		if since, err = route.ParseDate("since", text); err != nil {
			return err
		}
	}
	r, err := s.deps.Reviews.Quality(c.Request().Context(), route.Actor(c), since)
	if err != nil {
		return err
	}
	rows := make([]qualityRowJSON, len(r.Rows))
	for i, row := range r.Rows {
		rows[i] = qualityRow(row)
	}
	return c.JSON(http.StatusOK, map[string]any{
		"since": since.Format(time.DateOnly), "total": qualityRow(r.Total), "rows": rows, "rejections": list(r.Reasons),
	})
}
