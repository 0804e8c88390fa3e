package ranker

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/regress"
	"github.com/deskbook/deskbook/retrieval/sense"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// FitReport describes what the weights of a calibrator are based on, and how they treat
// tickets with and without an answer.
type FitReport struct {
	Samples int      `json:"samples"`
	LogLoss float64  `json:"log_loss"` // mean over the samples
	Cases   []FitRow `json:"cases"`
	Floors  []FitCut `json:"floors"`
}

// FitRow is one kind of case: how well the probability of the best article separates tickets
// with an answer from those without.
type FitRow struct {
	Case         string  `json:"case"`
	Answerable   int     `json:"answerable"`
	Unanswerable int     `json:"unanswerable"`
	AUROC        float64 `json:"auroc"` // of the best candidate's probability
	// The shares that DefaultFloor refuses.
	RefusedAnswerable   float64 `json:"refused_answerable"`
	RefusedUnanswerable float64 `json:"refused_unanswerable"`
}

// FitCut is what a floor would refuse.
type FitCut struct {
	Floor               float64 `json:"floor"`
	RefusedAnswerable   float64 `json:"refused_answerable"`
	RefusedUnanswerable float64 `json:"refused_unanswerable"`
}

// observation is one candidate of one case.
type observation struct {
	x      Features
	label  float64
	weight float64
}

// fitSetting is a way to rank a query.
type fitSetting struct {
	name  string
	small bool // a knowledge base of a few dozen articles with a few tickets
	learn bool // earlier tickets are known
	// unanswered is the weight of each of the two cases without an answer, that of the case
	// with one being 1.
	unanswered float64
}

// fitSettings assume that a knowledge base that has resolved many tickets has no answer to
// one in seventeen, a grown one without history to one in six, and one of a few dozen
// articles to three in four.
var fitSettings = []fitSetting{
	{"text", false, false, 0.1},
	{"learned", false, true, 0.03},
	{"small text", true, false, 1.6},
	{"small learned", true, true, 1.6},
}

const (
	fitKeep       = 100
	fitDepth      = 10 // candidates of a ranking that are used
	fitDepthSmall = 5
)

// fitCalibrator finds the weights of a calibrator on judged tickets, in order of creation and
// with only earlier ones remembered. Each query is ranked among all articles and, for cases
// without an answer, without its own articles and without all articles near it. All of this is
// repeated in small knowledge bases drawn from the set, with few tickets remembered, since most
// installations start like this. The draws are seeded.
//
// Each of parts ranks one part of the set, in order of creation, on which it was not fitted: a
// ranker is too sure of what it was fitted on.
func fitCalibrator(
	ctx context.Context, in Articles, cases []Sample, parts []Weights, progress func(done, total int),
) (Calibrator, FitReport, error) {
	f := &fitter{in: in, queries: cases, parts: parts, rng: rand.New(rand.NewPCG(3, 4)), all: memory.New()}
	if err := f.collect(ctx, progress); err != nil {
		return Calibrator{}, FitReport{}, err
	}
	var samples []regress.Sample
	for _, x := range f.cases {
		for i := range x.rows {
			o := &x.rows[i]
			samples = append(samples, regress.Sample{X: o.x[:], Label: o.label, Weight: o.weight})
		}
	}
	var c Calibrator
	for i, w := range regress.Logistic(samples, featureCount) {
		c.Weights[i] = measure.Round(w)
	}
	return c, f.report(c), nil
}

// fitter collects observations.
type fitter struct {
	in      Articles
	queries []Sample  // judged, in order of creation
	parts   []Weights // one for each of as many equal parts of the queries
	weights *Weights  // of the current part
	rng     *rand.Rand
	docs    []int          // in order of id: draws must not depend on the layout of the index
	all     *memory.Memory // every earlier ticket
	earlier []Sample       // the same, in order
	cases   []fitCase
	reads   bool // candidates are read, which takes so long that fewer cases are collected
}

// fitCase is one case of one query: the first candidates with their labels.
type fitCase struct {
	kind       int
	answerable bool
	rows       []observation
}

func (f *fitter) collect(ctx context.Context, progress func(done, total int)) error {
	f.docs = f.in.Docs()
	for i, q := range f.queries {
		f.weights = &f.parts[i*len(f.parts)/len(f.queries)]
		for kind, c := range fitSettings {
			for range f.draws(i, c) {
				if err := f.addCases(ctx, q, kind, c); err != nil {
					return fmt.Errorf("fit on %s: %w", q.Ticket.ID, err)
				}
			}
		}
		f.all.Learn(q.Ticket)
		f.earlier = append(f.earlier, q)
		if progress != nil {
			progress(i+1, len(f.queries))
		}
	}
	return nil
}

// draws returns in how many knowledge bases the i-th query is ranked: small ones vary a lot.
func (f *fitter) draws(i int, c fitSetting) int {
	switch {
	case f.reads && i%readEvery > 0:
		return 0
	case c.small && !f.reads:
		return 3
	}
	return 1
}

