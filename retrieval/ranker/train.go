package ranker

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/truth"
)

const (
	// newestTrained and newestBefore bound a training run whatever the number of tickets: those
	// that it fits, and those before them that are known.
	newestTrained = 3000
	newestBefore  = 6000
	// trainAtLeast is how many tickets a training run needs, and checkShare the share of them, the
	// latest, that only judges the outcome.
	trainAtLeast = 200
	checkShare   = 0.25
	trainHeads   = 40
	// switchGain and switchLevel decide when weights replace others. The level is high because
	// weights are trained every night: what happens by chance one night in twenty would soon be
	// accepted.
	switchGain  = 0.005
	switchLevel = 0.99
)

// Trained is the outcome of a training run.
type Trained struct {
	Weights string // JSON
	Report  TrainingReport
	Better  bool // shown to be better than those in force
	Reason  string
}

// TrainingReport compares trained weights with those in force, on tickets later than any that
// they were trained on.
type TrainingReport struct {
	Trained   int                `json:"trained"` // tickets
	Compared  int                `json:"compared"`
	InForce   float64            `json:"in_force_ndcg@10"`
	Candidate float64            `json:"candidate_ndcg@10"`
	Gain      measure.Difference `json:"gain"`
	Seconds   float64            `json:"seconds"`
}

// Train fits weights to the links of the source's newest resolved tickets, at most newest, each
// ranked with what was known before it, and compares them with the former ones on the latest
// quarter, which is not fitted. They are better when the gain in nDCG@10 is at least switchGain
// and its whole 99% interval is above zero. Time and space are bounded: of many tickets the
// newest are used. The same tickets always lead to the same weights.
func Train(ctx context.Context, in Articles, source truth.Source, newest int, former Weights) (Trained, error) {
	start := time.Now()
	t := trainingRun{in: in, source: source, former: former}
	if err := t.collect(ctx, newest); err != nil {
		return Trained{}, fmt.Errorf("train: %w", err)
	}
	out := t.compare()
	out.Report.Seconds = measure.Round(time.Since(start).Seconds())
	return out, nil
}

// trainingRun is one call of Train.
type trainingRun struct {
	in      Articles
	source  truth.Source
	former  Weights
	choices []choice
}

// sampleRef is a sample whose text was not read yet.
type sampleRef struct {
	id      string
	created time.Time
}

