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

// wantsStream reports whether the client requested an event stream.
func wantsStream(c echo.Context) (bool, error) { return boolParam(c, "stream") }

// lineEvent is a checked line of a summary that a language model is writing.
type lineEvent struct {
	Section string       `json:"section"`
	Line    handoff.Line `json:"line"`
}

// againEvent discards everything streamed so far.
type againEvent struct {
	Reason string `json:"reason"`
}

// writeSummary writes a ticket's summary and reports its progress.
type writeSummary func(context.Context, desk.Ticket, handoff.Progress) (handoff.Stored, error)

// streamSummary sends the extractive summary immediately, then each line written by a
// language model as soon as it is checked, and finally the summary that counts. A
// stored summary is sent as the final event only.
func (s *Server) streamSummary(c echo.Context, t desk.Ticket, write writeSummary) error {
	if route.SkipStream(c) {
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
		return streamError(events, err)
	}
	events.Send("done", s.handoffView(c, k, t))
	return nil
}

// streamAnswer streams an answer the way streamSummary streams a summary.
func (s *Server) streamAnswer(c echo.Context, question string) error {
	events := route.NewEvents(c)
	a, err := s.deps.Writer.StreamAnswer(c.Request().Context(), question, kb.VisibleTo(route.Reader(c)),
		answer.Progress{
			Extractive: func(a answer.Answer) { events.Send("extractive", answerView(a)) },
			Sentence:   func(x answer.Sentence) { events.Send("sentence", x) },
			Again:      func(reason string) { events.Send("again", againEvent{reason}) },
		})
	if err != nil {
		return streamError(events, err)
	}
	s.missedAnswer(c, question, a)
	events.Send("done", answerView(a))
	return nil
}

// streamError returns err if nothing has been sent yet. Otherwise it returns nil: the
// missing final event shows that what was sent does not count.
func streamError(e *route.Events, err error) error {
	if e.Started() {
		return nil
	}
	return err
}

// answerView replaces nil lists with empty ones.
func answerView(a answer.Answer) answer.Answer {
	a.Sentences, a.Nearest = list(a.Sentences), hits(a.Nearest)
	for i := range a.Sentences {
		a.Sentences[i].Citations = list(a.Sentences[i].Citations)
	}
	return a
}
