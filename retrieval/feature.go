package retrieval

import (
	"cmp"
	"math"
	"slices"

	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/posting"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// The prototype of an article consists of the tickets that it resolved and of its own text,
// which counts as prototypeText more of them:
//
//	prototype(d) = (sum of cosines + prototypeText·wording(d)) / sqrt(prototypeText² + n + prototypeAlike·n²)
//
// where n is the number of tickets that it resolved; prototypeAlike is about the cosine of two
// of them.
const (
	prototypeText  = 3.0
	prototypeAlike = 0.04
	// wordingPairs makes up for the pairs of words, which a ticket's vector has and a wording
	// does not.
	wordingPairs = 1.4
	// wordingLength is by how much an article's vector is longer than the square root of its
	// number of words.
	wordingLength = 4.0
	wordingShort  = 50 // words added to each, so that a few words do not count as a whole article
)

// computeFeatures fills in how much of the query each candidate covers, and the features of the
// first depth of them.
func (v *view) computeFeatures(
	all []candidate, depth int, q *terms.Query, rec memory.Recalled, f *filter, t *textScores, near *meant,
) {
	words, matter := wording(all, q, rec, f, t)
	list := all[:depth]
	if len(list) == 0 {
		return
	}
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(list[b].text, list[a].text), cmp.Compare(list[a].meta.ID, list[b].meta.ID))
	})
	total := rec.Total()
	standings := make([]memory.Standing, len(list))
	protos, typical := make([]float64, len(list)), make([]float64, len(list))
	var top struct{ words, proto, matter, typical, best, mem float64 }
	for i, c := range list {
		s := rec.Standing(v.mergedIDs(c.meta.ID))
		standings[i] = s
		protos[i], typical[i] = prototype(c.vote.Sum, words[i], s.Links), prototype(c.vote.Sum, matter[i], s.Links)
		top.words, top.proto = max(top.words, words[i]), max(top.proto, protos[i])
		top.matter, top.typical = max(top.matter, matter[i]), max(top.typical, typical[i])
		top.best, top.mem = max(top.best, c.vote.Best), max(top.mem, c.vote.Top)
	}
	for rank, i := range order {
		c, s := &list[i], standings[i]
		recent := measure.Ratio(s.Recent, total.Recent)
		linked := 0.0
		if s.Links > 0 {
			linked = 1
		}
		cluster := 0.0
		if s.Links > 0 {
			cluster = c.vote.Sum / math.Sqrt(s.Links+prototypeAlike*s.Links*s.Links)
		}
		c.links = s.Links
		c.x = []float64{
			c.text, c.text * c.text, 1 / float64(rank+2), -math.Log(float64(rank + 1)), c.cover, c.subjectCover, c.titleCover,
			words[i], measure.Ratio(words[i], top.words), protos[i], measure.Ratio(protos[i], top.proto),
			matter[i], measure.Ratio(matter[i], top.matter), typical[i], measure.Ratio(typical[i], top.typical),
			c.vote.Share20, c.vote.Share50, math.Sqrt(c.vote.Share50), c.vote.Share200, c.vote.ShareRecent,
			c.vote.Best, c.vote.Top, c.vote.Mean, measure.Ratio(c.vote.Best, top.best), measure.Ratio(c.vote.Top, top.mem),
			c.vote.Sum / (s.Links + 5), cluster,
			c.vote.TextShare50, c.vote.TextShare200, c.vote.TextBest, c.vote.TextTop,
			math.Log1p(s.Links), linked, recent, math.Sqrt(recent),
		}
		if near != nil {
			c.x = append(c.x, near.features(c)...)
		}
	}
}

func prototype(votes, words, links float64) float64 {
	return (votes + prototypeText*words) / math.Sqrt(prototypeText*prototypeText+links+prototypeAlike*links*links)
}

// wording sets how much of the query each candidate covers, and compares it with the query as if
// the article were a ticket. Words are weighted by how rare they are among tickets; in matter,
// the article's words by how rare they are among articles.
//
//	wording(d) = Σ (1+ln tf in the query)·idf·(1+ln tf in d)·idf / lengths
func wording(
	list []candidate, q *terms.Query, rec memory.Recalled, f *filter, t *textScores,
) (words, matter []float64) {
	words, matter = make([]float64, len(list)), make([]float64, len(list))
	order := make([]int, len(list)) // places in the list, in ascending order of documents
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(list[a].doc, list[b].doc) })
	docs := make([]uint32, len(list))
	for k, i := range order {
		docs[k] = uint32(list[i].doc)
	}
	e := newEvidence(len(list))
	var length float64
	for i, qt := range q.Terms {
		if rec.Known == 0 {
			e.note(t, i, qt, docs, nil)
			continue
		}
		rare := rec.Rarity[i]
		w := rare * memory.Damped(math.Pow(qt.Weight, 1/terms.QueryPower))
		length += w * w
		df := max(t.lists[i].Frequency[bodyPlace], t.lists[i].Frequency[titlePlace])
		idf := math.Log(float64(f.n+1) / float64(max(1, df)))
		e.note(t, i, qt, docs, func(k int, c posting.Counts) {
			if n := c.Of(bodyPlace) + 2*c.Of(titlePlace); n > 0 {
				x := w * (1 + math.Log(float64(n)))
				words[order[k]] += x * rare
				matter[order[k]] += x * idf
			}
		})
	}
	for k, i := range order {
		c := &list[i]
		c.titleCover = min(1, measure.Ratio(e.title[k], float64(c.meta.length(fieldTitle))))
		c.cover, c.subjectCover = measure.Ratio(e.cover[k], t.coverAll), measure.Ratio(e.subjectCover[k], t.subjectAll)
		size := float64(c.meta.length(fieldBody) + 2*c.meta.length(fieldTitle) + wordingShort)
		scale := math.Sqrt(length*size) * wordingPairs * wordingLength
		words[i], matter[i] = measure.Ratio(words[i], scale), measure.Ratio(matter[i], scale)
	}
	return words, matter
}
