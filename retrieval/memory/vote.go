package memory

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/terms"
)

const (
	voters      = 3   // highest cosines that count for mem(d)
	linkedVote  = 0.6 // what a link counts where an applied article counts 1
	notedVotes  = 8   // similar tickets that a vote names
	daysPerHalf = 400 // half-life of a vote
	freshHalf   = 90  // half-life of the vote of those of late
)

// Recalled is what the memory says about a ticket.
type Recalled struct {
	Near    []neighbour // highest cosine first
	Open    []neighbour // the same of tickets still worked on
	similar []neighbour // those to show, at most maxSimilar
	Known   int         // resolved tickets remembered
	At      time.Time   // the moment of asking
	Tally   *tally
	Rarity  []float64 // of the query's terms among tickets
}

// Vote is what earlier tickets say for one article. Shares are of the votes of all
// articles in the running among so many neighbours, by a power of their cosine or of
// their text score.
type Vote struct {
	Mem, Best, Mean float64 // of the highest cosines: their sum, the highest, their mean
	Sum             float64 // of all cosines
	Few, Some, Many float64 // shares by cosine among 20, 50 and 200
	Fresh           float64 // the same among 100, with a short memory
	Worded, Wordier float64 // shares by text score among 50 and 200
	TextBest        float64 // highest text score, and the sum of the highest
	TextMem         float64
	textSum         float64 // of all squared text scores
	Against         float64 // cosines of tickets that it did not help
	counted         int     // cosines in mem
	Tickets         int     // similar tickets that were resolved with it
	IDs             []string
}

// Labels is what a ticket teaches about articles.
type Labels struct {
	Articles []string // that resolved it
	Applied  bool     // these were applied, not only linked or decided later
	against  []string // dismissed for it, or applied before it had to be reopened
}

// LessonsOf reads them from a resolved ticket. What a rule linked teaches nothing; an
// article that was written from the ticket and published counts as applied.
func LessonsOf(t desk.Ticket) Labels {
	var l Labels
	linked := []string{}
	for _, x := range t.Links {
		switch {
		case x.Kind != desk.ArticleLink:
		case x.Applied && failed(t, x):
			l.against = append(l.against, x.Target)
		case x.Applied:
			l.Articles = append(l.Articles, x.Target)
		case x.By != access.SystemID:
			linked = append(linked, x.Target)
		}
	}
	l.Applied = len(l.Articles) > 0
	if !l.Applied {
		l.Articles = linked
	}
	if len(l.Articles) == 0 && t.Knowledge != nil && t.Knowledge.Article != "" {
		l.Articles = []string{t.Knowledge.Article}
	}
	for _, d := range t.Dismissed {
		if !slices.Contains(l.Articles, d.Article) {
			l.against = append(l.against, d.Article)
		}
	}
	l.Articles, l.against = unique(l.Articles), unique(l.against)
	return l
}

// failed reports whether an article was applied at a resolution that did not hold.
func failed(t desk.Ticket, l desk.Link) bool {
	return t.Reopens > 0 && l.By != access.SystemID && l.At.Before(t.Resolution.At) && !slices.Contains(t.Resolution.Articles, l.Target)
}

