package answer

import (
	"cmp"
	"slices"

	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/thread"
)

// source is a passage from which an answer may be written.
type source struct {
	hit retrieval.PassageHit
	*reading
	coverage float64 // share of the question's words in passage, heading and title
	score    float64
}

func (s source) citation() evidence.Citation {
	return evidence.Citation{Article: s.hit.Article.ID, Revision: s.hit.Article.Revision, Passage: s.hit.Passage.ID}
}

// The bonuses of passages with steps.
const (
	stepBonus  = 0.1
	howToBonus = 0.25 // if the question asks how
)

// rankPassages returns the passages of one article by how much of the question they
// contain.
func (w *Writer) rankPassages(q weightedQuestion, hits []retrieval.PassageHit) []source {
	var out []source
	for _, h := range hits {
		s := source{hit: h, reading: w.readPassage(h.Passage.Text)}
		head := thread.Stems(h.Article.Title + " " + h.Passage.Heading)
		s.coverage = q.share(s.stems, head)
		s.score = 0.5*s.coverage + 0.3*q.share(s.stems) + 0.4*h.Score
		switch {
		case s.steps > 1 && q.how:
			s.score += howToBonus
		case s.steps > 1 || thread.RemedyHeading.MatchString(h.Passage.Heading):
			s.score += stepBonus
		}
		if len(s.content) > 0 {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b source) int { return cmp.Compare(b.score, a.score) })
	return out
}
