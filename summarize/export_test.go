package summarize

import "github.com/deskbook/deskbook/kb"

// What the tests of this package look at from outside.

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

// CleanSubject is cleanSubject.
func CleanSubject(s string) string { return cleanSubject(s) }

// Instruction is instruction.
func Instruction(s string) string { return instruction(s) }

// Insert is insert.
func Insert(markdown, wanted, title, body string) string {
	return insert(markdown, wanted, title, body)
}

// EscapeText is escapeText.
func EscapeText(s string) string { return escapeText(s) }

// FindJSON is findJSON.
func FindJSON(s string) ([]byte, error) { return findJSON(s) }

// Clauses is clauses.
func Clauses(s string) []string { return clauses(s) }

// MakeQuestions is makeQuestions, as question and article.
func MakeQuestions(articles []kb.Article, every int) (base []kb.Article, asked [][2]string) {
	base, list := makeQuestions(articles, every)
	for _, q := range list {
		asked = append(asked, [2]string{q.text, q.article})
	}
	return base, asked
}

// RefusedAtTenth is refusedAtTenth.
func RefusedAtTenth(with, without []float64) float64 { return refusedAtTenth(with, without) }

// FitOn fits weights on rows of figures, of which those with a positive last number are
// right.
func FitOn(rows [][5]float64, right []bool) AnswerWeights {
	var cases []fitCase
	for i, x := range rows {
		cases = append(cases, fitCase{x: x, right: right[i], weight: 1})
	}
	return fitWeights(cases)
}

// PairsHeld gives the share of the question's neighbouring words that the text holds.
func PairsHeld(question, text string) float64 { return readQuestion(question).pairsHeld(text) }

// FocusOf is focusOf.
func FocusOf(question string) string { return focusOf(question) }

// AnswerLine gives a line as an answer shows it.
func AnswerLine(text string) string { return answerLine(span{text: text}) }
