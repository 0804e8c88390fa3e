package retrieval

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/memory"
)

const (
	// newestTrained and newestBefore bound a training whatever the number of tickets:
	// those that are learned from, and those before them that are known.
	newestTrained = 3000
	newestBefore  = 6000
	// trainAtLeast is how many tickets must be there to learn from, and checkShare which
	// part of them, the latest, only judges the outcome.
	trainAtLeast = 200
	checkShare   = 0.25
	trainHeads   = 40
	bootstraps   = 2000
	// switchGain and switchLevel say when weights replace others: the question is put
	// every night, so that what chance gives one night in twenty would soon be taken.
	switchGain  = 0.005
	switchLevel = 0.99
)

// Train fits weights to the links of the source's resolved tickets, each ranked with
// what was known before it, and compares them with those in force ("" for the shipped
// ones) on the latest quarter, of which they saw nothing. They are better when the
// gain in nDCG@10 is at least switchGain and its whole 99% interval is above zero. The
// time it takes and the room it needs are bounded: of many tickets the newest are
// taken. The same tickets give the same weights.
func (e *Engine) Train(ctx context.Context, source Source, inForce string) (out Trained, err error) {
	start := time.Now()
	was, err := ParseRanker(inForce)
	if err != nil {
		was = ShippedRanker() // of another version: nothing to defend
	}
	v, done, err := e.acquire()
	if err != nil {
		return out, err
	}
	defer done(&err)
	s := trainingRun{v: v, source: source, pool: &e.scratch, was: was}
	if err := s.collect(ctx); err != nil {
		return out, fmt.Errorf("train: %w", err)
	}
	out = s.compare()
	out.Report.Seconds = measure.Round(time.Since(start).Seconds())
	return out, nil
}

// school is one training under way.
type trainingRun struct {
	v       *view
	source  Source
	pool    *scratch
	was     RankerWeights
	choices []choice
}

// pupil is a ticket that teaches something, before its text is read.
type sampleRef struct {
	id                string
	created, resolved time.Time
}

// attend ranks the tickets with what was known before each.
func (s *trainingRun) collect(ctx context.Context) error {
	pupils, err := s.list(ctx)
	if err != nil {
		return err
	}
	cases, err := s.read(ctx, pupils)
	if err != nil {
		return err
	}
	t, err := newSampler(s.v, s.pool, s.was, cases)
	if err != nil {
		return err
	}
	t.sparse = true
	from := max(0, len(cases)-newestTrained)
	for i, c := range cases[from:] {
		if float64(i) > float64(len(cases)-from)*(1-checkShare)*0.9 { // those that may judge
			t.heads = trainHeads
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		c.fold = i
		if len(c.Judged) == 0 {
			continue
		}
		if err := t.add(ctx, c); err != nil {
			return err
		}
	}
	s.choices = t.choices
	return nil
}

// enrol lists the newest tickets that articles resolved, in order of creation.
func (s *trainingRun) list(ctx context.Context) ([]sampleRef, error) {
	var out []sampleRef
	for after := ""; ; {
		ids, err := s.source.TicketIDs(ctx, after, TicketsPerBatch)
		if err != nil || len(ids) == 0 {
			return newestRefs(out, newestTrained+newestBefore), err
		}
		tickets, err := s.source.IndexTickets(ctx, ids)
		if err != nil {
			return nil, err
		}
		for _, t := range tickets {
			if p, ok := memory.Describe(t); ok && !p.Open() && len(p.Articles) > 0 {
				out = append(out, sampleRef{t.ID, t.CreatedAt, t.ResolvedAt})
			}
		}
		if len(out) > 2*(newestTrained+newestBefore) {
			out = newestRefs(out, newestTrained+newestBefore)
		}
		after = ids[len(ids)-1]
	}
}

func newestRefs(all []sampleRef, n int) []sampleRef {
	slices.SortFunc(all, func(a, b sampleRef) int {
		if c := a.created.Compare(b.created); c != 0 {
			return c
		}
		return memory.CompareIDs(a.id, b.id)
	})
	return slices.Clone(all[max(0, len(all)-n):])
}

// read returns the tickets with what resolved them. An article that was written after a
// ticket came in cannot have been found for it.
func (s *trainingRun) read(ctx context.Context, pupils []sampleRef) ([]Sample, error) {
	cases := make([]Sample, 0, len(pupils))
	for len(pupils) > 0 {
		n := min(len(pupils), TicketsPerBatch)
		ids := make([]string, n)
		for i, p := range pupils[:n] {
			ids[i] = p.id
		}
		tickets, err := s.source.IndexTickets(ctx, ids)
		if err != nil {
			return nil, err
		}
		byID := map[string]desk.Ticket{}
		for _, t := range tickets {
			byID[t.ID] = t
		}
		for _, p := range pupils[:n] {
			if t, ok := byID[p.id]; ok {
				t.Messages = t.Messages[:min(1, len(t.Messages))]
				cases = append(cases, Sample{Ticket: t, Judged: s.labels(t)})
			}
		}
		pupils = pupils[n:]
	}
	return cases, s.dropYounger(ctx, cases)
}

// judged says which articles resolved a Ticket: applied counts twice as much as linked.
func (s *trainingRun) labels(t desk.Ticket) map[string]int {
	l := memory.LabelsOf(t)
	out := map[string]int{}
	for _, id := range l.Articles {
		target := MergeTarget(id, s.v.merged)
		out[target] = 1
		if l.Applied {
			out[target] = 2
		}
	}
	return out
}

func (s *trainingRun) dropYounger(ctx context.Context, cases []Sample) error {
	named := map[string]bool{}
	for _, c := range cases {
		for id := range c.Judged {
			named[id] = true
		}
	}
	born := map[string]time.Time{}
	ids := slices.Sorted(maps.Keys(named))
	for len(ids) > 0 {
		n := min(len(ids), ArticlesPerBatch)
		articles, err := s.source.IndexArticles(ctx, ids[:n])
		if err != nil {
			return err
		}
		for _, a := range articles {
			born[a.ID] = a.CreatedAt
		}
		ids = ids[n:]
	}
	for _, c := range cases {
		for id := range c.Judged {
			if at, ok := born[id]; !ok || at.After(c.Ticket.CreatedAt) {
				delete(c.Judged, id)
			}
		}
	}
	return nil
}

// examine fits on the earlier tickets and compares on the later ones.
func (s *trainingRun) compare() Trained {
	tickets := 0
	for _, c := range s.choices {
		if !c.late {
			tickets++
		}
	}
	if tickets < trainAtLeast {
		return Trained{
			Reason: fmt.Sprintf("%d tickets that articles resolved can be learned from; %d are needed", tickets, trainAtLeast),
			Report: TrainingReport{Trained: tickets},
		}
	}
	var study, check []choice
	seen := 0
	for _, c := range s.choices {
		if !c.late {
			seen++
		}
		switch early := float64(seen) <= float64(tickets)*(1-checkShare); {
		case early:
			study = append(study, c)
		case !c.late:
			check = append(check, c)
		}
	}
	t := sampler{weights: &s.was}
	w := t.fit(study, s.was.Linear)
	w.Tickets = tickets - len(check)
	now, then := make([]float64, len(check)), make([]float64, len(check))
	for i := range check {
		now[i], then[i] = check[i].gain(&w), check[i].gain(&s.was)
	}
	gain, better := switchFor(now, then)
	w.Calibrator = recalibrated(w, check)
	r := TrainingReport{Trained: w.Tickets, Compared: len(check), InForce: measure.Round(average(then)), Candidate: measure.Round(average(now)), Gain: gain}
	out := Trained{Weights: w.JSON(), Report: r, Better: better}
	verdict := "not shown to be better"
	if out.Better {
		verdict = "better"
	}
	out.Reason = fmt.Sprintf("%s on %d later tickets: nDCG@10 %.3f, before %.3f, difference %+.3f (95%% between %+.3f and %+.3f)",
		verdict, r.Compared, r.Candidate, r.InForce, gain.Mean, gain.Low, gain.High)
	return out
}

// switchFor returns the mean gain with its 95% interval, and whether it is worth and sure
// enough to replace what is in force.
func switchFor(now, then []float64) (gain measure.Difference, worth bool) {
	gain = pairedGain(now, then)
	return gain, gain.Mean >= switchGain && pairedInterval(now, then, switchLevel).Low > 0
}

// gain is nDCG@10 of the order that the weights give.
func (c *choice) gain(w *RankerWeights) float64 {
	z := c.scores(w)
	order := make([]int, len(z))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case z[a] > z[b]:
			return -1
		case z[a] < z[b]:
			return 1
		}
		return 0
	})
	var sum float64
	for rank, i := range order[:min(10, len(order))] {
		sum += c.gains[i] / math.Log2(float64(rank)+2)
	}
	return measure.Ratio(sum, c.ideal)
}

