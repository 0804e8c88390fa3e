package thread

// Form names what a stretch of a message is.
func (f Form) String() string {
	return [...]string{"prose", "step", "code", "quoted", "signature", "greeting", "data"}[f]
}

func (r role) String() string {
	return [...]string{"statement", "request", "attempt", "advice", "outcome", "environment", "question", "decision", "pleasantry"}[r]
}

// SpanForms gives the spans of a message as "form: text".
func SpanForms(text string) []string {
	var out []string
	for _, s := range Segment(text) {
		out = append(out, s.Form.String()+": "+s.Text)
	}
	return out
}

// ClassifyText gives role and result of a sentence.
func ClassifyText(text string, desk, first bool) (role string, result Result) {
	spans := Segment(text)
	r := Classify(spans[0], Voice{Desk: desk, first: first})
	return r.Role.String(), r.Result
}

// CleanedSubject is cleanSubject.
func CleanedSubject(s string) string { return CleanSubject(s) }

// InstructionOf is instruction.
func InstructionOf(s string) string { return Instruction(s) }

// ClausesOf is clauses.
func ClausesOf(s string) []string { return Clauses(s) }
