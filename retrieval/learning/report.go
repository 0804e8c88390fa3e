package learning

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/memory"
)

// HistoryReport is what an evaluation over the team's own history has found so far. A
// ticket's right articles are those that people applied, or else those that they linked;
// what else would have helped is not known.
type HistoryReport struct {
	From    time.Time `json:"from"` // when the first ticket ranked was opened
	To      time.Time `json:"to"`   // when the last one was
	Tickets int       `json:"tickets"`
	// Later counts tickets whose article was not written yet when they were opened, and
	// Quiet is the share of them for which, rightly, nothing was suggested.
	Later int     `json:"article_came_later"`
	Quiet float64 `json:"quiet"`
	// Without counts tickets that were resolved without an article; they are not ranked.
	Without int `json:"without_article"`
	// Older counts tickets beyond the bound: they are known, but not ranked.
	Older            int                `json:"older"`
	Articles         int                `json:"articles"`
	Floor            float64            `json:"floor"`
	Learned          Score              `json:"learned"`
	Text             Score              `json:"text_only"`
	Gain             measure.Difference `json:"gain"` // of nDCG@10 by learning
	Months           []GroupScore       `json:"months"`
	Services         []GroupScore       `json:"services"`
	Languages        []GroupScore       `json:"languages"`
	Bins             []Reliability      `json:"reliability"`
	CalibrationError float64            `json:"calibration_error"`
	Misses           []Miss             `json:"misses"`
	Ranker           string             `json:"ranker"`  // hash of the weights
	Seconds          float64            `json:"seconds"` // of work
}

// Score is how well a group of tickets was ranked.
type Score struct {
	NDCG10 float64 `json:"ndcg@10"`
	Hit1   float64 `json:"hit@1"` // share with a right article first
	Hit3   float64 `json:"hit@3"`
	Hit10  float64 `json:"hit@10"`
	// Coverage is the share of tickets for which something was suggested, Precision the
	// share of these whose first suggestion is right.
	Coverage  float64 `json:"coverage"`
	Precision float64 `json:"precision"`
	Low       float64 `json:"ndcg@10_low"` // 95% interval of nDCG@10
	High      float64 `json:"ndcg@10_high"`
}

// GroupScore is one month, service or language.
type GroupScore struct {
	Name     string `json:"name"`    // 2026-01 for a month; "" where none is set
	Tickets  int    `json:"tickets"` // ranked
	Known    int    `json:"known"`   // of a month: resolved tickets known at its first ticket
	Articles int    `json:"articles"`
	Learned  Score  `json:"learned"`
	Text     Score  `json:"text_only"`
}

// Reliability is one tenth of the probabilities of first articles.
type Reliability struct {
	From    float64 `json:"from"`
	To      float64 `json:"to"`
	Tickets int     `json:"tickets"`
	Said    float64 `json:"said"`  // mean probability
	Right   float64 `json:"right"` // share that was right
}

// Miss is a ticket for which a wrong article was ranked first.
type Miss struct {
	Ticket   string    `json:"ticket"`
	Opened   time.Time `json:"opened"`
	First    string    `json:"first"` // id of the first article
	FirstP   float64   `json:"first_probability"`
	Wanted   []string  `json:"wanted"`    // ids of the articles that resolved it
	Rank     int       `json:"rank"`      // of the best of them, 0 beyond the first hundred
	TextRank int       `json:"text_rank"` // the same by text alone
	WantedP  float64   `json:"wanted_probability"`
}

// regret orders misses: by how much the wrong article was taken to be more probable.
func (m Miss) regret() float64 { return m.FirstP - m.WantedP }

// sums adds up one way of ranking over a group of tickets.
type sums struct {
	Tickets int     `json:"n,omitempty"`
	NDCG    float64 `json:"ndcg,omitempty"`
	Square  float64 `json:"square,omitempty"` // of nDCG, for the interval
	First   int     `json:"first,omitempty"`
	Three   int     `json:"three,omitempty"`
	Ten     int     `json:"ten,omitempty"`
	Shown   int     `json:"shown,omitempty"`
	Right   int     `json:"right,omitempty"` // shown and right
}

func (s *sums) add(o outcome) {
	s.Tickets++
	s.NDCG += o.ndcg
	s.Square += o.ndcg * o.ndcg
	if o.rank > 0 {
		s.First += within(o.rank, 1)
		s.Three += within(o.rank, 3)
		s.Ten += within(o.rank, 10)
	}
	if o.shown {
		s.Shown++
		if o.right {
			s.Right++
		}
	}
}

func within(rank, depth int) int {
	if rank <= depth {
		return 1
	}
	return 0
}

func (s sums) score() Score {
	n := float64(max(1, s.Tickets))
	d := difference(s.Tickets, s.NDCG, s.Square)
	return Score{
		NDCG10: d.Mean, Low: max(0, d.Low), High: min(1, d.High),
		Hit1: measure.Round(float64(s.First) / n), Hit3: measure.Round(float64(s.Three) / n),
		Hit10: measure.Round(float64(s.Ten) / n), Coverage: measure.Round(float64(s.Shown) / n),
		Precision: measure.Round(measure.Ratio(s.Right, s.Shown)),
	}
}

// difference returns a mean with a normal interval: of so many tickets only sums are
// stored, so that they cannot be resampled.
func difference(n int, sum, square float64) measure.Difference {
	if n == 0 {
		return measure.Difference{}
	}
	mean := sum / float64(n)
	half := 1.0 // one ticket has no spread
	if n > 1 {
		variance := max(0, square-sum*mean) / float64(n-1)
		half = 1.96 * math.Sqrt(variance/float64(n))
	}
	return measure.Difference{Mean: measure.Round(mean), Low: measure.Round(mean - half), High: measure.Round(mean + half)}
}

