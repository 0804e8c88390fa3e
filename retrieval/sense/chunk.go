package sense

import (
	"strings"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/terms"
)

const (
	// pathShare is the part of a chunk that its titles may take up.
	pathShare = 4
	// smallChunk is the number of tokens below which a section is joined with the one before.
	smallChunk = 48
)

// chunker cuts articles into texts of at most limit tokens.
type chunker struct {
	limit int
	count func(text string, limit int) int
}

// article returns the chunks of an article: its sections, long ones in pieces that end with a
// line or a sentence. Each begins with the title and the path of headings.
func (c chunker) article(a kb.Article) []string {
	var out []string
	title := terms.Valid(a.Title)
	room := 0 // in the last chunk
	for _, p := range a.Passages {
		head := title
		if p.Heading != "" {
			head += " › " + terms.Valid(p.Heading)
		}
		taken := c.count(head, c.limit/pathShare)
		text := strings.TrimSpace(terms.Valid(p.Text))
		if text == "" && len(out) > 0 {
			continue
		}
		if n := c.count(text, smallChunk); n < smallChunk && n+taken <= room {
			out[len(out)-1] += "\n" + terms.Valid(p.Heading) + "\n" + text
			room -= n + taken
			continue
		}
		for _, piece := range c.pieces(text, c.limit-taken) {
			out = append(out, head+"\n"+piece)
			room = c.limit - taken - c.count(piece, c.limit)
		}
	}
	if len(out) == 0 {
		out = append(out, title)
	}
	return out
}

// pieces cuts a text into parts of at most limit tokens.
func (c chunker) pieces(text string, limit int) []string {
	var out []string
	var part strings.Builder
	used := 0
	for _, s := range sentences(text) {
		n := c.count(s, limit)
		if used > 0 && used+n > limit {
			out = append(out, strings.TrimSpace(part.String()))
			part.Reset()
			used = 0
		}
		part.WriteString(s)
		used += n
	}
	if used > 0 || len(out) == 0 {
		out = append(out, strings.TrimSpace(part.String()))
	}
	return out
}

// longestSentence is the number of bytes after which a text is cut between words.
const longestSentence = 600

// sentences splits a text after lines and sentences, and inside of very long ones.
func sentences(text string) []string {
	var out []string
	for len(text) > 0 {
		end := len(text)
		if i := strings.IndexByte(text, '\n'); i >= 0 {
			end = i + 1
		}
		for _, stop := range []string{". ", "? ", "! ", "。"} {
			if i := strings.Index(text[:end], stop); i >= 0 {
				end = i + len(stop)
			}
		}
		if end > longestSentence {
			end = len(terms.Truncate(text, longestSentence))
			if i := strings.LastIndexByte(text[:end], ' '); i > 0 {
				end = i + 1
			}
		}
		out = append(out, text[:end])
		text = text[end:]
	}
	return out
}
