package desk

import (
	"context"
	"regexp"
	"slices"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

// maxMentions bounds the number of articles that a message can link.
const maxMentions = 10

var articleURL = regexp.MustCompile(`/articles/([\p{L}\p{N}_-]{1,200})`)

// mentioned returns the articles whose URLs are in an agent's text: sending an article
// says that it belongs to the ticket. URLs of articles that the agent may not see are
// ignored.
func (s *Service) mentioned(ctx context.Context, actor access.Actor, text string) ([]kb.Article, error) {
	if !actor.Can(access.WorkTickets) {
		return nil, nil
	}
	var refs []string
	for _, m := range articleURL.FindAllStringSubmatch(text, maxMentions) {
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

// linkMentioned links an article to the ticket, with the message that mentions it as its
// record.
func linkMentioned(t *Ticket, actor access.Actor, a kb.Article, m Message) {
	if slices.ContainsFunc(t.Links, func(l Link) bool { return l.Kind == ArticleLink && l.Target == a.ID }) {
		return
	}
	t.Links = append(t.Links, Link{
		Kind: ArticleLink, Target: a.ID, Title: a.Title, By: actor.ID, At: m.At, Message: m.N,
	})
}