// bothSums holds a group's sums with and without learning.
type bothSums struct {
	Learned  sums    `json:"learned"`
	Text     sums    `json:"text"`
	Gain     float64 `json:"gain"`
	Square   float64 `json:"square"` // of the gain
	Known    int     `json:"known,omitempty"`
	Articles int     `json:"articles,omitempty"`
}

func (b *bothSums) add(learned, text outcome) {
	b.Learned.add(learned)
	b.Text.add(text)
	d := learned.ndcg - text.ndcg
	b.Gain += d
	b.Square += d * d
}

func (b *bothSums) group(name string) GroupScore {
	return GroupScore{
		Name: name, Tickets: b.Learned.Tickets, Known: b.Known, Articles: b.Articles,
		Learned: b.Learned.score(), Text: b.Text.score(),
	}
}

const (
	maxMisses = 50
	// maxGroups bounds what one report lists by service or language.
	maxGroups = 50
)

// historySums is all that is stored of the ranked tickets: the content of a checkpoint.
type historySums struct {
	All       bothSums             `json:"all"`
	Months    map[string]*bothSums `json:"months"`
	Services  map[string]*bothSums `json:"services"`
	Languages map[string]*bothSums `json:"languages"`
	Bins      measure.Reliability  `json:"bins"`
	Misses    []Miss               `json:"misses"`
	Later     int                  `json:"later"`
	Quiet     int                  `json:"quiet"`
	First     time.Time            `json:"first"`
	Last      time.Time            `json:"last"`
	Seconds   float64              `json:"seconds"`
}

func newHistorySums() historySums {
	return historySums{Months: map[string]*bothSums{}, Services: map[string]*bothSums{}, Languages: map[string]*bothSums{}}
}

func group(m map[string]*bothSums, name string) *bothSums {
	if m[name] == nil {
		m[name] = &bothSums{}
	}
	return m[name]
}

func monthOf(t time.Time) string { return t.UTC().Format("2006-01") }

// addJudged adds a ticket whose article was there.
func (h *historySums) addJudged(c pastTicket, language string, learned, text outcome) {
	h.extendPeriod(c.created)
	h.All.add(learned, text)
	group(h.Months, monthOf(c.created)).add(learned, text)
	group(h.Services, c.service).add(learned, text)
	group(h.Languages, language).add(learned, text)
	h.addProbability(learned)
	if learned.rank == 1 || learned.first == "" {
		return
	}
	m := Miss{
		Ticket: c.id, Opened: c.created, First: learned.first, FirstP: measure.Round(learned.p),
		Wanted: c.right, Rank: learned.rank, TextRank: text.rank, WantedP: measure.Round(learned.wantedP),
	}
	at, _ := slices.BinarySearchFunc(h.Misses, m, func(a, b Miss) int {
		return cmp.Or(cmp.Compare(b.regret(), a.regret()), memory.CompareIDs(a.Ticket, b.Ticket))
	})
	if at < maxMisses {
		h.Misses = slices.Insert(h.Misses, at, m)
		h.Misses = h.Misses[:min(len(h.Misses), maxMisses)]
	}
}

// addLater adds a ticket whose article was written only afterwards: whatever was suggested
// did not resolve it.
func (h *historySums) addLater(c pastTicket, learned outcome) {
	h.extendPeriod(c.created)
	h.Later++
	if !learned.shown {
		h.Quiet++
	}
	h.addProbability(learned)
}

func (h *historySums) extendPeriod(at time.Time) {
	if h.First.IsZero() {
		h.First = at
	}
	h.Last = at
}

func (h *historySums) addProbability(o outcome) {
	if o.first != "" {
		h.Bins.Add(o.p, o.rank == 1)
	}
}

// report computes the figures from the sums.
func (h *historySums) report() HistoryReport {
	r := HistoryReport{
		From: h.First, To: h.Last, Tickets: h.All.Learned.Tickets, Later: h.Later,
		Quiet:   measure.Round(measure.Ratio(h.Quiet, h.Later)),
		Learned: h.All.Learned.score(), Text: h.All.Text.score(),
		Gain:   difference(h.All.Learned.Tickets, h.All.Gain, h.All.Square),
		Months: []GroupScore{}, Services: largest(h.Services), Languages: largest(h.Languages),
		Misses: slices.Clone(h.Misses), Seconds: measure.Round(h.Seconds),
	}
	for _, m := range slices.Sorted(maps.Keys(h.Months)) {
		r.Months = append(r.Months, h.Months[m].group(m))
	}
	for i, b := range h.Bins {
		r.Bins = append(r.Bins, Reliability{
			From: float64(i) / 10, To: float64(i+1) / 10, Tickets: b.N, Said: b.Mean(), Right: b.Share(),
		})
	}
	r.CalibrationError = measure.Round(h.Bins.CalibrationError())
	if r.Misses == nil {
		r.Misses = []Miss{}
	}
	return r
}

// largest lists the groups with the most tickets, the largest first.
func largest(m map[string]*bothSums) []GroupScore {
	out := []GroupScore{}
	for name, b := range m {
		out = append(out, b.group(name))
	}
	slices.SortFunc(out, func(a, b GroupScore) int {
		return cmp.Or(cmp.Compare(b.Tickets, a.Tickets), cmp.Compare(a.Name, b.Name))
	})
	return out[:min(len(out), maxGroups)]
}
