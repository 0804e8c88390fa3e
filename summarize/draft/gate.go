package draft

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/thread"
)

// The decisions about a resolution's knowledge.
const (
	DecideNone = "none"
	DecideLink = "link"
	DecideEdit = "edit"
	DecideNew  = "new"
)

// The thresholds of the gate.
const (
	containedShare = 0.65 // share of a statement's content words that makes it contained in an article
	likelyHit      = 0.5  // probability from which an article nobody named is taken for the one, if it contains the resolution
	certainHit     = 0.8  // and from which it is edited, if it tells half of the resolution
	relatedShare   = 0.5
	agreedHits     = 0.9  // sum of both probabilities of an article that is first for the question and for the resolution
	unrelatedShare = 0.15 // below it an article that the note only points at is about something else
	linkedShare    = 0.25 // an article that a person linked is considered from this share on
	editShare      = 0.4  // and edited from this one on
	kinShare       = 0.3  // and one that was only named by its address if the ticket holds this share of its title
	namedShare     = 0.35 // the note's own address counts from this share on, or if the ticket holds a word of its title
)

// maxQueryRunes bounds the text that the nearest articles are searched with.
const maxQueryRunes = 2000

// verdict is what the gate decided, with what the writing needs.
type verdict struct {
	decision string
	reason   string
	article  kb.Article  // for link and edit
	added    []statement // for edit: what the article does not tell
	review   string      // an open draft that holds the same
	earlier  []string    // rejected drafts that told the same
	nearest  kb.Nearest  // the closest article the ranking found
}

// staffSight is what the gate may compare with: everything the desk reads.
func staffSight() kb.Visibility {
	return kb.VisibleTo(access.Actor{Roles: []access.Role{access.Agent}})
}

// decide runs the gate. Only errors of the search, the library and the context are
// returned; an article that is gone is as if it had never been linked.
func (w *Writer) decide(ctx context.Context, th *thread.Thread, ms []statement) (verdict, error) {
	switch th.Ticket.Resolution.Code {
	case desk.Withdrawn, desk.NotReproducible, desk.Duplicate:
		return verdict{decision: DecideNone, reason: fmt.Sprintf("Resolved as %s: there is no resolution to keep.", strings.ReplaceAll(string(th.Ticket.Resolution.Code), "_", " "))}, nil
	case desk.Fixed, desk.Workaround, desk.Answered:
	}
	v, done, err := w.decideApplied(ctx, th, ms)
	if err != nil {
		return v, err
	}
	if done {
		return w.orRepeated(ctx, th, ms, v)
	}
	if len(ms) == 0 {
		return verdict{decision: DecideNone, reason: "The resolution does not say what was done, and nothing in the thread is reported to have worked."}, nil
	}
	if v, done, err = w.decideNear(ctx, th, ms); err != nil {
		return v, err
	}
	if done {
		return w.orRepeated(ctx, th, ms, v)
	}
	again, done, err := w.decideRepeated(ctx, th, ms, "")
	if err != nil || done {
		return again, err
	}
	v.decision, v.earlier = DecideNew, again.earlier
	v.reason = "No article tells this resolution."
	if v.nearest.ID != "" {
		v.reason = fmt.Sprintf("No article tells this resolution; the closest, %q, is about something else.", v.nearest.Title)
	}
	return v, nil
}

// decideApplied judges by the articles that people named: those applied first, then
// those linked.
func (w *Writer) decideApplied(ctx context.Context, th *thread.Thread, ms []statement) (verdict, bool, error) {
	var best verdict
	bestShare := -1.0
	applied := th.Ticket.Applied()
	pointed, err := w.pointed(ctx, th)
	if err != nil {
		return verdict{}, false, err
	}
	ids := th.Ticket.Linked()
	for _, p := range pointed {
		if !slices.Contains(ids, p.ID) {
			ids = append(ids, p.ID)
		}
		if p.note && !slices.Contains(applied, p.ID) {
			applied = append(applied, p.ID) // the note says: see there
		}
	}
	for _, id := range ids {
		isApplied := slices.Contains(applied, id)
		a, found, err := w.article(ctx, id)
		if err != nil {
			return verdict{}, false, err
		}
		if !found {
			continue
		}
		share, added := compare(ms, a)
		switch {
		case isApplied && len(ms) == 0:
			return verdict{decision: DecideLink, article: a, reason: fmt.Sprintf("Resolved with %q; the note adds nothing to it.", a.Title)}, true, nil
		case len(ms) > 0 && len(added) == 0:
			return verdict{decision: DecideLink, article: a, reason: fmt.Sprintf("%q tells all of this resolution already.", a.Title)}, true, nil
		case len(ms) == 0 || !isApplied && share < linkedShare:
			continue
		case !slices.Contains(th.Ticket.Linked(), id) && !anyStep(added):
			return verdict{decision: DecideLink, article: a, reason: fmt.Sprintf("The desk pointed at %q, and the resolution adds no step to it.", a.Title)}, true, nil
		case !slices.Contains(th.Ticket.Linked(), id) && !kindred(th, a, share, isApplied):
			continue // named in passing
		case !isApplied && share < editShare:
			continue
		}
		if isApplied {
			share++ // an article applied goes before one only linked
		}
		if share > bestShare {
			bestShare = share
			best = verdict{decision: DecideEdit, article: a, added: added, reason: editReason(a, added)}
		}
	}
	return best, bestShare >= 0, nil
}

