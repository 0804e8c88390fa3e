package handoff

import (
	"regexp"

	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

// impact returns who and how many are affected, since when, and what they cannot do.
func (x *extractor) impact() []Line {
	var candidates []candidate
	for i, u := range x.Sentences {
		if isNoise(u) || u.Role == thread.Advice || u.Role == thread.Question || isGeneral(u) ||
			u.Is(thread.Wishful) || u.Is(thread.Conditional) || u.Result == thread.Worked || thread.Mixed(u.Text) ||
			noImpact.MatchString(u.Text) {
			continue
		}
		found := thread.ImpactWords.FindAllString(u.Text, 4)
		hits := len(found)
		if hits == 0 || hits == 1 && (u.Index > 0 || x.used[i]) && duration.MatchString(found[0]) {
			continue
		}
		score := float64(hits) + 0.3*u.Centrality
		if !u.Message.FromDesk {
			score += 0.5
		}
		if x.used[i] {
			score -= 0.3
		}
		if score >= 1.2 {
			candidates = append(candidates, x.candidateAt(i, score))
		}
	}
	return x.choose(candidates, 3)
}

// duration matches impact words that only say since when.
var duration = regexp.MustCompile(`(?i)^(?:since|for|every)\b`)

// noImpact matches statements that nothing is lost, or that a loss is only feared.
var noImpact = lexicon.Pattern("handoff/unharmed")
