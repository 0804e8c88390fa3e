package answer

import "github.com/deskbook/deskbook/summarize/thread"

// PairsHeldOf gives the share of the question's neighbouring words that the text holds.
func PairsHeldOf(question, text string) float64 { return readQuestion(question).pairsHeld(text) }

// QuestionFocus is focusOf.
func QuestionFocus(question string) string { return focusOf(question) }

// LineOf gives a line as an answer shows it.
func LineOf(text string) string { return answerLine(thread.Span{Phrase: thread.Parse(text)}) }
