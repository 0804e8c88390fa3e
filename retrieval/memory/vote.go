package memory

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/deskbook/deskbook/retrieval/measure"
)

const (
	voters         = 3   // highest cosines that count for Vote.Top
	linkedWeight   = 0.6 // of a linked article, where an applied one has 1
	maxVoteTickets = 8   // similar tickets that a vote names
	voteHalfLife   = 400 // days
	recentVoteHalf = 90  // days, half-life where recent votes count
)

// Vote is the evidence of earlier tickets for one article. Shares are shares of the votes for
// all candidates by so many neighbours, each voting with a power of its cosine or of its
// text score.
type Vote struct {
	Top                        float64 // mem(d): the sum of the three highest cosines
	Best, Mean                 float64 // the highest of these, and their mean
	Sum                        float64 // of all cosines
	Share20, Share50, Share200 float64 // by cosine
	ShareRecent                float64 // by cosine among 100, recent ones counting more
	TextShare50, TextShare200  float64 // by text score
	TextBest, TextTop          float64 // the highest text score, and the sum of the three highest
	Against                    float64 // cosines of tickets that the article did not help
	// The same by meaning, where meanings are compared.
	MeaningShare20, MeaningShare50 float64
	Tickets                        int // similar tickets that were resolved with it
	TicketIDs                      []string
	counted                        int // cosines in Top
}

// neighbourVote is one neighbour with the candidates that it votes for.
type neighbourVote struct {
	neighbour
	articles []string
	against  []string
	weight   float64
}

// Votes counts the neighbours' votes by article. target returns the article that a vote
// goes to, which is another one after a merge, and whether that is a candidate: what the
// reader may not see has no part in shares.
func (r Recalled) Votes(target func(id string) (candidate string, ok bool)) map[string]*Vote {
	votes := votesOf(r.resolved, target)
	out := map[string]*Vote{}
	for _, v := range votes {
		for _, id := range v.articles {
			out[id] = cmp.Or(out[id], &Vote{})
			out[id].add(v)
		}
		for _, id := range v.against {
			out[id] = cmp.Or(out[id], &Vote{})
			out[id].Against += v.cosine
		}
	}
	byCosine := func(n neighbour) float64 { return n.cosine }
	byText := func(n neighbour) float64 { return n.text }
	for _, s := range []share{
		{20, 4, 0, byCosine, func(v *Vote) *float64 { return &v.Share20 }},
		{50, 2, voteHalfLife, byCosine, func(v *Vote) *float64 { return &v.Share50 }},
		{200, 3, voteHalfLife, byCosine, func(v *Vote) *float64 { return &v.Share200 }},
		{100, 2, recentVoteHalf, byCosine, func(v *Vote) *float64 { return &v.ShareRecent }},
	} {
		s.divide(out, votes, r.At)
	}
	slices.SortStableFunc(votes, func(a, b neighbourVote) int { return cmp.Compare(b.text, a.text) })
	for _, s := range []share{
		{50, 3, voteHalfLife, byText, func(v *Vote) *float64 { return &v.TextShare50 }},
		{200, 4, voteHalfLife, byText, func(v *Vote) *float64 { return &v.TextShare200 }},
	} {
		s.divide(out, votes, r.At)
	}
	counted := map[string]int{}
	for _, v := range votes {
		for _, id := range v.articles {
			x := v.weight * v.text
			if counted[id]++; counted[id] <= voters {
				out[id].TextTop += x
			}
			out[id].TextBest = max(out[id].TextBest, x)
		}
	}
	r.addMeaning(out, target)
	return out
}

// addMeaning counts the votes of the nearest tickets in meaning.
func (r Recalled) addMeaning(out map[string]*Vote, target func(id string) (candidate string, ok bool)) {
	votes := votesOf(r.meant, target)
	for _, v := range votes {
		for _, id := range v.articles {
			out[id] = cmp.Or(out[id], &Vote{})
		}
	}
	byCosine := func(n neighbour) float64 { return n.cosine }
	for _, s := range []share{
		{20, 6, 0, byCosine, func(v *Vote) *float64 { return &v.MeaningShare20 }},
		{50, 4, voteHalfLife, byCosine, func(v *Vote) *float64 { return &v.MeaningShare50 }},
	} {
		s.divide(out, votes, r.At)
	}
}

// votesOf returns the neighbours that vote for or against a candidate.
func votesOf(list []neighbour, target func(id string) (candidate string, ok bool)) []neighbourVote {
	var votes []neighbourVote
	for _, n := range list {
		v := neighbourVote{
			neighbour: n, articles: targets(n.Articles, target), against: targets(n.against, target), weight: 1,
		}
		if !n.Applied {
			v.weight = linkedWeight
		}
		if len(v.articles)+len(v.against) > 0 {
			votes = append(votes, v)
		}
	}
	return votes
}

// add counts one neighbour's cosine.
func (v *Vote) add(n neighbourVote) {
	x := n.weight * n.cosine
	if v.counted < voters {
		v.counted++
		v.Top += x
		v.Mean = v.Top / float64(v.counted)
	}
	v.Best = max(v.Best, x)
	v.Sum += x
	if n.cosine >= SimilarFrom {
		v.Tickets++
		if len(v.TicketIDs) < maxVoteTickets {
			v.TicketIDs = append(v.TicketIDs, n.ID)
		}
	}
}

// share is one way to divide the votes of the first neighbours among the articles.
type share struct {
	neighbours int
	power      float64                 // of what they vote with
	halfLife   float64                 // days, 0 where age does not matter
	of         func(neighbour) float64 // what they vote with
	to         func(*Vote) *float64
}

func (s share) divide(out map[string]*Vote, votes []neighbourVote, now time.Time) {
	sum := 0.0
	for _, v := range votes[:min(s.neighbours, len(votes))] {
		if len(v.articles) == 0 {
			continue
		}
		x := v.weight * math.Pow(s.of(v.neighbour), s.power)
		if s.halfLife > 0 {
			days := now.Sub(v.ResolvedAt).Hours() / 24
			x *= math.Exp2(-max(0, days) / s.halfLife)
		}
		sum += x
		for _, id := range v.articles {
			*s.to(out[id]) += x
		}
	}
	for _, v := range out {
		*s.to(v) = measure.Ratio(*s.to(v), sum)
	}
}

// targets returns the candidates that votes for these articles go to, each once.
func targets(ids []string, target func(string) (string, bool)) []string {
	var out []string
	for _, id := range ids {
		if to, ok := target(id); ok && !slices.Contains(out, to) {
			out = append(out, to)
		}
	}
	return out
}
