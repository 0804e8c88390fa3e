package ticket

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/handoff"
)

// SummaryForm is the form to edit the summary: one text per section, with one line per
// row that ends in the numbers of its messages.
type SummaryForm struct {
	Version  int // 0 if there is no stored summary to edit
	Sections []SectionText
	Open     bool
	Renew    string        // URL that streams a regenerated summary, "" if no language model is used
	Theirs   []kb.DiffLine // from what someone else saved in the meantime to the input
	Problem  layout.Problem
}

// SectionText is a section of the form.
type SectionText struct {
	Name, Text string
}

// Sent is a summary as it was sent with an escalation.
type Sent struct {
	Message int
	By      string
	At      time.Time
	Summary handoff.Summary
}

func newSummaryForm(s handoff.Summary, version int) SummaryForm {
	f := SummaryForm{Version: version}
	for _, name := range handoff.Sections() {
		var rows []string
		for _, l := range s.Section(name).Lines {
			rows = append(rows, l.PlainLine())
		}
		f.Sections = append(f.Sections, SectionText{Name: name, Text: strings.Join(rows, "\n")})
	}
	return f
}

// parseSummaryForm returns the submitted form and the sections parsed from it.
func parseSummaryForm(c echo.Context) (SummaryForm, []handoff.Section) {
	var f SummaryForm
	var sections []handoff.Section
	f.Version, _ = strconv.Atoi(layout.Line(c, "version"))
	if f.Version == 0 {
		f.Version = -1 // a missing version must not mean any version
	}
	for _, name := range handoff.Sections() {
		text := layout.Field(c, name)
		sec := handoff.Section{Name: name}
		for row := range strings.Lines(text) {
			if row = strings.TrimSpace(row); row != "" {
				sec.Lines = append(sec.Lines, handoff.ParseLine(row))
			}
		}
		f.Sections = append(f.Sections, SectionText{Name: name, Text: strings.TrimRight(text, "\n")})
		sections = append(sections, sec)
	}
	return f, sections
}

// summarise adds the stored summary, however old, or else a new one. With stream set, a
// language model's summary is streamed to the page instead of delaying it.
func (p *Pages) summarise(ctx context.Context, t desk.Ticket, s *Show, stream bool) {
	k, err := p.Handoffs.Stored(ctx, t.ID)
	if err == nil && (k.Version == 0 || p.Handoffs.Retry(k, t)) {
		if stream && p.streamSummary(ctx, t, s) {
			p.addContext(t, s)
			return
		}
		k, err = p.Handoffs.Summary(ctx, t, handoff.Progress{})
	}
	if err != nil {
		p.Log.WarnContext(ctx, "ticket page without summary", "ticket", t.ID, "error", err)
		s.NoSummary = true
		return
	}
	current := k.Current().For(t)
	s.Summary, s.Stored, s.SummaryForm = &current, k, newSummaryForm(current, k.Version)
	if p.Writer.UsesModel(model.AIHandoff, t.Category) {
		s.SummaryForm.Renew = summaryStreamURL(t)
	}
	if k.Edit != nil {
		s.SummaryDiff = k.Edit.Diff()
	}
	p.addContext(t, s)
}

// addContext adds the summaries that were sent.
func (p *Pages) addContext(t desk.Ticket, s *Show) {
	for _, x := range t.Handoffs {
		if sum, ok := handoff.Sent(x, t); ok {
			s.Sent = append(s.Sent, Sent{Message: x.Message, By: authorOf(t, x.Message), At: x.At, Summary: sum})
		}
	}
}

func authorOf(t desk.Ticket, n int) string {
	for _, m := range t.Messages {
		if m.N == n {
			return m.AuthorName
		}
	}
	return ""
}

// changeSummary regenerates or saves the summary, or discards its edits.
func (p *Pages) changeSummary(c echo.Context) error {
	ctx, actor := c.Request().Context(), route.Actor(c)
	t, err := p.Desk.Ticket(ctx, actor, c.Param("id"))
	if err != nil {
		return err
	}
	done := here(c) + "?summary=1#summary"
	form, sections := parseSummaryForm(c)
	switch layout.Line(c, "do") {
	case "renew":
		if _, err := p.Handoffs.Renew(ctx, t, handoff.Progress{}); err != nil {
			return err
		}
		return layout.SeeOther(c, done, "renewed")
	case "discard":
		_, err = p.Handoffs.Discard(ctx, actor, t, form.Version)
	default:
		_, err = p.Handoffs.Edit(ctx, actor, t, form.Version, sections)
	}
	if err == nil {
		return layout.SeeOther(c, done, "summary-saved")
	}
	problem, status, ok := layout.FormProblem(err)
	if !ok {
		return err
	}
	return p.renderSummary(c, status, func(s *Show) {
		form.Open, form.Problem = true, problem
		if status == http.StatusConflict && s.Stored.Version > 0 {
			theirs := handoff.Edit{Base: s.Stored.Current(), Sections: sections}
			form.Theirs, form.Version = theirs.Diff(), s.Stored.Version
		}
		s.SummaryForm = form
	})
}

// renderSummary shows the ticket with its summary.
func (p *Pages) renderSummary(c echo.Context, status int, fill func(*Show)) error {
	return p.render(c, status, func(s *Show) {
		if s.Summary == nil && s.SeesInternal {
			p.summarise(c.Request().Context(), s.Ticket, s, false)
		}
		fill(s)
	})
}

// fallbackReason returns why an escalation sends the extractive summary although a
// language model would write one, or "" if none would.
func (p *Pages) fallbackReason(t desk.Ticket) string {
	if p.Writer.UsesModel(model.AIHandoff, t.Category) {
		return "the ticket was escalated before it was written"
	}
	return ""
}

// escalate hands the ticket over with the summary that is available, without waiting
// for a language model.
func (p *Pages) escalate(c echo.Context) error {
	ctx, actor, id := c.Request().Context(), route.Actor(c), c.Param("id")
	group, reason := layout.Line(c, "group"), layout.Field(c, "reason")
	before, err := p.Desk.Ticket(ctx, actor, id)
	if err != nil {
		return err
	}
	k, err := p.Handoffs.ReadyNow(ctx, before, p.fallbackReason(before))
	if err != nil {
		return err
	}
	var sent handoff.Summary
	t, err := p.Desk.EscalateWith(ctx, actor, id, group, reason, func(after desk.Ticket) (string, error) {
		sent = k.ForEscalation(after)
		return sent.Encode()
	})
	if err != nil {
		return p.redisplay(c, err, func(s *Show, problem layout.Problem) {
			s.Escalate.Group, s.Escalate.Reason, s.Escalate.Problem = group, reason, problem
		})
	}
	p.Handoffs.SaveSent(ctx, k, t, sent)
	return layout.SeeOther(c, here(c)+"?summary=1#summary", "escalated")
}
