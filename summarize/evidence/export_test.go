package evidence

// MarksOf calls splitMarks.
func MarksOf(text string) (string, []string) { return splitMarks(text) }

// ResolveClaim resolves a claim against texts that become the passages p1, p2, ….
func ResolveClaim(claimed string, marks []string, texts ...string) (string, []string, bool) {
	e := New()
	for _, t := range texts {
		e.AddPassage(Citation{}, t)
	}
	text, cited, ok := e.Resolve(Claim{Text: claimed, Marks: marks}, 280)
	var names []string
	for _, it := range cited {
		names = append(names, it.Mark)
	}
	return text, names, ok
}
