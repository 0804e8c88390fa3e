package eval

import (
	"hash/fnv"
	"regexp"
	"strings"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/thread"
)

// madeQuestion is a question derived from an article, and that article.
type madeQuestion struct {
	text, article string
}

var (
	symptomHead = regexp.MustCompile(`(?i)^#+\s+(?:symptoms?|issue|problem)\s*$`)
	anyHead     = regexp.MustCompile(`^(#+)\s+(.*)$`)
)

// makeQuestions derives questions from articles, and returns the articles without the words
// that became questions: the beginning of a section of symptoms, which is then removed; the
// heading above the text where it differs from the title; or the heading of a section. Every
// n-th article is used, by a hash of its id. An article without a suitable part stays as it
// is.
func makeQuestions(articles []kb.Article, every int) (base []kb.Article, asked []madeQuestion) {
	for _, a := range articles {
		n := hashOf(a.ID)
		if n%every == 0 {
			rest, question := questionOf(a, n/every)
			if question != "" {
				a.Markdown = rest
				a.Passages = kb.SplitPassages(a.ID, rest, nil)
				asked = append(asked, madeQuestion{question, a.ID})
			}
		}
		base = append(base, a)
	}
	return base, asked
}

func hashOf(id string) int {
	h := fnv.New32a()
	h.Write([]byte(id))
	return int(h.Sum32() >> 1)
}

// questionOf tries the ways to derive a question, starting with one or the other by n.
func questionOf(a kb.Article, n int) (rest, question string) {
	if n%2 == 0 {
		if rest, question = askSymptom(a.Markdown); question != "" {
			return rest, question
		}
	}
	if rest, question = askHeading(a); question != "" {
		return rest, question
	}
	return askSection(a.Markdown, n)
}

const (
	longestQuestion = 60 // words of a question from symptoms
	fewestWords     = 3  // content words of a heading that is a question
)

func askSymptom(markdown string) (rest, question string) {
	lines := strings.Split(markdown, "\n")
	for i, l := range lines {
		if !symptomHead.MatchString(l) {
			continue
		}
		end := nextHeading(lines, i+1)
		text := thread.Tidy(kb.PlainText(strings.Join(lines[i+1:end], "\n")))
		if thread.CountContent(text) < 2*fewestWords {
			return "", ""
		}
		var said []string
		for _, s := range thread.SplitSentences(text) {
			words := strings.Fields(s)
			if len(said) > 0 && len(said)+len(words) > longestQuestion {
				break
			}
			said = append(said, words...)
		}
		return strings.Join(lines[end:], "\n"), strings.Join(said[:min(len(said), longestQuestion)], " ")
	}
	return "", ""
}

func askHeading(a kb.Article) (rest, question string) {
	lines := strings.Split(a.Markdown, "\n")
	for i, l := range lines {
		m := anyHead.FindStringSubmatch(l)
		if m == nil || len(m[1]) > 1 {
			continue
		}
		text := thread.Tidy(kb.PlainText(m[2]))
		end := nextHeading(lines, i+1) // the lead repeats the heading
		likeTitle := thread.Overlap(thread.Stems(text), thread.Stems(a.Title)) > 0.7
		if thread.CountContent(text) <= fewestWords || likeTitle || end == len(lines) {
			return "", ""
		}
		return strings.Join(lines[end:], "\n"), text
	}
	return "", ""
}

func askSection(markdown string, n int) (rest, question string) {
	lines := strings.Split(markdown, "\n")
	var heads []int
	for i, l := range lines {
		if m := anyHead.FindStringSubmatch(l); m != nil && len(m[1]) > 1 && thread.CountContent(m[2]) >= fewestWords {
			heads = append(heads, i)
		}
	}
	if len(heads) == 0 {
		return "", ""
	}
	at := heads[n%len(heads)]
	text := thread.Tidy(kb.PlainText(anyHead.FindStringSubmatch(lines[at])[2]))
	if !strings.HasSuffix(text, "?") && !strings.HasPrefix(strings.ToLower(text), "how ") {
		text = "How do I " + text + "?"
	}
	return strings.Join(append(append([]string{}, lines[:at]...), lines[at+1:]...), "\n"), text
}

func nextHeading(lines []string, from int) int {
	for from < len(lines) && !anyHead.MatchString(lines[from]) {
		from++
	}
	return from
}

// questionBench is a knowledge base with questions. A question whose articles are all missing
// has no answer.
type questionBench struct {
	articles [][]kb.Article
	asked    []benchQuestion
}

type benchQuestion struct {
	text   string
	judged map[string]int
}

// halves returns the bench twice, each time without one half of the articles that answer a
// question. A question is then answerable in one of them and unanswerable in the other.
// Removing an article only from the results would leave its traces in the ranking.
func (b questionBench) halves() [2]questionBench {
	var out [2]questionBench
	answers := map[string]bool{}
	for _, q := range b.asked {
		for id := range q.judged {
			answers[id] = true
		}
	}
	for side := range out {
		out[side].asked = b.asked
		for _, set := range b.articles {
			var rest []kb.Article
			for _, a := range set {
				if !answers[a.ID] || hashOf("half "+a.ID)/64%2 != side {
					rest = append(rest, a)
				}
			}
			out[side].articles = append(out[side].articles, rest)
		}
	}
	return out
}

// made returns the questions in the form of a bench.
func made(asked []madeQuestion) []benchQuestion {
	var out []benchQuestion
	for _, q := range asked {
		out = append(out, benchQuestion{q.text, map[string]int{q.article: 1}})
	}
	return out
}
