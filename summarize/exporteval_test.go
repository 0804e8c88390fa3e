package summarize

import "github.com/deskbook/deskbook/kb"

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
