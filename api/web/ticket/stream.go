package ticket

import (
	"context"
	"net/url"

	"github.com/deskbook/deskbook/desk"
)

// streams shows the summary that needs no language model at once, where a model would
// write one too: nobody waits for that one, it comes to the page while it is written.
// It reports whether it did.
func (p *Pages) streams(ctx context.Context, t desk.Ticket, s *Show) bool {
	if p.Streams == nil || !p.Streams.UsesModel(desk.AIHandoff, t.Category) {
		return false
	}
	got, err := p.Streams.ExtractiveSummary(ctx, t)
	if err != nil {
		return false
	}
	s.Summary, s.Stream = &got, streamOf(t)
	return true
}

// streamOf is where a summary comes from while it is written: to GET a first one, to
// POST a renewed one.
func streamOf(t desk.Ticket) string {
	return "/api/v1/tickets/" + url.PathEscape(t.ID) + "/summary?stream=1"
}
