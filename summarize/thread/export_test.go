package thread

// String returns the name of the form, for test cases.
func (f Form) String() string {
	return [...]string{"prose", "step", "code", "signature", "greeting", "data"}[f]
}

// String returns the name of the role, for test cases.
func (r role) String() string {
	return [...]string{
		"statement", "request", "attempt", "advice", "outcome", "environment", "question", "decision", "pleasantry",
	}[r]
}

// SpanForms returns the spans of a message as "form: text".
func SpanForms(text string) []string {
	var out []string
	for _, s := range Segment(text) {
		out = append(out, s.Form.String()+": "+s.Text)
	}
	return out
}

// ClassifyText returns the role and the result of a sentence.
func ClassifyText(text string, desk, first bool) (role string, result Result) {
	spans := Segment(text)
	r := Classify(spans[0], Voice{Desk: desk, first: first})
	return r.Role.String(), r.Result
}
