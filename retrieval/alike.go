package retrieval

import (
	"context"
	"strings"

	"github.com/deskbook/deskbook/desk/problem"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// mostAlike is how many tickets with much the same text are named.
const mostAlike = 5

var _ problem.Reader = (*Engine)(nil)

// Signatures returns the error codes and names in a text, in order.
func (e *Engine) Signatures(text string) []string {
	var out []string
	for _, s := range terms.FindSignatures(text) {
		out = append(out, s.Text)
	}
	return out
}

// Words returns the words of a text that say what it is about, as they are written.
func (e *Engine) Words(text string) []problem.Word {
	text = terms.Valid(text)
	var out []problem.Word
	for _, t := range terms.Of(text) {
		out = append(out, problem.Word{Term: t.Term, Text: strings.ToLower(text[t.Start:t.End])})
	}
	return out
}

// Alike returns the tickets whose text is much like that of an incident, the most alike first.
func (e *Engine) Alike(ctx context.Context, i problem.Incident) (ids []string, err error) {
	if err := e.CatchUp(ctx); err != nil {
		return nil, err
	}
	v, done, err := e.acquire()
	if err != nil {
		return nil, err
	}
	defer done(&err)
	text := i.Subject + "\n" + i.Body
	f, err := v.filterFor(kb.VisibleTo(access.System()))
	if err != nil {
		return nil, err
	}
	q := terms.TicketQuery(i.Subject, i.Body, f.queryLanguages(text)...)
	rec := e.recall(q, i.Subject, i.Body, i.Ticket, e.now(), e.readMeaning(ctx, i.Subject, i.Body))
	request := memory.Request{Requester: i.Requester, Service: i.Service, Created: i.CreatedAt, Query: q}
	return rec.Alike(request, mostAlike), nil
}
