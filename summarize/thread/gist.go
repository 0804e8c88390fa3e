package thread

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/deskbook/deskbook/desk"
)

// gistRunes is how long a gist is at most. A reader of pairs reads about as much of a question.
const gistRunes = 320

// Gist returns what a requester says is wrong or wanted: of a short text all of it, of a long one
// the subject and the sentences that are most of a request or a symptom, in their order.
func Gist(subject, body string) string {
	subject = CleanSubject(subject)
	if text := strings.TrimSpace(subject + "\n" + body); utf8.RuneCountInString(text) <= gistRunes {
		return text
	}
	th := Read(desk.Ticket{Subject: subject, Messages: []desk.Message{{N: 1, Kind: desk.Reply, Text: body}}})
	order := make([]int, 0, len(th.Sentences))
	scores := make([]float64, len(th.Sentences))
	for i, s := range th.Sentences {
		if s.Role == Pleasantry || s.Content == 0 {
			continue
		}
		scores[i] = s.Scores[Request] + 0.6*s.Centrality + Overlap(th.Subject.Stems, s.Stems)
		if i < openingSpans {
			scores[i] += 0.4
		}
		if s.Role == Attempt || s.Form == Code {
			scores[i]--
		}
		order = append(order, i)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	left := gistRunes - utf8.RuneCountInString(subject)
	chosen := order[:0]
	for _, i := range order {
		if left <= 0 {
			break
		}
		left -= utf8.RuneCountInString(th.Sentences[i].Text)
		chosen = append(chosen, i)
	}
	slices.Sort(chosen)
	lines := []string{subject}
	for _, i := range chosen {
		lines = append(lines, th.Sentences[i].Text)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// openingSpans is how many sentences a message opens with.
const openingSpans = 3
