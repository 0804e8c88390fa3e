package eval

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// writtenRepeats is how many texts are made of each written one with a drawn value.
const writtenRepeats = 2

// writtenSet is a family of texts written by hand; testdata/redaction/written-dev.yaml
// explains its parts.
type writtenSet struct {
	Seed   uint64
	Values map[string]map[string][]value // by pool and language
	Texts  map[language][]yaml.Node
}

// writtenMark is a mark in a written text: its kind, and its pool or its words.
var writtenMark = regexp.MustCompile(`\[\[([a-z]+|[?=])(?: ([a-z0-9]+)|\|([^\]]+))\]\]`)

// writtenTexts reads a family and fills in its texts. Errors name the file and, where there
// is one, the line.
func writtenTexts(files fs.FS, name string) ([]labelled, error) {
	var s writtenSet
	if err := readYAML(files, name, &s, s.check); err != nil {
		return nil, err
	}
	return s.texts(), nil
}

// check reports a family without texts, and a mark that cannot be read.
func (s *writtenSet) check() error {
	if len(s.Texts) == 0 {
		return errors.New("no texts")
	}
	for _, lang := range writtenLanguages {
		for _, n := range s.Texts[lang] {
			marks := writtenMark.FindAllStringSubmatch(n.Value, -1)
			if strings.Count(n.Value, "[[") != len(marks) {
				return errorAt(&n, "a mark is not [[kind pool]] or [[kind|words]]")
			}
			for _, m := range marks {
				if m[2] != "" && len(s.pool(m[2], lang)) == 0 {
					return errorAt(&n, "no values of %q in %q", m[2], lang)
				}
			}
		}
	}
	return nil
}

func (s *writtenSet) pool(name string, lang language) []value {
	if values := s.Values[name][string(lang)]; len(values) > 0 {
		return values
	}
	return s.Values[name]["any"]
}

// texts fills in the texts of the set, the same on every call.
func (s *writtenSet) texts() []labelled {
	d := &draw{rand.New(rand.NewPCG(s.Seed, 0x5eed))}
	var out []labelled
	for _, lang := range writtenLanguages {
		for _, n := range s.Texts[lang] {
			first := s.fill(d, n.Value, lang)
			out = append(out, first)
			for range writtenRepeats - 1 {
				if l := s.fill(d, n.Value, lang); l.text != first.text {
					out = append(out, l)
				}
			}
		}
	}
	return out
}

// fill replaces the marks of a text by values. No two in a text are the same.
func (s *writtenSet) fill(d *draw, text string, lang language) labelled {
	l := labelled{kind: string(lang), variant: "written", lang: lang}
	var b strings.Builder
	used := map[string]bool{}
	end := 0
	for _, m := range writtenMark.FindAllStringSubmatchIndex(text, -1) {
		b.WriteString(text[end:m[0]])
		end = m[1]
		p := part{kind: text[m[2]:m[3]], from: b.Len()}
		if m[4] >= 0 {
			b.WriteString(s.draw(d, text[m[4]:m[5]], lang, used))
		} else {
			b.WriteString(text[m[6]:m[7]])
		}
		p.to = b.Len()
		switch p.kind {
		case "=":
		case "?":
			l.free = append(l.free, p)
		default:
			l.secrets = append(l.secrets, p)
		}
	}
	b.WriteString(text[end:])
	l.text = b.String()
	return l
}

func (s *writtenSet) draw(d *draw, pool string, lang language, used map[string]bool) string {
	values := s.pool(pool, lang)
	for range 20 {
		if v := pickValue(d, values).write(d); !used[v] {
			used[v] = true
			return v
		}
	}
	return pickValue(d, values).write(d) // the pool is smaller than what the text asks for
}
