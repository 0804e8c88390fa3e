package answer

import (
	"strings"

	"github.com/deskbook/deskbook/summarize/thread"
)

// reading is the text of a passage as it is compared with questions. It is shared between them
// and never changes.
type reading struct {
	steps   int             // lines that begin as an instruction
	stems   map[string]bool // of its content words
	content []string        // the same in order, with repeats
}

const (
	// readBytes bounds the readings that are remembered: an article that answers one question
	// answers others.
	readBytes = 48 << 20
	// readCost is about how many bytes a reading takes up for each byte of its text.
	readCost = 40
)

// readPassage returns the reading of a passage with this text.
func (w *Writer) readPassage(text string) *reading {
	if r, ok := w.read.Get(text); ok {
		return r
	}
	r := &reading{stems: map[string]bool{}, content: contentStems(text)}
	for line := range strings.Lines(thread.BoundText(text)) {
		if thread.OpensInstruction.Matches(strings.TrimSpace(line)) {
			r.steps++
		}
	}
	for _, s := range r.content {
		r.stems[s] = true
	}
	w.read.Put(text, r, 1024+readCost*len(text))
	return r
}

// contentStems returns the stems of a text's content words in order.
func contentStems(text string) []string {
	var out []string
	for _, x := range thread.Words(text) {
		if !x.Stop {
			out = append(out, x.Stem)
		}
	}
	return out
}
