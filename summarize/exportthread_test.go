package summarize

// Form names what a stretch of a message is.
func (f form) String() string {
	return [...]string{"prose", "step", "code", "quoted", "signature", "greeting", "data"}[f]
}

func (r role) String() string {
	return [...]string{"statement", "request", "attempt", "advice", "outcome", "environment", "question", "decision", "pleasantry"}[r]
}

// Segment gives the spans of a message as "form: text".
func Segment(text string) []string {
	var out []string
	for _, s := range segment(text) {
		out = append(out, s.form.String()+": "+s.text)
	}
	return out
}

// Classify gives role and result of a sentence.
func Classify(text string, desk, first bool) (role string, result Result) {
	spans := segment(text)
	r := classify(spans[0], voice{desk: desk, first: first})
	return r.role.String(), r.result
}

// CleanSubject is cleanSubject.
func CleanSubject(s string) string { return cleanSubject(s) }

// Instruction is instruction.
func Instruction(s string) string { return instruction(s) }

// Clauses is clauses.
func Clauses(s string) []string { return clauses(s) }
