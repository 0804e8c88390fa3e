package main

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

const (
	vocabulary  = 120_000
	topics      = 200
	topicWords  = 400 // of a topic's own vocabulary
	ownShare    = 0.35
	shortest    = 60 // words of a section
	longest     = 240
	zipfExp     = 1.08
	zipfFlat    = 2.7
	ticketShare = 0.4 // of a ticket's words that are those of one section
)

// functionWords are the most frequent words, as in any English text.
var functionWords = strings.Fields("the of to and a in is it you that for on with as this be at or are from have by " +
	"not can if when your will has all an we which but how do more their out up use so then them some what was")

// generator makes sections whose words follow a long-tailed distribution: some belong to the
// section's topic, the others to all.
type generator struct {
	rng   *rand.Rand
	zipf  *rand.Zipf
	own   *rand.Zipf
	words []string
}

func newGenerator(seed uint64) *generator {
	rng := rand.New(rand.NewPCG(seed, seed))
	g := &generator{
		rng:  rng,
		zipf: rand.NewZipf(rng, zipfExp, zipfFlat, vocabulary-1), own: rand.NewZipf(rng, zipfExp, zipfFlat, topicWords-1),
		words: append([]string{}, functionWords...),
	}
	seen := map[string]bool{}
	for len(g.words) < vocabulary {
		if w := g.invent(); !seen[w] {
			seen[w] = true
			g.words = append(g.words, w)
		}
	}
	return g
}

// invent returns a word of two to four syllables.
func (g *generator) invent() string {
	const consonants, vowels = "bcdfghjklmnprstvwz", "aeiou"
	var b strings.Builder
	for range 2 + g.rng.IntN(3) {
		b.WriteByte(consonants[g.rng.IntN(len(consonants))])
		b.WriteByte(vowels[g.rng.IntN(len(vowels))])
		if g.rng.IntN(3) == 0 {
			b.WriteByte(consonants[g.rng.IntN(len(consonants))])
		}
	}
	return b.String()
}

// text returns n words of a topic.
func (g *generator) text(topic, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		if g.rng.Float64() < ownShare {
			// The words of a topic lie all over the vocabulary, none of them among the most frequent.
			at := 1000 + (topic*topicWords*7+int(g.own.Uint64())*131)%(vocabulary-1000)
			b.WriteString(g.words[at])
		} else {
			b.WriteString(g.words[g.zipf.Uint64()])
		}
	}
	return b.String()
}

func (g *generator) documents(n int) []document {
	out := make([]document, n)
	for i := range out {
		topic := g.rng.IntN(topics)
		out[i] = document{g.text(topic, 3+g.rng.IntN(6)), g.text(topic, shortest+g.rng.IntN(longest-shortest))}
	}
	return out
}

// readFolder returns the sections of the Markdown files below a folder: what stands under one
// heading.
func readFolder(folder string) ([]document, error) {
	var out []document
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".md" {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		section := document{title: strings.TrimSuffix(d.Name(), ".md")}
		add := func() {
			if strings.TrimSpace(section.body) != "" {
				out = append(out, section)
			}
		}
		for line := range strings.Lines(string(raw)) {
			if strings.HasPrefix(line, "#") {
				add()
				section = document{title: strings.TrimSpace(strings.TrimLeft(line, "#"))}
				continue
			}
			section.body += line
		}
		add()
		return nil
	})
	return out, err
}

// questions makes queries from the words of documents.
type questions struct {
	rng  *rand.Rand
	docs []document
}

func newQuestions(docs []document) *questions {
	return &questions{rand.New(rand.NewPCG(7, 7)), docs}
}

// document returns the number and the words of a document.
func (q *questions) document() (int, []string) {
	for {
		n := q.rng.IntN(len(q.docs))
		if words := strings.Fields(q.docs[n].body); len(words) >= 10 {
			return n, words
		}
	}
}

// words returns n different words of one document, no function words among them.
func (q *questions) words(n int) string {
	var out []string
	seen := map[string]bool{}
	for _, w := range functionWords {
		seen[w] = true
	}
	for _, words := q.document(); len(out) < n; {
		w := words[q.rng.IntN(len(words))]
		if !seen[w] || q.rng.IntN(100) == 0 { // a document of few words
			seen[w] = true
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}

// ticket returns n words, some of one document and the others of any.
func (q *questions) ticket(n int) string {
	_, text := q.about(n)
	return text
}

// about also returns the number of the document.
func (q *questions) about(n int) (number int, text string) {
	number, about := q.document()
	out := make([]string, n)
	for i := range out {
		from := about
		if q.rng.Float64() >= ticketShare {
			_, from = q.document()
		}
		out[i] = from[q.rng.IntN(len(from))]
	}
	return number, strings.Join(out, " ")
}
