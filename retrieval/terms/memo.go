package terms

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

const (
	memoChunks = 50_000 // chunks that are remembered in one language
	memoBytes  = 48     // of a chunk: longer ones are rarely repeated
)

// memo remembers the terms of chunks, the runs of a text without white space: a few ten thousand
// of them make up nearly all text, and looking one up costs a fraction of reading it again. The
// terms of a chunk depend on nothing around it. It is safe for use by several goroutines.
type memo struct {
	newScanner func(emit func(Token)) scanner

	mu     sync.RWMutex
	chunks map[string][]Token // with positions within the chunk
}

// reading is a chunk with its terms.
type reading struct {
	chunk string
	found []Token
}

// read returns the terms of a text.
func (m *memo) read(text string) []Token {
	out := make([]Token, 0, len(text)/7+1)
	s := m.newScanner(func(t Token) { out = append(out, t) })
	var fresh []reading
	m.mu.RLock()
	for i := 0; i < len(text); {
		start := i
		for i < len(text) {
			r, n := utf8.DecodeRuneInString(text[i:])
			if unicode.IsSpace(r) || r == utf8.RuneError {
				break
			}
			i += n
		}
		if i == start {
			_, n := utf8.DecodeRuneInString(text[i:])
			i += n
			continue
		}
		chunk, first := text[start:i], len(out)
		if found, ok := m.chunks[chunk]; ok {
			out = append(out, found...)
		} else {
			s.scan(chunk)
			if len(chunk) <= memoBytes {
				fresh = append(fresh, reading{chunk, append([]Token(nil), out[first:]...)})
			}
		}
		for k := range out[first:] {
			out[first+k].Start += start
			out[first+k].End += start
		}
	}
	m.mu.RUnlock()
	if len(fresh) > 0 {
		m.remember(fresh)
	}
	return out
}

// remember adds chunks; when there are too many, it begins again.
func (m *memo) remember(fresh []reading) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.chunks)+len(fresh) > memoChunks {
		m.chunks = nil
	}
	if m.chunks == nil {
		m.chunks = map[string][]Token{}
	}
	for _, r := range fresh[:min(len(fresh), memoChunks)] {
		m.chunks[strings.Clone(r.chunk)] = r.found
	}
}

// memos holds a memo for each language in which articles are read, and one for words as they are
// written.
var memos = sync.OnceValue(func() map[Language]*memo {
	out := map[Language]*memo{}
	for _, l := range append([]Language{""}, Languages[:]...) {
		out[l] = &memo{newScanner: func(emit func(Token)) scanner {
			s := scanner{language: l, emit: emit}
			if x := lexicons()[l]; x != nil {
				s.stop = x.stop
			}
			return s
		}}
	}
	return out
})
