package redact

import (
	"regexp"
	"slices"
	"strings"
)

var (
	// changed matches the old and the new value of a password or code after its cue.
	changed = regexp.MustCompile(`^(?:[ ][^\s.!?;:]{1,24}){0,8}?[ ]?(?:from|von|de|da|van|z|с|从|` +
		`從)[ ]["'“„«]?([^\s"'”»]{4,64})["'”»]?` +
		`[ ](?:to|auf|zu|à|en|a|para|in|naar|na|на|换成|改成|改为|換成)[ ]["'“„«]?([^\s"'”»,]{4,64})`)
	changedFrom = []string{" from ", " von ", " de ", " da ", " van ", " z ", " с ", "从 ", "從 "}
	// reply matches the start of a line of a chat.
	reply = regexp.MustCompile(`^[\[(]?\d{1,2}:\d\d(?::\d\d)?[\])]?[ ]{1,2}@?[^\n:]{1,40}:[ ]{0,2}`)
)

// findChanges finds both values in "the code was changed from 1234 to 5678".
func findChanges(v *view, out []finding) []finding {
	each := func(end int, code bool) {
		rest := v.after(end, 200)
		if !slices.ContainsFunc(changedFrom, func(w string) bool { return strings.Contains(rest, w) }) {
			return
		}
		m := changed.FindStringSubmatchIndex(rest)
		if m == nil {
			return
		}
		for g := 2; g < len(m); g += 2 {
			lo, hi := end+m[g], end+m[g+1]
			hi = lo + len(strings.TrimRight(v.text[lo:hi], ".,;:!?)"))
			if s := v.text[lo:hi]; code && len(s) < 9 && countDigits(s) == len(s) || !code && strong(s, true) {
				out = append(out, finding{lo, hi, Password})
			}
		}
	}
	v.words(func(lo, hi int) {
		end, class := v.longest(cues, lo, hi)
		switch {
		case class == cuePassword || class == cueAmbiguous:
			each(end, false)
		case class == cueCode:
			each(end, true)
		}
	})
	if v.source != nil {
		for _, cue := range unspacedCues {
			for at := range occurrences(v.lower, cue) {
				each(at+len(cue), false)
			}
		}
	}
	return out
}

// findReplies finds a password in the line of a chat after the one that asks for it.
func findReplies(v *view, out []finding) []finding {
	if strings.IndexByte(v.text, '?') < 0 {
		return out
	}
	look := func(at int) {
		end := at + strings.IndexByte(v.after(at, 200)+"\n", '\n')
		if strings.IndexByte(v.text[at:end], '?') < 0 || end >= len(v.text) {
			return
		}
		start := end + 1
		m := reply.FindString(v.after(start, 80))
		if m == "" {
			return
		}
		lo := start + len(m)
		line := v.after(lo, 80)
		line, _, _ = strings.Cut(line, "\n")
		for n := range 5 {
			word, rest, more := strings.Cut(line, " ")
			value := strings.Trim(word, ".,;:!?)(\"'`“”")
			if from := lo + strings.Index(word, value); strong(value, n == 0) && !v.variable(from, from+len(value)) {
				out = append(out, finding{from, from + len(value), Password})
				return
			}
			if !more {
				return
			}
			lo, line = lo+len(word)+1, rest
		}
	}
	v.words(func(lo, hi int) {
		if end, class := v.longest(cues, lo, hi); class == cuePassword || class == cueCode || class == cueAmbiguous {
			look(end)
		}
	})
	if v.source != nil {
		for _, cue := range unspacedCues {
			for at := range occurrences(v.lower, cue) {
				look(at + len(cue))
			}
		}
	}
	return out
}
