package lexicon

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/deskbook/deskbook/internal/wordlist"
)

// verb is a line of verbs.txt, which documents the particles and uses.
type verb struct {
	base, past, gerund string
	particles, uses    []string
}

var verbs = readVerbs()

// readVerbs returns the verbs of verbs.txt, in order.
func readVerbs() []verb {
	var out []verb
	for _, line := range Entries("verbs") {
		v, err := parseVerb(line)
		if err != nil {
			panic(fmt.Sprintf("lexicon verbs: %v", err))
		}
		out = append(out, v)
	}
	return out
}

func parseVerb(line string) (verb, error) {
	fields := strings.Fields(line)
	base, forms, _ := strings.Cut(fields[0], "/")
	past, gerund, _ := strings.Cut(forms, "/")
	v := verb{base: base, past: cmp.Or(past, regularPast(base))}
	v.gerund = cmp.Or(gerund, regularGerund(base, v.past))
	for _, f := range fields[1:] {
		switch particle, isParticle := strings.CutPrefix(f, "+"); {
		case isParticle:
			v.particles = append(v.particles, particle)
		case slices.Contains([]string{"instruct", "opens", "did", "bare", "base-only", "past-only", "ing-only"}, f):
			v.uses = append(v.uses, f)
		default:
			return verb{}, fmt.Errorf("%s: unknown use %q", v.base, f)
		}
	}
	return v, nil
}

func regularPast(base string) string {
	stem, y := strings.CutSuffix(base, "y")
	switch {
	case strings.HasSuffix(base, "e"):
		return base + "d"
	case y && !strings.ContainsAny(stem[len(stem)-1:], "aeiou"):
		return stem + "ied"
	}
	return base + "ed"
}

// regularGerund returns the -ing form, which doubles the last letter where the past form does.
func regularGerund(base, past string) string {
	last, size := utf8.DecodeLastRuneInString(base)
	stem := base[:len(base)-size]
	switch {
	case past == base+string(last)+"ed":
		return base + string(last) + "ing"
	case last == 'e' && !strings.HasSuffix(stem, "e") && !strings.HasSuffix(stem, "y"):
		return stem + "ing"
	}
	return base + "ing"
}

// known reports whether none of the uses excludes the form.
func (v verb) known(excludedBy ...string) bool {
	return !slices.ContainsFunc(v.uses, func(u string) bool { return slices.Contains(excludedBy, u) })
}

// BaseForms returns the base forms of the verbs.
func BaseForms() map[string]bool {
	m := map[string]bool{}
	for _, v := range verbs {
		if v.known("past-only", "ing-only") {
			m[v.base] = true
		}
	}
	return m
}

// PastForms returns the past forms of the verbs, with their base forms.
func PastForms() map[string]string {
	m := map[string]string{}
	for _, v := range verbs {
		if v.known("base-only", "ing-only") {
			m[v.past] = v.base
		}
	}
	return m
}

// Gerunds returns the -ing forms of the verbs, with their base forms.
func Gerunds() map[string]string {
	m := map[string]string{}
	for _, v := range verbs {
		if v.known("past-only") {
			m[v.gerund] = v.base
		}
	}
	return m
}

// used returns the base or past forms of the verbs with the use, each with its particles.
func used(form, use string) []string {
	var forms []string
	for _, v := range verbs {
		if !slices.Contains(v.uses, use) {
			continue
		}
		f := v.base
		if form == "past" {
			f = v.past
		}
		if len(v.particles) > 0 {
			f += " " + wordlist.OneOf(v.particles...)
		}
		forms = append(forms, f)
	}
	return forms
}
