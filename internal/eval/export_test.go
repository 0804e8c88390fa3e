package eval

import (
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/answer"
)

// QuestionsMade is makeQuestions, as question and article.
func QuestionsMade(articles []kb.Article, every int) (base []kb.Article, asked [][2]string) {
	base, list := makeQuestions(articles, every)
	for _, q := range list {
		asked = append(asked, [2]string{q.text, q.article})
	}
	return base, asked
}

// TenthRefused is refusedAtTenth.
func TenthRefused(with, without []float64) float64 { return refusedAtTenth(with, without) }

// FitOn fits weights on rows of figures, of which those with a positive last number are
// right.
func FitOn(rows [][5]float64, right []bool) answer.Weights {
	var cases []fitCase
	for i, x := range rows {
		cases = append(cases, fitCase{x: x, right: right[i], weight: 1})
	}
	return fitLogistic(cases)
}