func unique(ids []string) []string {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// recall compares a ticket with those resolved before the moment of asking, but
// never with itself.
func (m *Memory) recall(subject, body, exclude string, at time.Time) Recalled {
	f := m.Near(Query{ReadTicket(subject, body), exclude, at})
	out := Recalled{Near: f.Solved, Open: f.open, Known: f.known, At: at, Tally: m.Tally()}
	for _, s := range f.Solved {
		if len(out.similar) < MaxSimilar && s.cosine >= SimilarFrom {
			out.similar = append(out.similar, s)
		}
	}
	return out
}

// Answer is recall for a query that articles are ranked for.
func (m *Memory) Answer(q *terms.Query, subject, body, exclude string, at time.Time) Recalled {
	r := m.recall(subject, body, exclude, at)
	r.Rarity = m.rarity(q.Terms)
	return r
}

// ballot is one neighbour with the articles in the running that it votes for.
type ballot struct {
	n       neighbour
	names   []string
	against []string
	weight  float64
}

// Votes counts the neighbours' votes. heir gives the article that a vote goes to, and
// whether it is in the running: what the reader may not see has no part in shares.
func (r Recalled) Votes(heir func(id string) (string, bool)) map[string]*Vote {
	var ballots []ballot
	for _, n := range r.Near {
		b := ballot{n: n, names: heirs(n.Articles, heir), against: heirs(n.against, heir), weight: 1}
		if !n.Applied {
			b.weight = linkedVote
		}
		if len(b.names)+len(b.against) > 0 {
			ballots = append(ballots, b)
		}
	}
	out := map[string]*Vote{}
	for _, b := range ballots {
		for _, id := range b.names {
			out[id] = cmp.Or(out[id], &Vote{})
			out[id].take(b)
		}
		for _, id := range b.against {
			out[id] = cmp.Or(out[id], &Vote{})
			out[id].Against += b.n.cosine
		}
	}
	cosine := func(n neighbour) float64 { return n.cosine }
	text := func(n neighbour) float64 { return n.text }
	r.share(out, ballots, 20, 4, 0, cosine, func(v *Vote) *float64 { return &v.Few })
	r.share(out, ballots, 50, 2, daysPerHalf, cosine, func(v *Vote) *float64 { return &v.Some })
	r.share(out, ballots, 200, 3, daysPerHalf, cosine, func(v *Vote) *float64 { return &v.Many })
	r.share(out, ballots, 100, 2, freshHalf, cosine, func(v *Vote) *float64 { return &v.Fresh })
	slices.SortStableFunc(ballots, func(a, b ballot) int { return cmp.Compare(b.n.text, a.n.text) })
	r.share(out, ballots, 50, 3, daysPerHalf, text, func(v *Vote) *float64 { return &v.Worded })
	r.share(out, ballots, 200, 4, daysPerHalf, text, func(v *Vote) *float64 { return &v.Wordier })
	counted := map[string]int{}
	for _, b := range ballots {
		for _, id := range b.names {
			v, x := out[id], b.weight*b.n.text
			if counted[id]++; counted[id] <= voters {
				v.TextMem += x
			}
			v.TextBest = max(v.TextBest, x)
			v.textSum += x * b.n.text
		}
	}
	return out
}

// take counts one ballot's cosine.
func (v *Vote) take(b ballot) {
	x := b.weight * b.n.cosine
	if v.counted < voters {
		v.counted++
		v.Mem += x
		v.Mean = v.Mem / float64(v.counted)
	}
	v.Best = max(v.Best, x)
	v.Sum += x
	if b.n.cosine >= SimilarFrom {
		v.Tickets++
		if len(v.IDs) < notedVotes {
			v.IDs = append(v.IDs, b.n.ID)
		}
	}
}

// share divides the votes of the first k ballots among the articles.
func (r Recalled) share(out map[string]*Vote, ballots []ballot, k int, power, half float64, of func(neighbour) float64, to func(*Vote) *float64) {
	sum := 0.0
	for _, b := range ballots[:min(k, len(ballots))] {
		if len(b.names) == 0 {
			continue
		}
		x := b.weight * math.Pow(of(b.n), power)
		if half > 0 {
			x *= faded(r.At, b.n.At, half)
		}
		sum += x
		for _, id := range b.names {
			*to(out[id]) += x
		}
	}
	for _, v := range out {
		*to(v) = measure.Ratio(*to(v), sum)
	}
}

// faded halves with every so many days between two moments.
func faded(now, then time.Time, half float64) float64 {
	days := now.Sub(then).Hours() / 24
	return math.Exp2(-max(0, days) / half)
}

func heirs(ids []string, heir func(string) (string, bool)) []string {
	var out []string
	for _, id := range ids {
		if to, ok := heir(id); ok && !slices.Contains(out, to) {
			out = append(out, to)
		}
	}
	return out
}
