package desk

import (
	"context"
	"regexp"
	"slices"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

// maxNamed bounds the articles that one message is looked through for.
const maxNamed = 10

var articleAddress = regexp.MustCompile(`/articles/([\p{L}\p{N}_-]{1,200})`)

// named gives the articles whose address stands in what an agent writes: to send an
// article to somebody is to say that it belongs to the ticket. The address of what the
// agent cannot see names nothing.
func (s *Service) named(ctx context.Context, actor access.Actor, text string) ([]kb.Article, error) {
	if !actor.Can(access.WorkTickets) {
		return nil, nil
	}
	var refs []string
	for _, m := range articleAddress.FindAllStringSubmatch(text, maxNamed) {
		refs = append(refs, m[1])
	}
	slices.Sort(refs)
	var out []kb.Article
	for _, ref := range slices.Compact(refs) {
		a, err := s.Articles.Article(ctx, actor, ref)
		switch {
		case fault.Is(err, fault.NotFound):
		case err != nil:
			return nil, err
		case !slices.ContainsFunc(out, func(x kb.Article) bool { return x.ID == a.ID }):
			out = append(out, a)
		}
	}
	return out, nil
}

// insert links an article that a message names, the message being the record.
func insert(t *Ticket, actor access.Actor, a kb.Article, m Message) {
	if slices.ContainsFunc(t.Links, func(l Link) bool { return l.Kind == ArticleLink && l.Target == a.ID }) {
		return
	}
	t.Links = append(t.Links, Link{Kind: ArticleLink, Target: a.ID, Title: a.Title, By: actor.ID, At: m.At, Message: m.N})
}
