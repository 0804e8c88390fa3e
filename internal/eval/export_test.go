package eval

import (
	"github.com/deskbook/deskbook/kb"
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
