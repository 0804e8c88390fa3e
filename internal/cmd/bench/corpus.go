package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// corpus makes up articles and requests. Its words have the lengths and frequencies of
// natural text (Zipf's law with an exponent of 1.1), and the same seed produces the same texts.
type corpus struct {
	rng   *rand.Rand
	words []string
	zipf  *rand.Zipf
}

func newCorpus(seed uint64) *corpus {
	rng := rand.New(rand.NewPCG(seed, 1))
	c := &corpus{rng: rng, zipf: rand.NewZipf(rng, 1.1, 8, 30_000-1)}
	known := map[string]bool{}
	for len(c.words) < 30_000 {
		w := c.invent()
		if !known[w] {
			known[w] = true
			c.words = append(c.words, w)
		}
	}
	return c
}

// invent returns a word of syllables; frequent words are short.
func (c *corpus) invent() string {
	const (
		onsets = "b bl br c ch d dr f fl g gr h j k l m n p pl pr qu r s sh sl st t th tr v w"
		vowels = "a e i o u ai ea ou"
		codas  = " n r s t l m nd st ck"
	)
	part := func(list string) string { p := strings.Split(list, " "); return p[c.rng.IntN(len(p))] }
	var b strings.Builder
	for range 1 + len(c.words)/4000 + c.rng.IntN(2) {
		b.WriteString(part(onsets) + part(vowels) + part(codas))
	}
	return b.String()
}

func (c *corpus) text(n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = c.words[c.zipf.Uint64()]
		if c.rng.IntN(60) == 0 {
			out[i] = fmt.Sprintf("0x%08x", 0x80070000+c.rng.IntN(4000))
		}
		if i%14 == 13 {
			out[i] += "."
		}
	}
	return strings.Join(out, " ") + "."
}

// title returns words that are not among the most frequent.
func (c *corpus) title() string {
	var out []string
	for range 3 + c.rng.IntN(5) {
		out = append(out, c.words[200+c.rng.IntN(8000)])
	}
	return strings.ToUpper(out[0][:1]) + strings.Join(out, " ")[1:]
}

// write writes n articles of 60 to 500 words into the folder and returns their titles.
func (c *corpus) write(folder string, n int) ([]string, error) {
	titles := make([]string, n)
	for i := range titles {
		titles[i] = c.title()
		text := fmt.Sprintf("# %s\n\n%s\n\n## Environment\n\n%s\n\n## Resolution\n\n%s\n",
			titles[i], c.text(20+c.rng.IntN(100)), c.text(10+c.rng.IntN(40)), c.text(30+c.rng.IntN(330)))
		path := filepath.Join(folder, fmt.Sprintf("%02d", i%100), fmt.Sprintf("article-%05d.md", i))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	return titles, nil
}
