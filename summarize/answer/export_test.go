package answer

import "github.com/deskbook/deskbook/summarize/thread"

// PairShareOf returns pairShare of a question read from text.
func PairShareOf(question, text string) float64 {
	return readQuestion(question).pairShare(contentStems(text))
}

// FocusOf returns focusOf(question).
func FocusOf(question string) string { return focusOf(question) }

// LineOf returns a line as an answer shows it.
func LineOf(text string) string { return answerLine(thread.Span{Phrase: thread.Parse(text)}) }
