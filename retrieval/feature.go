package retrieval

import (
	"cmp"
	"math"
	"slices"

	"github.com/deskbook/deskbook/retrieval/measure"
	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// featureNames returns the names of a candidate's features, in the order of computeFeatures:
// with meaningNames where meanings are compared. They are stored with the weights, so that
// weights of another program version are noticed.
func featureNames(sensed bool) []string {
	names := []string{
		"text", "text squared", "text rank", "text rank log", "coverage", "coverage of subject", "coverage of title",
		"wording", "wording of best", "prototype", "prototype of best",
		"subject matter", "subject matter of best", "typical", "typical of best",
		"votes of 20", "votes of 50", "votes of 50 root", "votes of 200", "votes of late",
		"cosine", "cosines", "cosine mean", "cosine of best", "cosines of best", "cosines by links", "cluster",
		"text votes of 50", "text votes of 200", "ticket text", "ticket texts",
		"links", "linked", "recent", "recent root",
	}
	if sensed {
		names = append(names, meaningNames()...)
	}
	return names
}

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

// computeFeatures fills in each candidate's features.
func computeFeatures(
	list []candidate, v *view, q *terms.Query, rec memory.Recalled, f *filter, near *meant,
) error {
	if len(list) == 0 {
		return nil
	}
	words, matter, err := v.wording(q, rec, f, list)
	if err != nil {
		return err
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
	return nil
}

func prototype(votes, words, links float64) float64 {
	return (votes + prototypeText*words) / math.Sqrt(prototypeText*prototypeText+links+prototypeAlike*links*links)
}

// wording compares the query with each candidate as if the article were a ticket. Words are
// weighted by how rare they are among tickets; in matter, the article's words by how rare
// they are among articles.
//
//	wording(d) = Σ (1+ln tf in the query)·idf·(1+ln tf in d)·idf / lengths
func (v *view) wording(
	q *terms.Query, rec memory.Recalled, f *filter, list []candidate,
) (words, matter []float64, err error) {
	words, matter = make([]float64, len(list)), make([]float64, len(list))
	if rec.Known == 0 {
		return words, matter, nil
	}
	place := make([]int32, v.docs) // in list, from 1
	for i, c := range list {
		place[c.doc] = int32(i + 1)
	}
	counts, held := make([]float64, len(list)), []int32{}
	var length float64
	for k, qt := range q.Terms {
		rare := rec.Rarity[k]
		w := rare * memory.Damped(math.Pow(qt.Weight, 1/terms.QueryPower))
		length += w * w
		held = held[:0]
		df := 0
		for times, field := range []string{fieldBody, fieldTitle} {
			g, err := v.gather(field, qt.Term, f)
			if err != nil {
				return nil, nil, err
			}
			df = max(df, g.df)
			for s, seg := range v.segs {
				for _, p := range g.lists[s] {
					i := place[seg.base+int(p.doc)] - 1
					if i < 0 {
						continue
					}
					if counts[i] == 0 {
						held = append(held, i)
					}
					counts[i] += float64(times+1) * float64(p.tf)
				}
			}
		}
		idf := math.Log(float64(f.n+1) / float64(max(1, df)))
		for _, i := range held {
			x := w * (1 + math.Log(counts[i]))
			words[i] += x * rare
			matter[i] += x * idf
			counts[i] = 0
		}
	}
	for i, c := range list {
		size := float64(c.meta.length(fieldBody) + 2*c.meta.length(fieldTitle) + wordingShort)
		scale := math.Sqrt(length*size) * wordingPairs * wordingLength
		words[i], matter[i] = measure.Ratio(words[i], scale), measure.Ratio(matter[i], scale)
	}
	return words, matter, nil
}
