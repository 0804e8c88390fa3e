package summarize

// PairsHeld gives the share of the question's neighbouring words that the text holds.
func PairsHeld(question, text string) float64 { return readQuestion(question).pairsHeld(text) }

// FocusOf is focusOf.
func FocusOf(question string) string { return focusOf(question) }

// AnswerLine gives a line as an answer shows it.
func AnswerLine(text string) string { return answerLine(span{text: text}) }
