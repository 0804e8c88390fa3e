package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
)

type callJSON struct {
	ID               string         `json:"id"`
	At               time.Time      `json:"at"`
	Action           string         `json:"action"`
	Rule             string         `json:"rule"`
	Ticket           string         `json:"ticket"`
	Model            string         `json:"model"`
	PromptTokens     int            `json:"prompt_tokens"`
	CompletionTokens int            `json:"completion_tokens"`
	Milliseconds     int64          `json:"milliseconds"`
	Outcome          string         `json:"outcome"`
	Cost             float64        `json:"cost"` // in Currency
	Currency         string         `json:"currency"`
	Redactions       []kb.Redaction `json:"redactions"`
	Sent             *string        `json:"sent,omitempty"` // admins only
}

// usage lists all calls to language models. The text that was sent contains words from
// tickets, so only admins, who are responsible for what leaves the process, may read it.
func (s *Server) usage(c echo.Context) error {
	p, err := paging(c)
	if err != nil {
		return err
	}
	calls, next, err := s.deps.Usage.ModelCalls(c.Request().Context(), p.Cursor, p.Limit)
	if err != nil {
		return err
	}
	views := make([]callJSON, len(calls))
	for i, k := range calls {
		views[i] = callJSON{
			ID: strconv.FormatInt(k.ID, 10), At: k.At, Action: k.Action, Rule: k.Rule, Ticket: k.Ticket, Model: k.Model,
			PromptTokens: k.PromptTokens, CompletionTokens: k.CompletionTokens, Milliseconds: k.Duration.Milliseconds(),
			Outcome: k.Outcome, Cost: float64(k.Cost) / 1e6, Currency: k.Currency, Redactions: list(k.Redactions),
		}
		if route.Actor(c).Can(access.ManageUsers) {
			views[i].Sent = &k.Sent
		}
	}
	return c.JSON(http.StatusOK, map[string]any{"calls": views, "next": next})
}