// addCases ranks one query in one setting, with and without its articles.
func (f *fitter) addCases(ctx context.Context, q Sample, kind int, c fitSetting) error {
	gold := map[int]bool{}
	for id := range q.Judged {
		if d, ok := f.in.Find(id); ok {
			gold[d] = true
		}
	}
	if len(gold) == 0 {
		return nil
	}
	m := f.all
	keep := func(int) bool { return true }
	if c.small {
		m, keep = f.drawSmall(gold)
	}
	title, body := q.Ticket.Subject, q.Ticket.Body()
	tq := terms.TicketQuery(title, body)
	text := f.in.Meaning(ctx, title, body)
	near, err := f.nearest(ctx, tq, text)
	if c.small {
		body = f.clip(body)
		tq = terms.TicketQuery(title, body)
		text = f.in.Meaning(ctx, title, body)
	}
	if err != nil {
		return err
	}
	var rec memory.Recalled
	if c.learn {
		rec = m.Recall(memory.Query{
			Subject: title, Body: body, Exclude: q.Ticket.ID, At: q.Ticket.CreatedAt, Terms: tq.Terms, Meaning: text,
		})
	}
	depth := fitDepth
	if c.small {
		depth = fitDepthSmall
	}
	for _, without := range []map[int]bool{nil, gold, near} {
		answerable := without == nil
		only := func(d int) bool { return keep(d) && (answerable || !gold[d] && !without[d]) }
		r, err := f.in.Rank(ctx, Query{title, body, tq, rec, text}, Options{Keep: fitKeep, Weights: f.weights, Only: only})
		if err != nil {
			return err
		}
		out := fitCase{kind: kind, answerable: answerable}
		weight := c.unanswered
		if answerable {
			weight = 1
		}
		weight /= float64(max(1, f.draws(0, c)))
		for i := range r.List[:min(depth, len(r.List))] {
			s := observation{x: r.Features(i), weight: weight}
			if gold[r.List[i].Doc] {
				s.label = 1
			}
			out.rows = append(out.rows, s)
		}
		f.cases = append(f.cases, out)
	}
	return nil
}

// clip shortens half of the bodies to a sentence or two, as is usual at a desk.
func (f *fitter) clip(body string) string {
	words := strings.Fields(body)
	if f.rng.IntN(2) == 0 {
		return body
	}
	return strings.Join(words[:min(len(words), f.rng.IntN(25))], " ")
}

// nearest returns the articles whose text is nearest to a query: without them and its own
// articles the knowledge base has nothing on the matter.
func (f *fitter) nearest(
	ctx context.Context, q *terms.Query, text *sense.Text,
) (map[int]bool, error) {
	const nearArticles = 100
	o := Options{Keep: nearArticles, Plain: true, Weights: f.weights}
	r, err := f.in.Rank(ctx, Query{Terms: q, Meaning: text}, o)
	out := map[int]bool{}
	for _, c := range r.List {
		out[c.Doc] = true
	}
	return out, err
}

// drawSmall draws a small knowledge base that holds the query's articles, and the few tickets
// that it remembers: in half of the draws one of them was resolved with such an article.
func (f *fitter) drawSmall(gold map[int]bool) (*memory.Memory, func(int) bool) {
	size := 12 + f.rng.IntN(60)
	in := make(map[int]bool, size)
	for d := range gold {
		in[d] = true
	}
	for range size {
		in[f.docs[f.rng.IntN(len(f.docs))]] = true
	}
	m := memory.New()
	want := 1 + f.rng.IntN(12)
	akin := f.rng.IntN(2) == 0
	for _, i := range f.rng.Perm(len(f.earlier)) {
		if m.Len() >= want {
			break
		}
		e := f.earlier[i]
		hit := false
		for id := range e.Judged {
			d, ok := f.in.Find(id)
			hit = hit || ok && gold[d]
		}
		if akin == hit {
			m.Learn(e.Ticket)
			akin = false
		}
	}
	return m, func(d int) bool { return in[d] }
}

// report summarises what the weights do.
func (f *fitter) report(c Calibrator) FitReport {
	r := FitReport{}
	var loss float64
	for _, x := range f.cases {
		for _, o := range x.rows {
			p := min(1-1e-12, max(1e-12, c.Probability(o.x)))
			loss -= o.label*math.Log(p) + (1-o.label)*math.Log(1-p)
			r.Samples++
		}
	}
	r.LogLoss = measure.Round(loss / float64(max(1, r.Samples)))
	var with, without []float64
	for kind, k := range fitSettings {
		row := FitRow{Case: k.name}
		var yes, no []float64
		for _, x := range f.cases {
			if x.kind != kind {
				continue
			}
			p := 0.0
			if len(x.rows) > 0 {
				p = c.Probability(x.rows[0].x)
			}
			if x.answerable {
				yes = append(yes, p)
			} else {
				no = append(no, p)
			}
		}
		row.Answerable, row.Unanswerable, row.AUROC = len(yes), len(no), measure.Round(auroc(yes, no))
		row.RefusedAnswerable = measure.Round(below(yes, DefaultFloor))
		row.RefusedUnanswerable = measure.Round(below(no, DefaultFloor))
		r.Cases = append(r.Cases, row)
		with, without = append(with, yes...), append(without, no...)
	}
	for _, cut := range []float64{.05, .08, .1, .12, .15, .2, .25, .3} {
		r.Floors = append(r.Floors, FitCut{cut, measure.Round(below(with, cut)), measure.Round(below(without, cut))})
	}
	return r
}

func below(ps []float64, cut float64) float64 {
	n := 0
	for _, p := range ps {
		if p < cut {
			n++
		}
	}
	return float64(n) / float64(max(1, len(ps)))
}

// auroc returns the share of pairs in which the case with an answer has the higher
// probability.
func auroc(yes, no []float64) float64 {
	if len(yes) == 0 || len(no) == 0 {
		return 0
	}
	slices.Sort(no)
	var sum float64
	for _, y := range yes {
		lo, _ := slices.BinarySearch(no, y)
		hi := lo
		for hi < len(no) && no[hi] == y {
			hi++
		}
		sum += float64(lo) + float64(hi-lo)/2
	}
	return sum / float64(len(yes)*len(no))
}
