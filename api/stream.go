package api

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/answer"
	"github.com/deskbook/deskbook/summarize/handoff"
)

// wantsStream reports whether the client asks for events.
func wantsStream(c echo.Context) (bool, error) { return boolParam(c, "stream") }

// lineEvent is a checked line of a summary that a model is writing.
type lineEvent struct {
	Section string       `json:"section"`
	Line    handoff.Line `json:"line"`
}

// againEvent says that what was streamed so far is void.
type againEvent struct {
	Reason string `json:"reason"`
}

// writeSummary makes a ticket's summary and tells of its lines while they are written.
type writeSummary func(context.Context, desk.Ticket, handoff.Progress) (handoff.Stored, error)

// streamSummary sends the extractive summary at once, then each line that a model
// writes as soon as it is checked, and last the summary that counts. Of a summary that
// is kept only the last comes. write is the way to come by one.
func (s *Server) streamSummary(c echo.Context, t desk.Ticket, write writeSummary) error {
	if route.Needless(c) {
		return nil
	}
	events := route.NewEvents(c)
	k, err := write(c.Request().Context(), t, handoff.Progress{
		Extractive: func(sum handoff.Summary) { events.Send("extractive", summaryView(sum)) },
		Line: func(section string, l handoff.Line) {
			events.Send("line", lineEvent{Section: section, Line: l})
		},
		Again: func(reason string) { events.Send("again", againEvent{reason}) },
	})
	if err != nil {
		return ended(events, err)
	}
	events.Send("done", s.handoffView(k, t))
	return nil
}

// streamAnswer sends an answer as streamSummary sends a summary.
func (s *Server) streamAnswer(c echo.Context, question string) error {
	events := route.NewEvents(c)
	a, err := s.deps.Writer.StreamAnswer(c.Request().Context(), question, kb.VisibleTo(route.Reader(c)), answer.Progress{
		Extractive: func(a answer.Answer) { events.Send("extractive", answerView(a)) },
		Sentence:   func(x answer.Sentence) { events.Send("sentence", x) },
		Again:      func(reason string) { events.Send("again", againEvent{reason}) },
	})
	if err != nil {
		return ended(events, err)
	}
	s.missedAnswer(c, question, a)
	events.Send("done", answerView(a))
	return nil
}

// ended answers with the error while nothing was sent; afterwards the missing last
// event says that what came does not count.
func ended(e *route.Events, err error) error {
	if e.Begun() {
		return nil
	}
	return err
}

// answerView makes every list a list.
func answerView(a answer.Answer) answer.Answer {
	a.Sentences, a.Nearest = list(a.Sentences), hits(a.Nearest)
	for i := range a.Sentences {
		a.Sentences[i].Citations = list(a.Sentences[i].Citations)
	}
	return a
}
