package api

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/clock"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/handoff"
)

// handoffJSON is a ticket's summary with its edits and the versions that were sent.
type handoffJSON struct {
	handoff.Summary
	Version int           `json:"version"` // to be sent with a change; 0 if the summary is not stored
	Edited  *summaryEdit  `json:"edited"`  // null if it was not edited
	Sent    []sentSummary `json:"sent"`    // those sent with escalations, in order
	Level   *serviceLevel `json:"service_level"`
	Older   *olderEdit    `json:"older_edit,omitempty"` // of the text before it was regenerated
}

// summaryEdit is who edited the summary, and the text before the edit.
type summaryEdit struct {
	By        string            `json:"by"`
	Name      string            `json:"name"`
	At        time.Time         `json:"at"`
	Generated []handoff.Section `json:"generated"`
	Diff      []kb.DiffLine     `json:"diff"` // from the generated text to this one
}

// olderEdit is an edit of a text that has since been regenerated.
type olderEdit struct {
	Name          string            `json:"name"`
	At            time.Time         `json:"at"`
	ThreadVersion int               `json:"thread_version"`
	Sections      []handoff.Section `json:"sections"`
}

// sentSummary is a summary as it was sent with an escalation.
type sentSummary struct {
	Message int             `json:"message"`
	By      string          `json:"by"`
	At      time.Time       `json:"at"`
	Summary handoff.Summary `json:"summary"`
}

// serviceLevel holds the due times of the service model's targets.
type serviceLevel struct {
	Calendar      string     `json:"calendar"`
	FirstResponse targetJSON `json:"first_response"`
	Resolution    targetJSON `json:"resolution"`
}

type targetJSON struct {
	Due         *time.Time  `json:"due"` // null while the clock is paused
	MetAt       *time.Time  `json:"met_at"`
	LeftSeconds float64     `json:"left_seconds"` // by the calendar; negative if overdue
	Late        bool        `json:"late"`
	State       clock.Phase `json:"state"`
}

func targetView(c clock.Clock) targetJSON {
	return targetJSON{
		Due: timeOrNull(c.Due), MetAt: timeOrNull(c.Ended), LeftSeconds: c.Left().Seconds(), Late: c.Phase == clock.Breached,
		State: c.Phase,
	}
}

// handoffView returns the current summary of the ticket.
func (s *Server) handoffView(c echo.Context, k handoff.Stored, t desk.Ticket) handoffJSON {
	v := handoffJSON{Summary: summaryView(k.Current().For(t)), Version: k.Version, Sent: []sentSummary{}}
	switch {
	case k.Edited():
		v.Edited = &summaryEdit{
			By: k.Edit.By, Name: k.Edit.Name, At: k.Edit.At,
			Generated: sectionViews(k.Edit.Base.Sections), Diff: list(k.Edit.Diff()),
		}
	case k.Edit != nil:
		v.Older = &olderEdit{
			Name: k.Edit.Name, At: k.Edit.At, ThreadVersion: k.Edit.Base.ThreadVersion,
			Sections: sectionViews(k.Edit.Sections),
		}
	}
	for _, x := range t.Handoffs {
		if sum, ok := handoff.Sent(x, t); ok {
			v.Sent = append(v.Sent, sentSummary{Message: x.Message, By: x.By, At: x.At, Summary: summaryView(sum)})
		}
	}
	ctx := c.Request().Context()
	clocks, err := s.deps.Tickets.Clocks(ctx, route.Actor(c), t.ID)
	if err != nil {
		s.log.WarnContext(ctx, "summary without the targets", "ticket", t.ID, "error", err)
	}
	v.Level = levelView(clocks)
	return v
}

// summaryView replaces nil lists with empty ones.
func summaryView(sum handoff.Summary) handoff.Summary {
	sum.Sections = sectionViews(sum.Sections)
	return sum
}

