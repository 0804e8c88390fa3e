package api

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/summarize"
)

// Usage lists the calls made to a language model, newest first. next is the cursor
// of the following page, "" on the last.
type Usage interface {
	ModelCalls(ctx context.Context, after string, limit int) (calls []summarize.Call, next string, err error)
}

type callJSON struct {
	At               time.Time `json:"at"`
	Action           string    `json:"action"`
	Rule             string    `json:"rule"`
	Ticket           string    `json:"ticket"`
	Model            string    `json:"model"`
	PromptTokens     int       `json:"prompt_tokens"`
	CompletionTokens int       `json:"completion_tokens"`
	Milliseconds     int64     `json:"milliseconds"`
	Outcome          string    `json:"outcome"`
	Sent             string    `json:"sent"`
}

// usage shows an admin every call to a model, with what was sent.
func (s *Server) usage(c echo.Context) error {
	p, err := paging(c)
	if err != nil {
		return err
	}
	var (
		calls []summarize.Call
		next  string
	)
	if s.deps.Usage != nil {
		if calls, next, err = s.deps.Usage.ModelCalls(c.Request().Context(), p.Cursor, p.Limit); err != nil {
			return err
		}
	}
	views := make([]callJSON, len(calls))
	for i, k := range calls {
		views[i] = callJSON{
			At: k.At, Action: k.Action, Rule: k.Rule, Ticket: k.Ticket, Model: k.Model, PromptTokens: k.PromptTokens,
			CompletionTokens: k.CompletionTokens, Milliseconds: k.Duration.Milliseconds(), Outcome: k.Outcome, Sent: k.Sent,
		}
	}
	return c.JSON(http.StatusOK, map[string]any{"calls": views, "next": next})
}
