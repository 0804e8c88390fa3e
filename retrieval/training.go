package retrieval

import (
	"context"

	"github.com/deskbook/deskbook/retrieval/posting"
	"github.com/deskbook/deskbook/retrieval/ranker"
	"github.com/deskbook/deskbook/retrieval/sense"
	"github.com/deskbook/deskbook/retrieval/topic"
	"github.com/deskbook/deskbook/retrieval/truth"
)

// Train fits weights to the links of the source's resolved tickets and compares them with those
// in force, "" for the shipped ones; see ranker.Train.
func (e *Engine) Train(ctx context.Context, source truth.Source, inForce string) (out ranker.Trained, err error) {
	former, err := ranker.Parse(inForce)
	if err != nil || former.Setting() != e.Setting() {
		// Those in force belong to another version of the program or to another setting.
		former = ranker.Shipped(e.Setting())
	}
	v, done, err := e.acquire()
	if err != nil {
		return out, err
	}
	defer done(&err)
	in, err := e.wholeView(v)
	if err != nil {
		return out, err
	}
	return ranker.Train(ctx, in, source, newestRemembered, former)
}

// FitRanker finds weights, the calibrator included, on judged tickets in order of creation; see
// ranker.Fit.
func (e *Engine) FitRanker(
	ctx context.Context, samples []ranker.Sample, progress func(done, total int),
) (w ranker.Weights, r ranker.FitReport, err error) {
	v, done, err := e.acquire()
	if err != nil {
		return w, r, err
	}
	defer done(&err)
	in, err := e.wholeView(v)
	if err != nil {
		return w, r, err
	}
	return ranker.Fit(ctx, in, e.Setting(), samples, progress)
}

// wholeView is a view in which everything is visible. It implements ranker.Articles.
type wholeView struct {
	*view
	e      *Engine
	filter *filter
}

func (e *Engine) wholeView(v *view) (wholeView, error) {
	f, err := v.filterFor(AllVisible())
	return wholeView{v, e, f}, err
}

// Docs lists the numbers of the articles in order of id: what is drawn from them must not depend
// on the layout of the index.
func (w wholeView) Docs() []int { return w.inOrder(w.filter.visible) }

// Find returns the number of an article.
func (w wholeView) Find(id string) (doc int, ok bool) { return w.find(id) }

// MergeTarget returns the article that one was merged into.
func (w wholeView) MergeTarget(id string) string { return MergeTarget(id, w.merged) }

// Meaning returns a text to compare meanings with.
func (w wholeView) Meaning(ctx context.Context, subject, body string) *sense.Text {
	return w.e.readMeaning(ctx, subject, body)
}

// Rank ranks a ticket.
func (w wholeView) Rank(ctx context.Context, q ranker.Query, o ranker.Options) (ranker.Ranking, error) {
	f := w.filter
	if o.Only != nil {
		f = f.only(w.view, o.Only)
	}
	r, err := w.rank(ctx, q.Terms, q.Recalled, f, rankOptions{
		keep: o.Keep, weight: memoryWeight, plain: o.Plain, weights: o.Weights, text: q.Meaning,
	})
	if err == nil && !o.Plain {
		err = r.read(ctx, w.e.readingOf(w.view, AllVisible(), f, q.Terms, q.Subject, q.Body), o.Weights)
	}
	return r.figures(), err
}

// figures returns the ranking as the ranker's figures.
func (r *ranking) figures() ranker.Ranking {
	out := ranker.Ranking{
		List: make([]ranker.Candidate, len(r.list)), Articles: r.n, Known: r.known, Reads: r.reads, Short: r.short,
	}
	if r.meant != nil {
		out.Sensed, out.Near = true, r.meant.deviations
	}
	for i := range r.list {
		c := &r.list[i]
		x := ranker.Candidate{
			ID: c.meta.ID, Doc: c.doc, X: c.x, M: c.m, Cost: c.cost(), Z: c.z, Share: c.share,
			Text: c.text, Ideal: c.ideal, Cover: c.cover, SubjectCover: c.subjectCover, TitleCover: c.titleCover,
			Votes: c.vote.Top, Cosine: c.vote.Best, Read: c.read, WasRead: c.wasRead,
		}
		if r.meant != nil {
			x.Place, x.Deviation = r.meant.place(c.doc)
		}
		out.List[i] = x
	}
	return out
}

// only returns the filter of a knowledge base that holds only these articles.
func (f *filter) only(v *view, keep func(doc int) bool) *filter {
	visible := posting.NewBitset(v.docs)
	for d := range v.docs {
		if f.visible.Has(d) && keep(d) {
			visible.Set(d)
		}
	}
	out := &filter{scope: v.scopeOf(visible)}
	if f.space != nil && out.n >= topic.CohereFrom {
		out.space = f.space
	}
	if len(f.statistics.Sizes) > 0 && out.n >= topic.From {
		out.group(f.statistics.Groups, len(f.statistics.Sizes))
	}
	return out
}