func sectionViews(sections []handoff.Section) []handoff.Section {
	out := make([]handoff.Section, len(sections))
	for i, sec := range sections {
		lines := make([]handoff.Line, len(sec.Lines))
		for j, l := range sec.Lines {
			l.Messages = list(l.Messages)
			lines[j] = l
		}
		out[i] = handoff.Section{Name: sec.Name, Lines: lines}
	}
	return out
}

// summary returns the stored summary, marked stale if messages have been added since,
// or generates the first one.
func (s *Server) summary(c echo.Context) error {
	return s.sendSummary(c, s.deps.Handoffs.Summary)
}

// renewSummary regenerates the summary from the current thread.
func (s *Server) renewSummary(c echo.Context) error {
	return s.sendSummary(c, s.deps.Handoffs.Renew)
}

// sendSummary responds with a summary, or streams it while it is being written.
func (s *Server) sendSummary(c echo.Context, write writeSummary) error {
	ctx := c.Request().Context()
	t, err := s.deps.Tickets.Ticket(ctx, route.Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	stream, err := wantsStream(c)
	if err != nil {
		return err
	}
	if stream {
		return s.streamSummary(c, t, write)
	}
	k, err := write(ctx, t, handoff.Progress{})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, s.handoffView(c, k, t))
}

func (s *Server) editSummary(c echo.Context) error {
	var in struct {
		Version  int `json:"version"`
		Sections []struct {
			Name  string `json:"name"`
			Lines []struct {
				Text     string `json:"text"`
				Messages []int  `json:"messages"`
			} `json:"lines"`
		} `json:"sections"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if in.Sections == nil {
		return fault.InvalidField("sections", "must list the sections of the summary")
	}
	var sections []handoff.Section
	for _, sec := range in.Sections {
		out := handoff.Section{Name: sec.Name}
		for _, l := range sec.Lines {
			out.Lines = append(out.Lines, handoff.Line{Text: l.Text, Messages: l.Messages})
		}
		sections = append(sections, out)
	}
	ctx, actor := c.Request().Context(), route.Actor(c)
	t, err := s.deps.Tickets.Ticket(ctx, actor, c.Param("id"))
	if err != nil {
		return err
	}
	k, err := s.deps.Handoffs.Edit(ctx, actor, t, in.Version, sections)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, s.handoffView(c, k, t))
}

func (s *Server) discardSummaryEdit(c echo.Context) error {
	version, err := strconv.Atoi(c.QueryParam("version"))
	if err != nil {
		return fault.InvalidField("version", "must be the version of the summary that was read")
	}
	ctx, actor := c.Request().Context(), route.Actor(c)
	t, err := s.deps.Tickets.Ticket(ctx, actor, c.Param("id"))
	if err != nil {
		return err
	}
	k, err := s.deps.Handoffs.Discard(ctx, actor, t, version)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, s.handoffView(c, k, t))
}

// escalate hands the ticket over with its summary, edited or generated.
func (s *Server) escalate(c echo.Context) error {
	var in struct {
		Group  string `json:"group"`
		Reason string `json:"reason"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	ctx, actor, id := c.Request().Context(), route.Actor(c), c.Param("id")
	before, err := s.deps.Tickets.Ticket(ctx, actor, id)
	if err != nil {
		return err
	}
	var k handoff.Stored
	// A request that the desk will reject should not wait for a summary first.
	rejected := !s.deps.ServiceModel().HasGroup(in.Group) || in.Group == before.Group ||
		strings.TrimSpace(in.Reason) == "" || before.Status.Ended()
	if !rejected {
		if k, err = s.deps.Handoffs.Ready(ctx, before); err != nil {
			return err
		}
	}
	var sent handoff.Summary
	t, err := s.deps.Tickets.EscalateWith(ctx, actor, id, in.Group, in.Reason, func(after desk.Ticket) (string, error) {
		sent = k.ForEscalation(after)
		return sent.Encode()
	})
	if err != nil {
		return err
	}
	k = s.deps.Handoffs.SaveSent(ctx, k, t, sent)
	view, err := s.ticketView(ctx, actor, t)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"ticket": view, "summary": s.handoffView(c, k, t)})
}
