package summarize

// SplitMarks is splitMarks.
func SplitMarks(text string) (string, []string) { return splitMarks(text) }

// Resolve checks a claim against texts that become passages p1, p2, ….
func Resolve(claimed string, marks []string, texts ...string) (string, []string, bool) {
	e := newEvidence()
	for _, t := range texts {
		e.addPassage(Citation{}, t)
	}
	text, cited, ok := e.resolve(claim{Text: claimed, Marks: marks}, MaxLineRune)
	var names []string
	for _, it := range cited {
		names = append(names, it.mark)
	}
	return text, names, ok
}