// collect ranks the samples, each with what was known before it.
func (t *trainingRun) collect(ctx context.Context, newest int) error {
	refs, err := t.list(ctx, newest)
	if err != nil {
		return err
	}
	samples, err := t.read(ctx, refs)
	if err != nil {
		return err
	}
	s := newSampler(t.in, t.former, samples)
	s.sparse = true
	from := max(0, len(samples)-newestTrained)
	for i, x := range samples[from:] {
		if float64(i) > float64(len(samples)-from)*(1-checkShare)*0.9 { // those that may be compared
			s.heads = trainHeads
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		x.fold = i
		if len(x.Judged) == 0 {
			continue
		}
		if err := s.add(ctx, x); err != nil {
			return err
		}
	}
	t.choices = s.choices
	return nil
}

// list returns the newest tickets that articles resolved, in order of creation. It reads
// tickets from the newest on until it has twice as many as it needs, because those that came
// in from another tool are not numbered in order of creation.
func (t *trainingRun) list(ctx context.Context, newest int) ([]sampleRef, error) {
	const enough = newestTrained + newestBefore
	ids, err := truth.Newest(ctx, t.source.TicketIDs, newest)
	if err != nil {
		return nil, err
	}
	var out []sampleRef
	for len(ids) > 0 && len(out) < 2*enough {
		from := max(0, len(ids)-truth.TicketsPerBatch)
		tickets, err := t.source.IndexTickets(ctx, ids[from:])
		if err != nil {
			return nil, err
		}
		for _, x := range tickets {
			if p, ok := memory.Describe(x); ok && !p.Open() && len(p.Articles) > 0 {
				out = append(out, sampleRef{x.ID, x.CreatedAt})
			}
		}
		ids = ids[:from]
	}
	return newestRefs(out, enough), nil
}

func newestRefs(all []sampleRef, n int) []sampleRef {
	slices.SortFunc(all, func(a, b sampleRef) int {
		return cmp.Or(a.created.Compare(b.created), memory.CompareIDs(a.id, b.id))
	})
	return slices.Clone(all[max(0, len(all)-n):])
}

// read returns the tickets with what resolved them.
func (t *trainingRun) read(ctx context.Context, refs []sampleRef) ([]Sample, error) {
	samples := make([]Sample, 0, len(refs))
	for part := range slices.Chunk(refs, truth.TicketsPerBatch) {
		ids := make([]string, len(part))
		for i, r := range part {
			ids[i] = r.id
		}
		tickets, err := t.source.IndexTickets(ctx, ids)
		if err != nil {
			return nil, err
		}
		byID := map[string]desk.Ticket{}
		for _, x := range tickets {
			byID[x.ID] = x
		}
		for _, id := range ids {
			if x, ok := byID[id]; ok {
				x.Messages = x.Messages[:min(1, len(x.Messages))]
				samples = append(samples, Sample{Ticket: x, Judged: t.labels(x)})
			}
		}
	}
	return samples, t.dropYounger(ctx, samples)
}

// labels returns the articles that resolved a ticket: applied ones count twice as much as
// linked ones.
func (t *trainingRun) labels(ticket desk.Ticket) map[string]int {
	l := memory.LabelsOf(ticket)
	weight := 1
	if l.Applied {
		weight = 2
	}
	out := map[string]int{}
	for _, id := range l.Articles {
		out[t.in.MergeTarget(id)] = weight
	}
	return out
}

// dropYounger removes from the samples the articles that were written after the ticket came
// in: they cannot have been found for it. An article that was imported after its first use
// counts as known from that use on.
func (t *trainingRun) dropYounger(ctx context.Context, samples []Sample) error {
	known := map[string]time.Time{}
	for _, s := range samples {
		used := s.Ticket.ResolvedAt
		for _, l := range s.Ticket.Links {
			if l.At.After(used) {
				used = l.At // an article that was written from the ticket, perhaps
			}
		}
		for id := range s.Judged {
			if at, ok := known[id]; !ok || used.Before(at) {
				known[id] = used
			}
		}
	}
	exist := map[string]bool{}
	for part := range slices.Chunk(slices.Sorted(maps.Keys(known)), truth.ArticlesPerBatch) {
		articles, err := t.source.IndexArticles(ctx, part)
		if err != nil {
			return err
		}
		for _, a := range articles {
			exist[a.ID] = true
			if a.CreatedAt.Before(known[a.ID]) {
				known[a.ID] = a.CreatedAt
			}
		}
	}
	for _, s := range samples {
		for id := range s.Judged {
			if !exist[id] || known[id].After(s.Ticket.CreatedAt) {
				delete(s.Judged, id)
			}
		}
	}
	return nil
}

// compare fits weights to the earlier samples and compares them on the later ones.
func (t *trainingRun) compare() Trained {
	fitted, check, all := t.split()
	if all < trainAtLeast {
		return Trained{
			Reason: fmt.Sprintf("%d tickets that articles resolved can be learned from; %d are needed", all, trainAtLeast),
			Report: TrainingReport{Trained: all},
		}
	}
	w := fitLinear(t.former, fitted, t.former.Linear)
	w.Tickets = all - len(check)
	now, then := make([]float64, len(check)), make([]float64, len(check))
	for i := range check {
		now[i], then[i] = check[i].ndcg(&w), check[i].ndcg(&t.former)
	}
	gain, better := switchFor(now, then)
	w.Calibrator = recalibrated(w, check)
	r := TrainingReport{
		Trained: w.Tickets, Compared: len(check), InForce: measure.Round(measure.Average(then)),
		Candidate: measure.Round(measure.Average(now)), Gain: gain,
	}
	verdict := "not shown to be better"
	if better {
		verdict = "better"
	}
	const reason = "%s on %d later tickets: nDCG@10 %.3f, before %.3f, difference %+.3f (95%% between %+.3f and %+.3f)"
	return Trained{
		Weights: w.JSON(), Report: r, Better: better,
		Reason: fmt.Sprintf(reason, verdict, r.Compared, r.Candidate, r.InForce, gain.Mean, gain.Low, gain.High),
	}
}

// split divides the choices into those to fit and those to check the outcome on, and counts
// the tickets. A ticket ranked with an old memory as well is only fitted twice.
func (t *trainingRun) split() (fitted, check []choice, tickets int) {
	for _, c := range t.choices {
		if !c.late {
			tickets++
		}
	}
	seen := 0
	for _, c := range t.choices {
		if !c.late {
			seen++
		}
		switch early := float64(seen) <= float64(tickets)*(1-checkShare); {
		case early:
			fitted = append(fitted, c)
		case !c.late:
			check = append(check, c)
		}
	}
	return fitted, check, tickets
}

// switchFor returns the mean gain with its 95% interval, and whether it is large and certain
// enough to replace what is in force.
func switchFor(now, then []float64) (gain measure.Difference, worth bool) {
	gain = measure.Paired(now, then, 0.95)
	return gain, gain.Mean >= switchGain && measure.Paired(now, then, switchLevel).Low > 0
}

// ndcg returns nDCG@10 of the order by the weights.
func (c *choice) ndcg(w *Weights) float64 {
	z := c.scores(w)
	order := make([]int, len(z))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(z[b], z[a]) })
	var sum float64
	for rank, i := range order[:min(10, len(order))] {
		sum += c.Gains[i] / math.Log2(float64(rank)+2)
	}
	return measure.Ratio(sum, c.ideal)
}

func (c *choice) scores(w *Weights) []float64 {
	out := make([]float64, len(c.Rows))
	var wide []float64
	for i, x := range c.Rows {
		wide = wide[:0]
		for _, v := range x {
			wide = append(wide, float64(v))
		}
		out[i] = w.Mix(wide, c.ms[i], c.ranking.Known) - c.costs[i]
	}
	return out
}
