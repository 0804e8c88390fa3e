package summarize

import (
	"fmt"

	"github.com/deskbook/deskbook/desk"
)

// The thresholds of the support check.
const (
	// supportFloor is the share of a claim's content words that its evidence must
	// hold. Below it a sentence says something that nobody said.
	supportFloor = 0.75
	// supportWindow is how many words of one evidence item count together: in a
	// message of ten thousand words every word occurs somewhere.
	supportWindow = 80
)

// item is one numbered piece of evidence: a message or a passage.
type item struct {
	mark     string // "m3", "p1": opaque to the model, resolved by code
	message  int    // message number, 0 for a passage
	citation Citation
	text     string
	words    []word
}

// evidence is what a text may be written from.
type evidence struct {
	items  []item
	byMark map[string]int
}

func newEvidence() *evidence { return &evidence{byMark: map[string]int{}} }

func (e *evidence) add(it item) {
	it.words = words(it.text)
	e.byMark[it.mark] = len(e.items)
	e.items = append(e.items, it)
}

// addMessage adds a message; its text may be a redacted or shortened form.
func (e *evidence) addMessage(m desk.Message, text string) {
	e.add(item{mark: fmt.Sprintf("m%d", m.N), message: m.N, text: text})
}

// addPassage adds a passage as the next p-mark.
func (e *evidence) addPassage(c Citation, text string) {
	e.add(item{mark: fmt.Sprintf("p%d", len(e.items)+1), citation: c, text: text})
}

func (e *evidence) marks() []string {
	out := make([]string, len(e.items))
	for i, it := range e.items {
		out[i] = it.mark
	}
	return out
}

func (e *evidence) find(mark string) (item, bool) {
	i, ok := e.byMark[mark]
	if !ok {
		return item{}, false
	}
	return e.items[i], true
}

// support gives the share of the claim's content words that the cited items hold,
// and whether the claim contradicts them to the letter: an identifier or number that
// none of them has, or a negation where the best window has none (or the reverse).
func (e *evidence) support(claim string, cited []item) (share float64, contradicted bool) {
	want := map[string]bool{}
	negated := false
	cw := words(claim)
	for _, w := range cw {
		switch {
		case negations[w.text]:
			negated = true
		case !w.stop:
			want[w.stem] = true
		}
	}
	if len(want) == 0 {
		return 0, false
	}
	got := map[string]bool{}
	agree := false
	for _, it := range cited {
		best, polarity := bestWindow(it.words, want, negated)
		agree = agree || polarity
		for s := range best {
			got[s] = true
		}
	}
	for _, w := range cw {
		if w.id && !w.stop && !holds(cited, w.stem) {
			return overlap(want, got), true
		}
	}
	return overlap(want, got), !agree
}

func holds(items []item, stem string) bool {
	for _, it := range items {
		for _, w := range it.words {
			if w.stem == stem {
				return true
			}
		}
	}
	return false
}

// bestWindow gives the wanted stems in the window of supportWindow words that holds
// most of them, and whether some stretch around a wanted word agrees with the claim
// about being negated.
func bestWindow(ws []word, want map[string]bool, negated bool) (best map[string]bool, agree bool) {
	count := map[string]int{}
	lo, bestLo, bestHi := 0, 0, 0
	bestN := 0
	for hi, w := range ws {
		if want[w.stem] {
			count[w.stem]++
		}
		if hi-lo >= supportWindow {
			if s := ws[lo].stem; want[s] {
				if count[s]--; count[s] == 0 {
					delete(count, s)
				}
			}
			lo++
		}
		if len(count) > bestN {
			bestN, bestLo, bestHi = len(count), lo, hi+1
		}
	}
	best = map[string]bool{}
	for _, w := range ws[bestLo:bestHi] {
		if want[w.stem] {
			best[w.stem] = true
		}
	}
	return best, polarity(ws[bestLo:bestHi], want, negated)
}

// polarityReach is how far, in words, a negation is taken to act.
const polarityReach = 6

// polarity reports whether some wanted word stands in a stretch that is negated just
// as the claim is.
func polarity(ws []word, want map[string]bool, negated bool) bool {
	for i, w := range ws {
		if !want[w.stem] || w.stop {
			continue
		}
		near := false
		for j := max(0, i-polarityReach); j < min(len(ws), i+polarityReach+1); j++ {
			near = near || negations[ws[j].text]
		}
		if near == negated {
			return true
		}
	}
	return false
}

// supported is the rule for text that a model wrote.
func (e *evidence) supported(claim string, cited []item) bool {
	share, contradicted := e.support(claim, cited)
	return share >= supportFloor && !contradicted
}

// messagesOf lists the message numbers of items, without repeats.
func messagesOf(items []item) []int {
	var ns []int
	seen := map[int]bool{}
	for _, it := range items {
		if it.message > 0 && !seen[it.message] {
			seen[it.message] = true
			ns = append(ns, it.message)
		}
	}
	return ns
}

// Citation names a passage of an article's revision.
type Citation struct {
	Article  string `json:"article"` // id
	Revision int    `json:"revision"`
	Passage  string `json:"passage"` // id
}
