package draft

import (
	"context"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/thread"
)

// decideNamed decides by the articles that people named, those applied before those
// merely linked.
func (w *Writer) decideNamed(ctx context.Context, th *thread.Thread, ms []statement) (verdict, error) {
	var best verdict
	bestShare := -1.0
	linked, applied := th.Ticket.Linked(), th.Ticket.Applied()
	references, err := w.references(ctx, th)
	if err != nil {
		return verdict{}, err
	}
	ids := slices.Clone(linked)
	for _, r := range references {
		if !slices.Contains(ids, r.article) {
			ids = append(ids, r.article)
		}
		if r.inNote && !slices.Contains(applied, r.article) {
			applied = append(applied, r.article) // the note refers to it as the resolution
		}
	}
	for _, id := range ids {
		isApplied, isLinked := slices.Contains(applied, id), slices.Contains(linked, id)
		a, found, err := w.article(ctx, id)
		if err != nil {
			return verdict{}, err
		}
		if !found {
			continue
		}
		share, added := compare(ms, a)
		if against, contrary := contradicted(ms, kb.PlainText(a.Markdown)); contrary && (isLinked || isApplied) {
			return correct(a, against), nil
		}
		switch {
		case isApplied && len(ms) == 0:
			return link(a, "Resolved with %q; the note adds nothing to it.", a.Title), nil
		case len(ms) > 0 && len(added) == 0:
			return link(a, "%q already covers this resolution.", a.Title), nil
		case len(ms) == 0 || !isApplied && share < linkedShare:
			continue
		case !isLinked && !addsStep(added):
			return link(a, "The desk pointed to %q, and the resolution adds no step to it.", a.Title), nil
		case !isLinked && !onTopic(th, a, share, isApplied):
			continue // mentioned in passing
		case !isApplied && share < editShare:
			continue
		}
		if isApplied {
			share++ // an applied article comes before one merely linked
		}
		if share > bestShare {
			bestShare = share
			best = edit(a, added)
		}
	}
	return best, nil
}

// onTopic reports whether an article that the desk named only by its address is about the
// ticket's topic: helpers also link to articles on how to take a screenshot or where
// files are stored.
func onTopic(th *thread.Thread, a kb.Article, share float64, inNote bool) bool {
	shared := thread.Overlap(thread.Stems(a.Title), thread.Stems(th.Ticket.Subject+" "+th.Ticket.Body()))
	if inNote {
		return share >= unrelatedShare && shared > 0 || share >= namedShare
	}
	return shared >= topicShare
}

// addsStep reports whether any of the new statements is an instruction.
func addsStep(added []statement) bool {
	return slices.ContainsFunc(added, func(m statement) bool {
		return (m.Form == thread.Step || thread.IsAction(m.Text)) && !m.Is(thread.NamesArticle)
	})
}

// reference is an article that the desk named by its address.
type reference struct {
	article string // its ID
	inNote  bool   // named in the resolution note
}

// maxReferences bounds how many addresses of a ticket are seen up.
const maxReferences = 12

// references returns the articles whose addresses are in the note and in the desk's
// messages: the note's first, then those of the newest message first. An address counts
// if it is that of a help page and ends in the slug of an article.
func (w *Writer) references(ctx context.Context, th *thread.Thread) ([]reference, error) {
	var out []reference
	seen := map[string]bool{}
	find := func(text string, inNote bool) error {
		for _, m := range thread.NamesArticle.FindAll(text, maxReferences) {
			slug := strings.ToLower(strings.TrimRight(m[strings.LastIndex(m, "/")+1:], ".-_"))
			if len(slug) < 3 || seen[slug] || len(seen) == maxReferences {
				continue
			}
			seen[slug] = true
			a, found, err := w.article(ctx, slug)
			if err != nil {
				return err
			}
			if found {
				out = append(out, reference{a.ID, inNote})
			}
		}
		return nil
	}
	if err := find(th.Ticket.Resolution.Note, true); err != nil {
		return nil, err
	}
	for i := len(th.Ticket.Messages) - 1; i >= 0; i-- {
		if m := th.Ticket.Messages[i]; m.FromDesk && m.Kind == desk.Reply && !m.Automatic {
			if err := find(m.Text, false); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}
