package retrieval

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
)

const (
	voters      = 3   // highest cosines that count for mem(d)
	linkedVote  = 0.6 // what a link counts where an applied article counts 1
	notedVotes  = 8   // similar tickets that a vote names
	daysPerHalf = 400 // half-life of a vote
	freshHalf   = 90  // half-life of the vote of those of late
)

// recalled is what the memory says about a ticket.
type recalled struct {
	near    []neighbour // highest cosine first
	open    []neighbour // the same of tickets still worked on
	similar []neighbour // those to show, at most maxSimilar
	known   int         // resolved tickets remembered
	at      time.Time   // the moment of asking
	tally   *tally
	rarity  []float64 // of the query's terms among tickets
}

// vote is what earlier tickets say for one article. Shares are of the votes of all
// articles in the running among so many neighbours, by a power of their cosine or of
// their text score.
type vote struct {
	mem, best, mean float64 // of the highest cosines: their sum, the highest, their mean
	sum             float64 // of all cosines
	few, some, many float64 // shares by cosine among 20, 50 and 200
	fresh           float64 // the same among 100, with a short memory
	worded, wordier float64 // shares by text score among 50 and 200
	textBest        float64 // highest text score, and the sum of the highest
	textMem         float64
	textSum         float64 // of all squared text scores
	against         float64 // cosines of tickets that it did not help
	counted         int     // cosines in mem
	tickets         int     // similar tickets that were resolved with it
	ids             []string
}

// lessons is what a ticket teaches about articles.
type lessons struct {
	articles []string // that resolved it
	applied  bool     // these were applied, not only linked or decided later
	against  []string // dismissed for it, or applied before it had to be reopened
}

// lessonsOf reads them from a resolved ticket. What a rule linked teaches nothing; an
// article that was written from the ticket and published counts as applied.
func lessonsOf(t desk.Ticket) lessons {
	var l lessons
	linked := []string{}
	for _, x := range t.Links {
		switch {
		case x.Kind != desk.ArticleLink:
		case x.Applied && failed(t, x):
			l.against = append(l.against, x.Target)
		case x.Applied:
			l.articles = append(l.articles, x.Target)
		case x.By != access.SystemID:
			linked = append(linked, x.Target)
		}
	}
	l.applied = len(l.articles) > 0
	if !l.applied {
		l.articles = linked
	}
	if len(l.articles) == 0 && t.Knowledge != nil && t.Knowledge.Article != "" {
		l.articles = []string{t.Knowledge.Article}
	}
	for _, d := range t.Dismissed {
		if !slices.Contains(l.articles, d.Article) {
			l.against = append(l.against, d.Article)
		}
	}
	l.articles, l.against = unique(l.articles), unique(l.against)
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
func (m *memory) recall(subject, body, exclude string, at time.Time) recalled {
	f := m.near(asked{readTicket(subject, body), exclude, at})
	out := recalled{near: f.solved, open: f.open, known: f.known, at: at, tally: m.counted()}
	for _, s := range f.solved {
		if len(out.similar) < maxSimilar && s.cosine >= similarFrom {
			out.similar = append(out.similar, s)
		}
	}
	return out
}

// answer is recall for a query that articles are ranked for.
func (m *memory) answer(q *query, subject, body, exclude string, at time.Time) recalled {
	r := m.recall(subject, body, exclude, at)
	r.rarity = m.rarity(q.terms)
	return r
}

// ballot is one neighbour with the articles in the running that it votes for.
type ballot struct {
	n       neighbour
	names   []string
	against []string
	weight  float64
}

// votes counts the neighbours' votes. heir gives the article that a vote goes to, and
// whether it is in the running: what the reader may not see has no part in shares.
func (r recalled) votes(heir func(id string) (string, bool)) map[string]*vote {
	var ballots []ballot
	for _, n := range r.near {
		b := ballot{n: n, names: heirs(n.articles, heir), against: heirs(n.against, heir), weight: 1}
		if !n.applied {
			b.weight = linkedVote
		}
		if len(b.names)+len(b.against) > 0 {
			ballots = append(ballots, b)
		}
	}
	out := map[string]*vote{}
	for _, b := range ballots {
		for _, id := range b.names {
			out[id] = cmp.Or(out[id], &vote{})
			out[id].take(b)
		}
		for _, id := range b.against {
			out[id] = cmp.Or(out[id], &vote{})
			out[id].against += b.n.cosine
		}
	}
	cosine := func(n neighbour) float64 { return n.cosine }
	text := func(n neighbour) float64 { return n.text }
	r.share(out, ballots, 20, 4, 0, cosine, func(v *vote) *float64 { return &v.few })
	r.share(out, ballots, 50, 2, daysPerHalf, cosine, func(v *vote) *float64 { return &v.some })
	r.share(out, ballots, 200, 3, daysPerHalf, cosine, func(v *vote) *float64 { return &v.many })
	r.share(out, ballots, 100, 2, freshHalf, cosine, func(v *vote) *float64 { return &v.fresh })
	slices.SortStableFunc(ballots, func(a, b ballot) int { return cmp.Compare(b.n.text, a.n.text) })
	r.share(out, ballots, 50, 3, daysPerHalf, text, func(v *vote) *float64 { return &v.worded })
	r.share(out, ballots, 200, 4, daysPerHalf, text, func(v *vote) *float64 { return &v.wordier })
	counted := map[string]int{}
	for _, b := range ballots {
		for _, id := range b.names {
			v, x := out[id], b.weight*b.n.text
			if counted[id]++; counted[id] <= voters {
				v.textMem += x
			}
			v.textBest = max(v.textBest, x)
			v.textSum += x * b.n.text
		}
	}
	return out
}

// take counts one ballot's cosine.
func (v *vote) take(b ballot) {
	x := b.weight * b.n.cosine
	if v.counted < voters {
		v.counted++
		v.mem += x
		v.mean = v.mem / float64(v.counted)
	}
	v.best = max(v.best, x)
	v.sum += x
	if b.n.cosine >= similarFrom {
		v.tickets++
		if len(v.ids) < notedVotes {
			v.ids = append(v.ids, b.n.id)
		}
	}
}

// share divides the votes of the first k ballots among the articles.
func (r recalled) share(out map[string]*vote, ballots []ballot, k int, power, half float64, of func(neighbour) float64, to func(*vote) *float64) {
	sum := 0.0
	for _, b := range ballots[:min(k, len(ballots))] {
		if len(b.names) == 0 {
			continue
		}
		x := b.weight * math.Pow(of(b.n), power)
		if half > 0 {
			x *= faded(r.at, b.n.at, half)
		}
		sum += x
		for _, id := range b.names {
			*to(out[id]) += x
		}
	}
	for _, v := range out {
		*to(v) = ratio(*to(v), sum)
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
