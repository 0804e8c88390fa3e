package ticket

import (
	"context"
	"net/url"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/model"
)

// streamSummary adds the extractive summary if a language model would also write one,
// which the page then streams. It reports whether it did.
func (p *Pages) streamSummary(ctx context.Context, t desk.Ticket, s *Show) bool {
	if !p.Writer.UsesModel(model.AIHandoff, t.Category) {
		return false
	}
	got, err := p.Writer.ExtractiveSummary(ctx, t)
	if err != nil {
		return false
	}
	s.Summary, s.Stream = &got, summaryStreamURL(t)
	return true
}

// summaryStreamURL returns the URL that streams a summary: GET for the first one, POST
// to regenerate it.
func summaryStreamURL(t desk.Ticket) string {
	return "/api/v1/tickets/" + url.PathEscape(t.ID) + "/summary?stream=1"
}
