package evidence

import (
	"fmt"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/thread"
)

// supportWindow is the length in words of the part of an item that has to contain the words of a
// claim: in a message of ten thousand words, every word occurs somewhere.
const supportWindow = 80

// Item is one numbered piece of evidence: a message or a passage.
type Item struct {
	Mark     string // "m3", "p1"
	Message  int    // message number, 0 for a passage
	FromDesk bool   // the desk wrote the message
	Citation Citation
	thread.Phrase
}

// Set is the evidence that a text may be written from.
type Set struct {
	Items  []Item
	byMark map[string]int
}

// New returns an empty set.
func New() *Set { return &Set{byMark: map[string]int{}} }

// Add adds an item.
func (e *Set) Add(it Item) {
	e.byMark[it.Mark] = len(e.Items)
	e.Items = append(e.Items, it)
}

// AddMessage adds a message with its text, which may be redacted or shortened.
func (e *Set) AddMessage(m desk.Message, text string) {
	e.Add(Item{Mark: fmt.Sprintf("m%d", m.N), Message: m.N, FromDesk: m.FromDesk, Phrase: thread.Parse(text)})
}

// AddPassage adds a passage as the next p-mark.
func (e *Set) AddPassage(c Citation, text string) {
	e.Add(Item{Mark: fmt.Sprintf("p%d", len(e.Items)+1), Citation: c, Phrase: thread.Parse(text)})
}

// Marks returns the marks of all items, in order.
func (e *Set) Marks() []string {
	out := make([]string, len(e.Items))
	for i, it := range e.Items {
		out[i] = it.Mark
	}
	return out
}

// Find returns the item with the mark, and whether there is one.
func (e *Set) Find(mark string) (Item, bool) {
	i, ok := e.byMark[mark]
	if !ok {
		return Item{}, false
	}
	return e.Items[i], true
}

// Support returns the share of the claim's content words that the cited items contain, and
// whether the claim contradicts them: it has an identifier or a number that none of them
// has, or it is negated where the best window is not, or the reverse.
func (e *Set) Support(claim string, cited []Item) (share float64, contradicted bool) {
	want := map[string]bool{}
	negated := false
	cw := thread.Words(claim)
	for _, w := range cw {
		switch {
		case thread.Negations[w.Text]:
			negated = true
		case !w.Stop:
			want[w.Stem] = true
		}
	}
	if len(want) == 0 {
		return 0, false
	}
	got := map[string]bool{}
	agree := false
	for _, it := range cited {
		best, agrees := bestWindow(it.Words, want, negated)
		agree = agree || agrees
		for s := range best {
			got[s] = true
		}
	}
	for _, w := range cw {
		if w.ID && !w.Stop && !Holds(cited, w.Stem) {
			return thread.Overlap(want, got), true
		}
	}
	return thread.Overlap(want, got), !agree
}

// Holds reports whether a word of the items has the stem.
func Holds(items []Item, stem string) bool {
	for _, it := range items {
		for _, w := range it.Words {
			if w.Stem == stem {
				return true
			}
		}
	}
	return false
}

// bestWindow returns the wanted stems in the window of supportWindow words that contains
// most of them, and whether it agrees with the claim about negation.
func bestWindow(ws []thread.Word, want map[string]bool, negated bool) (best map[string]bool, agree bool) {
	count := map[string]int{}
	lo, bestLo, bestHi := 0, 0, 0
	bestN := 0
	for hi, w := range ws {
		if want[w.Stem] {
			count[w.Stem]++
		}
		if hi-lo >= supportWindow {
			if s := ws[lo].Stem; want[s] {
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
		if want[w.Stem] {
			best[w.Stem] = true
		}
	}
	return best, polarity(ws[bestLo:bestHi], want, negated)
}

// polarityReach is how many words before and after it a negation applies to.
const polarityReach = 6

// polarity reports whether a wanted word is negated just as the claim is.
func polarity(ws []thread.Word, want map[string]bool, negated bool) bool {
	for i, w := range ws {
		if !want[w.Stem] || w.Stop {
			continue
		}
		near := false
		for j := max(0, i-polarityReach); j < min(len(ws), i+polarityReach+1); j++ {
			near = near || thread.Negations[ws[j].Text]
		}
		if near == negated {
			return true
		}
	}
	return false
}

// MessagesOf returns the message numbers of the items, without repeats.
func MessagesOf(items []Item) []int {
	var ns []int
	seen := map[int]bool{}
	for _, it := range items {
		if it.Message > 0 && !seen[it.Message] {
			seen[it.Message] = true
			ns = append(ns, it.Message)
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
