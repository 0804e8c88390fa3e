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
	// A statement is covered by an article that contains this share of its content words.
	coveredShare = 0.65
	// The probability from which an article that nobody named is linked if it covers the
	// resolution, and from which it is edited if it contains relatedShare of it.
	likelyHit    = 0.5
	certainHit   = 0.8
	relatedShare = 0.5
	// The sum of both probabilities from which an article that is first for the ticket and
	// for the resolution is taken for the right one.
	agreedHits = 0.9
	// The share of the resolution from which an article that a person linked is considered,
	// and from which it is edited.
	linkedShare = 0.25
	editShare   = 0.4
	// An article named only by its address in a message is on topic if the ticket contains
	// topicShare of its title. One named in the note is if the article contains
	// unrelatedShare of the resolution and the ticket a word of its title, or if it
	// contains namedShare of the resolution.
	topicShare     = 0.3
	unrelatedShare = 0.15
	namedShare     = 0.35
)

// maxQueryRunes bounds the query for the nearest articles.
const maxQueryRunes = 2000

// verdict is what the gate decided, with what is needed for writing.
type verdict struct {
	decision string
	reason   string
	article  kb.Article  // for link and edit
	added    []statement // for edit: what the article does not cover
	review   string      // an open draft with the same content
	earlier  []string    // rejected drafts with the same content
	nearest  kb.Nearest  // the closest article that the ranking found
}

// staffVisibility returns the visibility of what the gate may compare with: everything
// that the desk may read.
func staffVisibility() kb.Visibility {
	return kb.VisibleTo(access.Actor{Roles: []access.Role{access.Agent}})
}

// decide runs the gate. Only errors of the search, the library and the context are
// returned; an article that no longer exists counts as never linked.
func (w *Writer) decide(ctx context.Context, th *thread.Thread, ms []statement) (verdict, error) {
	switch code := th.Ticket.Resolution.Code; code {
	case desk.Withdrawn, desk.NotReproducible, desk.Duplicate:
		return none("Resolved as %s: there is no resolution to capture.", strings.ReplaceAll(string(code), "_", " ")), nil
	case desk.Fixed, desk.Workaround, desk.Answered:
	}
	v, done, err := w.decideNamed(ctx, th, ms)
	if err != nil {
		return v, err
	}
	if done {
		return w.unlessRepeated(ctx, th, ms, v)
	}
	if len(ms) == 0 {
		return none("The resolution does not say what was done, " +
			"and nothing in the thread is reported to have worked."), nil
	}
	if v, done, err = w.decideNear(ctx, th, ms); err != nil {
		return v, err
	}
	if done {
		return w.unlessRepeated(ctx, th, ms, v)
	}
	repeated, done, err := w.decideRepeated(ctx, th, ms, "")
	if err != nil || done {
		return repeated, err
	}
	v.decision, v.earlier = DecideNew, repeated.earlier
	v.reason = "No article covers this resolution."
	if v.nearest.ID != "" {
		v.reason = fmt.Sprintf("No article covers this resolution; the closest, %q, is about something else.",
			v.nearest.Title)
	}
	return v, nil
}

// none, link and edit return verdicts with those decisions.
func none(format string, args ...any) verdict {
	return verdict{decision: DecideNone, reason: fmt.Sprintf(format, args...)}
}

func link(a kb.Article, format string, args ...any) verdict {
	return verdict{decision: DecideLink, article: a, reason: fmt.Sprintf(format, args...)}
}

func edit(a kb.Article, added []statement) verdict {
	reason := fmt.Sprintf("%q does not cover: %s", a.Title, thread.Shorten(added[0].Text, 160))
	return verdict{decision: DecideEdit, article: a, added: added, reason: reason}
}

// decideNamed decides by the articles that people named, those applied before those
// merely linked.
func (w *Writer) decideNamed(ctx context.Context, th *thread.Thread, ms []statement) (verdict, bool, error) {
	var best verdict
	bestShare := -1.0
	applied := th.Ticket.Applied()
	references, err := w.references(ctx, th)
	if err != nil {
		return verdict{}, false, err
	}
	ids := th.Ticket.Linked()
	for _, r := range references {
		if !slices.Contains(ids, r.ID) {
			ids = append(ids, r.ID)
		}
		if r.note && !slices.Contains(applied, r.ID) {
			applied = append(applied, r.ID) // the note refers to it as the resolution
		}
	}
	for _, id := range ids {
		isApplied, isLinked := slices.Contains(applied, id), slices.Contains(th.Ticket.Linked(), id)
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
			return link(a, "Resolved with %q; the note adds nothing to it.", a.Title), true, nil
		case len(ms) > 0 && len(added) == 0:
			return link(a, "%q already covers this resolution.", a.Title), true, nil
		case len(ms) == 0 || !isApplied && share < linkedShare:
			continue
		case !isLinked && !addsStep(added):
			return link(a, "The desk pointed to %q, and the resolution adds no step to it.", a.Title), true, nil
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
	return best, bestShare >= 0, nil
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
	ID   string
	note bool // in the resolution note
}

// maxReferences bounds how many addresses of a ticket are seen up.
const maxReferences = 12

// references returns the articles whose addresses are in the note and in the desk's
// messages: the note's first, then those of the newest message first. An address counts
// if it is that of a help page and ends in the slug of an article.
func (w *Writer) references(ctx context.Context, th *thread.Thread) ([]reference, error) {
	var out []reference
	seen := map[string]bool{}
	find := func(text string, note bool) error {
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
				out = append(out, reference{a.ID, note})
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

// decideNear decides by the articles that the ranking finds, once for the ticket as it was
// filed and once for its title with the resolution: an article on the same topic can also
// be found by what it says to do.
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
		score := max(n.byTicket, n.byResolution)
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
		case len(added) == 0 && score >= likelyHit && hasEnoughWords(ms):
			decided := link(a, "%q, found with probability %.2f, already covers this resolution.", a.Title, score)
			decided.nearest = v.nearest
			return decided, true, nil
		case len(added) > 0 && (score >= certainHit || n.agreed()) && share >= relatedShare:
			decided := edit(a, added)
			decided.nearest = v.nearest
			return decided, true, nil
		}
	}
	return v, false, nil
}