func (c *choice) scores(w *RankerWeights) []float64 {
	out := make([]float64, len(c.rows))
	var wide []float64
	for i, x := range c.rows {
		wide = wide[:0]
		for _, v := range x {
			wide = append(wide, float64(v))
		}
		out[i] = w.mix(wide, c.ms[i], c.known) - c.costs[i]
	}
	return out
}

func average(all []float64) float64 {
	var sum float64
	for _, x := range all {
		sum += x
	}
	return measure.Ratio(sum, float64(len(all)))
}

// pairedGain returns the mean difference with its 95% interval.
func pairedGain(now, then []float64) measure.Difference { return pairedInterval(now, then, 0.95) }

// pairedInterval returns the mean difference with the interval of this level by resampling
// the tickets. The generator is seeded, so that the same figures give the same interval.
func pairedInterval(now, then []float64, level float64) measure.Difference {
	if len(now) == 0 {
		return measure.Difference{}
	}
	each := make([]float64, len(now))
	for i := range now {
		each[i] = now[i] - then[i]
	}
	rng := rand.New(rand.NewPCG(5, 6))
	draws := make([]float64, bootstraps)
	for k := range draws {
		var sum float64
		for range each {
			sum += each[rng.IntN(len(each))]
		}
		draws[k] = sum / float64(len(each))
	}
	slices.Sort(draws)
	tail := int(math.Round((1 - level) / 2 * bootstraps))
	return measure.Difference{Mean: measure.Round(average(each)), Low: measure.Round(draws[tail]), High: measure.Round(draws[bootstraps-tail])}
}

// Trained is the outcome of a training.
type Trained struct {
	Weights string // JSON
	Report  TrainingReport
	Better  bool // shown to be better than those in force
	Reason  string
}

// TrainingReport compares trained weights with those in force on tickets that are
// later than all that they were trained on.
type TrainingReport struct {
	Trained   int                `json:"trained"` // tickets
	Compared  int                `json:"compared"`
	InForce   float64            `json:"in_force_ndcg@10"`
	Candidate float64            `json:"candidate_ndcg@10"`
	Gain      measure.Difference `json:"gain"`
	Seconds   float64            `json:"seconds"`
}
