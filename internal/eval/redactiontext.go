package eval

import (
	"math/rand/v2"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// redactionRepeats is how many texts there are of each kind, variant and language.
const redactionRepeats = 6

// labelled is one text of a set. In a near miss there are no secrets, and nothing may be
// redacted.
type labelled struct {
	kind, variant string
	lang          language
	text          string
	secrets       []part // must be redacted
	free          []part // may be
}

// part is the part of a text between two of its bytes.
type part struct {
	kind     string
	from, to int
}

// secretKinds returns the kinds of the secrets, each once.
func (l labelled) secretKinds() []string {
	var kinds []string
	for _, p := range l.secrets {
		if !slices.Contains(kinds, p.kind) {
			kinds = append(kinds, p.kind)
		}
	}
	return kinds
}

func (l labelled) secretTexts() []string {
	var texts []string
	for _, p := range l.secrets {
		texts = append(texts, l.text[p.from:p.to])
	}
	return texts
}

// texts writes the texts of the set, the same on every call.
func (s *redactionSet) texts() []labelled {
	d := &draw{rand.New(rand.NewPCG(s.Seed, 0x5eed))}
	var out []labelled
	for _, kind := range s.Kinds {
		for _, v := range s.variants {
			same := func(n yaml.Node) bool { return n.Value == kind.Name.Value }
			if len(v.Kinds) > 0 && !slices.ContainsFunc(v.Kinds, same) {
				continue
			}
			for _, lang := range redactionLanguages {
				for range redactionRepeats {
					out = append(out, s.secret(d, kind, v.Name.Value, lang))
				}
			}
		}
	}
	for _, kind := range s.NearMisses {
		for _, text := range kind.Texts {
			for _, lang := range redactionLanguages {
				out = append(out, s.nearMiss(d, kind.Name.Value, text, lang))
			}
		}
	}
	return out
}

var gaps = []string{" ", "\n", "\n\n"}

// secret writes a text with one secret in a slot between two sentences without.
func (s *redactionSet) secret(d *draw, kind redactionKind, variant string, lang language) labelled {
	slots := kind.Cues[lang]
	if len(slots) == 0 {
		slots = kind.Cues["en"]
	}
	if len(slots) == 0 {
		slots = s.Carriers[lang]
	}
	around := pickValue(d, slots)
	if len(kind.Addresses) > 0 {
		address := pickValue(d, kind.Addresses)
		around = slot{around.before + address.before, address.after + around.after}
	}
	value := pickValue(d, kind.Values).write(d)
	hide := disguises[variant]
	if hide.cue != nil {
		around.before = hide.cue(d, around.before)
	}
	switch {
	case kind.Name.Value == "url with user" && variant == "escaped":
		value = strings.Replace(value, ":", ":%40", 1) // the signs of the address stay
	case hide.value != nil:
		value = hide.value(d, value)
	}
	noise := s.Noise[lang]
	head := pickValue(d, noise) + pickValue(d, gaps) + around.before
	text := head + value + around.after + pickValue(d, gaps) + pickValue(d, noise)
	from, to := secretPart(kind.Name.Value, variant, value)
	from, to = len(head)+from, len(head)+to
	if variant == "quoted" {
		from += 2 * (1 + strings.Count(text[:from], "\n"))
		to += 2 * (1 + strings.Count(text[:to], "\n"))
		text = "> " + strings.ReplaceAll(text, "\n", "\n> ")
	}
	secret := part{kind.Name.Value, from, to}
	return labelled{kind: kind.Name.Value, variant: variant, lang: lang, text: text, secrets: []part{secret}}
}

// secretPart returns which bytes of a value are secret: not the scheme of an
// authorization, the size of a network or the name of a share.
func secretPart(kind, variant, value string) (from, to int) {
	end := -1
	switch {
	case kind == "authorization":
		return strings.LastIndexAny(value, " \n") + 1, len(value)
	case kind == "private address" && variant != "full width":
		end = strings.IndexByte(value, '/')
	case kind == "internal host":
		end = strings.LastIndexByte(value, '\\')
	}
	if end < 0 {
		end = len(value)
	}
	return 0, end
}

func (s *redactionSet) nearMiss(d *draw, kind, text string, lang language) labelled {
	if !strings.HasSuffix(text, ".") {
		carrier := pickValue(d, s.Carriers[lang])
		text = carrier.before + text + carrier.after
	}
	noise := s.Noise[lang]
	text = pickValue(d, noise) + " " + text + " " + pickValue(d, noise)
	return labelled{kind: kind, variant: "near miss", lang: lang, text: text}
}