// hasEnoughWords reports whether a resolution is long enough for an article with all of
// its words to mean something.
func hasEnoughWords(ms []statement) bool {
	n := 0
	for _, m := range ms {
		n += m.Content
	}
	return n >= 4
}

// neighbour is an article near a resolved ticket, with its probability and its rank from
// 1, both for the ticket as filed and for its resolution.
type neighbour struct {
	ID, title                  string
	byTicket, byResolution     float64
	ticketRank, resolutionRank int
}

// agreed reports whether an article ranks first for both the ticket and its resolution
// and is probable enough for the two together.
func (n neighbour) agreed() bool {
	return n.ticketRank == 1 && n.resolutionRank == 1 && n.byTicket+n.byResolution >= agreedHits
}

// Nearby returns the articles near a resolved ticket by the sum of both probabilities.
func (w *Writer) Nearby(ctx context.Context, th *thread.Thread, ms []statement) ([]neighbour, error) {
	const limit = 3
	found, err := w.Search.Suggest(ctx, desk.SuggestRequest{
		Subject: th.Ticket.Subject, Body: th.Ticket.Body(), Exclude: th.Ticket.ID, At: th.Ticket.Resolution.At,
		Visibility: staffVisibility(), Limit: limit,
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
		n.byTicket, n.ticketRank = h.Score, i+1
	}
	query := []string{th.Subject.Text + "."}
	for _, m := range ms {
		query = append(query, m.Text)
	}
	results, err := w.Search.Search(ctx, retrieval.Query{
		Text: thread.Shorten(strings.Join(query, " "), maxQueryRunes), Visibility: staffVisibility(), Limit: limit,
	})
	if err != nil {
		return nil, fmt.Errorf("find articles that cover the resolution of ticket %s: %w", th.Ticket.ID, err)
	}
	for i, h := range results.Hits {
		n := at(h)
		n.byResolution, n.resolutionRank = h.Score, i+1
	}
	slices.SortStableFunc(out, func(a, b neighbour) int {
		return cmp.Compare(b.byTicket+b.byResolution, a.byTicket+a.byResolution)
	})
	return out, nil
}

// article reads an article; found is false if it does not exist or there is no library.
func (w *Writer) article(ctx context.Context, id string) (a kb.Article, found bool, err error) {
	if w.Library == nil {
		return kb.Article{}, false, nil
	}
	a, err = w.Library.Article(ctx, id, staffVisibility())
	switch {
	case fault.Is(err, fault.NotFound):
		return kb.Article{}, false, nil
	case err != nil:
		return kb.Article{}, false, fmt.Errorf("read article %s: %w", id, err)
	}
	return a, true, nil
}

// compare returns the share of the resolution's content words that the article contains,
// and the statements that it does not cover.
func compare(ms []statement, a kb.Article) (share float64, added []statement) {
	ev := evidence.New()
	ev.Add(evidence.Item{Mark: "article", Phrase: thread.Parse(a.Title + "\n" + kb.PlainText(a.Markdown))})
	all, held := 0.0, 0.0
	for _, m := range ms {
		n := float64(m.Content)
		s, contradicted := ev.Support(m.Text, ev.Items)
		all += n
		held += n * s
		if outcomeOnly(m) || n < 3 {
			continue // a report of success is not knowledge
		}
		if s < coveredShare || contradicted && hasNewIdentifier(m.Text, ev.Items) {
			added = append(added, m)
		}
	}
	if all == 0 {
		return 0, added
	}
	return held / all, added
}

// outcomeOnly reports whether a statement reports an outcome and nothing to do.
func outcomeOnly(m statement) bool {
	return m.reading.Role == thread.Outcome && !thread.IsAction(m.Text)
}

// hasNewIdentifier reports whether the text names an identifier that the items lack: the
// same sentence with a different error code is a different resolution.
func hasNewIdentifier(text string, items []evidence.Item) bool {
	for _, w := range thread.Words(text) {
		if w.ID && !w.Stop && !evidence.Holds(items, w.Stem) {
			return true
		}
	}
	return false
}
