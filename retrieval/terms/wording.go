package terms

import (
	"math"
	"regexp"
	"slices"
	"strings"
)

// alikeFrom is the cosine from which two short texts have similar wording.
const alikeFrom = 0.6

// redacted matches the placeholders of what redaction removed from a text.
var redacted = regexp.MustCompile(`\[[a-z ]{2,24} \d+\]`)

// Wording returns the distinct terms of a text in order: it is the same for texts that
// differ only in the order, form and frequency of their words. Redacted parts and small
// numbers are left out.
func Wording(text string) string {
	var out []string
	for _, t := range Of(redacted.ReplaceAllString(Valid(text), " ")) {
		if len(t.Term) >= minDigitPart || strings.Trim(t.Term, "0123456789") != "" {
			out = append(out, t.Term)
		}
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), " ")
}

// GroupWordings returns the indices of similar wordings, each group in the order given and
// the groups in the order of their first members. Rare words count more than common ones.
// Groups form around the most frequent wordings, so that the centre of a group is what most
// people wrote.
func GroupWordings(wordings []string) [][]int {
	times, df := map[string]int{}, map[string]int{}
	var distinct []string
	for _, w := range wordings {
		if times[w]++; times[w] == 1 {
			distinct = append(distinct, w)
			for _, t := range strings.Fields(w) {
				df[t]++
			}
		}
	}
	slices.SortStableFunc(distinct, func(a, b string) int { return times[b] - times[a] })
	g := wordingGroups{n: float64(len(distinct)), df: df, byTerm: map[string][]int{}}
	group := make(map[string]int, len(distinct))
	for _, w := range distinct {
		group[w] = g.groupOf(strings.Fields(w))
	}
	var out [][]int
	at := map[int]int{}
	for i, w := range wordings {
		n, known := at[group[w]]
		if !known {
			n = len(out)
			at[group[w]] = n
			out = append(out, nil)
		}
		out[n] = append(out[n], i)
	}
	return out
}

// wordingGroups are the groups found so far, each known by its first wording.
type wordingGroups struct {
	n       float64
	df      map[string]int
	lengths []float64        // by group
	byTerm  map[string][]int // the groups whose first wording holds the term
}

// groupOf returns the group of a wording, a new one where none is similar.
func (g *wordingGroups) groupOf(words []string) int {
	var sum float64
	dots := map[int]float64{}
	for _, w := range words {
		weight := math.Log(1 + g.n/float64(g.df[w]))
		sum += weight * weight
		for _, i := range g.byTerm[w] {
			dots[i] += weight * weight
		}
	}
	length := math.Sqrt(sum)
	best, most := -1, 0.0
	for i, dot := range dots {
		cosine := dot / (length * g.lengths[i])
		if cosine >= alikeFrom && (cosine > most || cosine == most && i < best) {
			best, most = i, cosine
		}
	}
	if best >= 0 {
		return best
	}
	best = len(g.lengths)
	g.lengths = append(g.lengths, length)
	for _, w := range words {
		g.byTerm[w] = append(g.byTerm[w], best)
	}
	return best
}