// kindred reports whether an article that the desk only named by its address is about
// the ticket's matter: helpers name articles on how to take a screenshot or where files
// are kept, too.
func kindred(th *thread.Thread, a kb.Article, share float64, inNote bool) bool {
	kin := thread.Overlap(thread.Stems(a.Title), thread.Stems(th.Ticket.Subject+" "+th.Ticket.Body()))
	if inNote {
		return share >= unrelatedShare && kin > 0 || share >= namedShare
	}
	return kin >= kinShare
}

// anyStep reports whether something is to be done in what is new.
func anyStep(added []statement) bool {
	return slices.ContainsFunc(added, func(m statement) bool {
		return (m.Form == thread.Step || thread.IsAction(m.Text)) && !m.Is(thread.NamesArticle)
	})
}

// pointer is an article that the desk pointed at by its address.
type pointer struct {
	ID   string
	note bool // in the resolution note
}

// maxPointers bounds how many addresses of a ticket are looked up.
const maxPointers = 12

// pointed finds the articles whose addresses stand in the note and in the desk's
// messages, those of the note first, newest message first. An address counts when it
// leads to a help page and ends in the slug of an article.
func (w *Writer) pointed(ctx context.Context, th *thread.Thread) ([]pointer, error) {
	var out []pointer
	looked := map[string]bool{}
	find := func(text string, note bool) error {
		for _, m := range thread.NamesArticle.FindAll(text, maxPointers) {
			slug := strings.ToLower(strings.TrimRight(m[strings.LastIndex(m, "/")+1:], ".-_"))
			if len(slug) < 3 || looked[slug] || len(looked) == maxPointers {
				continue
			}
			looked[slug] = true
			a, found, err := w.article(ctx, slug)
			if err != nil {
				return err
			}
			if found {
				out = append(out, pointer{a.ID, note})
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

// decideNear judges by the articles that the ranking finds, once for the ticket as it
// was asked and once for its title with the resolution: an article on the same matter
// is found by what it says to do as well.
func (w *Writer) decideNear(ctx context.Context, th *thread.Thread, ms []statement) (verdict, bool, error) {
	if w.Search == nil {
		return verdict{}, false, nil
	}
	near, err := w.Nearby(ctx, th, ms)
	if err != nil {
		return verdict{}, false, err
	}
	var v verdict
	for _, n := range near {
		score := max(n.asked, n.told)
		if score >= retrieval.DefaultFloor && score > v.nearest.Score {
			v.nearest = kb.Nearest{ID: n.ID, Title: n.title, Score: score}
		}
		if score < likelyHit && !n.agreed() {
			continue
		}
		a, ok, err := w.article(ctx, n.ID)
		if err != nil {
			return verdict{}, false, err
		}
		if !ok {
			continue
		}
		share, added := compare(ms, a)
		switch {
		case len(added) == 0 && score >= likelyHit && saysEnough(ms):
			return verdict{decision: DecideLink, article: a, nearest: v.nearest, reason: fmt.Sprintf("%q, found with probability %.2f, tells this resolution already.", a.Title, score)}, true, nil
		case len(added) > 0 && (score >= certainHit || n.agreed()) && share >= relatedShare:
			return verdict{decision: DecideEdit, article: a, added: added, nearest: v.nearest, reason: editReason(a, added)}, true, nil
		}
	}
	return v, false, nil
}

// saysEnough reports whether a resolution says so much that holding all of its words
// means something.
func saysEnough(ms []statement) bool {
	n := 0
	for _, m := range ms {
		n += m.Content
	}
	return n >= 4
}

// neighbour is an article near a resolved ticket, with its probability for what was
// asked and for what the resolution tells, and its place in both, from 1.
type neighbour struct {
	ID, title             string
	asked, told           float64
	askedPlace, toldPlace int
}

// agreed reports whether an article is the first one for the question and for the
// resolution, and probable for both together.
func (n neighbour) agreed() bool {
	return n.askedPlace == 1 && n.toldPlace == 1 && n.asked+n.told >= agreedHits
}

// Nearby ranks the articles near a resolved ticket by both probabilities together.
func (w *Writer) Nearby(ctx context.Context, th *thread.Thread, ms []statement) ([]neighbour, error) {
	const few = 3
	found, err := w.Search.Suggest(ctx, desk.SuggestRequest{
		Subject: th.Ticket.Subject, Body: th.Ticket.Body(), Exclude: th.Ticket.ID, At: th.Ticket.Resolution.At, Visibility: staffSight(), Limit: few,
	})
	if err != nil {
		return nil, fmt.Errorf("find articles near ticket %s: %w", th.Ticket.ID, err)
	}
	var out []neighbour
	at := func(h desk.ArticleHit) *neighbour {
		i := slices.IndexFunc(out, func(n neighbour) bool { return n.ID == h.Article.ID })
		if i < 0 {
			out = append(out, neighbour{ID: h.Article.ID, title: h.Article.Title})
			i = len(out) - 1
		}
		return &out[i]
	}
	for i, h := range append(slices.Clone(found.KnownErrors), found.Articles...) {
		n := at(h)
		n.asked, n.askedPlace = h.Score, i+1
	}
	told := []string{th.Subject.Text + "."}
	for _, m := range ms {
		told = append(told, m.Text)
	}
	results, err := w.Search.Search(ctx, retrieval.Query{
		Text: thread.Shorten(strings.Join(told, " "), maxQueryRunes), Visibility: staffSight(), Limit: few,
	})
	if err != nil {
		return nil, fmt.Errorf("find articles that tell the resolution of ticket %s: %w", th.Ticket.ID, err)
	}
	for i, h := range results.Hits {
		n := at(h)
		n.told, n.toldPlace = h.Score, i+1
	}
	slices.SortStableFunc(out, func(a, b neighbour) int { return cmp.Compare(b.asked+b.told, a.asked+a.told) })
	return out, nil
}

// article reads an article; found is false when it is gone or there is no library.
func (w *Writer) article(ctx context.Context, id string) (a kb.Article, found bool, err error) {
	if w.Library == nil {
		return kb.Article{}, false, nil
	}
	a, err = w.Library.Article(ctx, id, staffSight())
	switch {
	case fault.Is(err, fault.NotFound):
		return kb.Article{}, false, nil
	case err != nil:
		return kb.Article{}, false, fmt.Errorf("read article %s: %w", id, err)
	}
	return a, true, nil
}

// compare gives the share of the resolution's content words that the article holds,
// and the statements that are new to it.
func compare(ms []statement, a kb.Article) (share float64, added []statement) {
	ev := evidence.New()
	ev.Add(evidence.Item{Mark: "article", Phrase: thread.Parse(a.Title + "\n" + a.PlainText())})
	all, held := 0.0, 0.0
	for _, m := range ms {
		n := float64(m.Content)
		s, contradicted := ev.Support(m.Text, ev.Items)
		all += n
		held += n * s
		if outcomeOnly(m) || n < 3 {
			continue // that it worked is no knowledge
		}
		if s < containedShare || contradicted && hasNewIdentifier(m.Text, ev.Items) {
			added = append(added, m)
		}
	}
	if all == 0 {
		return 0, added
	}
	return held / all, added
}

func outcomeOnly(m statement) bool {
	return m.reading.Role == thread.Outcome && !thread.IsAction(m.Text)
}

// hasNewIdentifier reports whether the text names an identifier that the items lack:
// the same sentence with another error code is another resolution.
func hasNewIdentifier(text string, items []evidence.Item) bool {
	for _, w := range thread.Words(text) {
		if w.ID && !w.Stop && !evidence.Holds(items, w.Stem) {
			return true
		}
	}
	return false
}

func editReason(a kb.Article, added []statement) string {
	return fmt.Sprintf("%q does not tell: %s", a.Title, thread.Shorten(added[0].Text, 160))
}
