package eval

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/retrieval/regress"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/answer"
)

// AnswerFit is the result of FitAnswer.
type AnswerFit struct {
	Weights answer.Weights `json:"weights"`
	// Benches are what the weights were fitted on, and how they do there.
	Benches []AnswerBench `json:"benches"`
}

// AnswerBench is one group of questions of a fit.
type AnswerBench struct {
	Name      string `json:"name"`
	Questions int    `json:"questions"` // each asked with its articles present and absent
	// Ranking and Fitted are the shares of the questions without an answer that are refused
	// along with a tenth of the others, by the ranking's probability alone and by the fitted
	// one; the Top1 are the shares of the others whose first article is judged.
	Ranking     float64 `json:"refused_at_tenth_ranking"`
	Fitted      float64 `json:"refused_at_tenth"`
	RankingTop1 float64 `json:"top1_ranking"`
	FittedTop1  float64 `json:"top1"`
}

// String renders the fit for people.
func (f AnswerFit) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "weights %v\n", f.Weights)
	fmt.Fprintf(&b, "%-34s %9s %9s %9s %9s %9s\n", "", "questions", "refused", "ranking", "top-1", "ranking")
	for _, x := range f.Benches {
		fmt.Fprintf(&b, "%-34s %9d %9.3f %9.3f %9.3f %9.3f\n",
			x.Name, x.Questions, x.Fitted, x.Ranking, x.FittedTop1, x.RankingTop1)
	}
	return strings.TrimRight(b.String(), "\n")
}

// The composition of the questions on which the weights are fitted.
const (
	askEvery   = 3  // articles of a set: one question
	smallBases = 8  // of each set
	smallest   = 20 // articles of a small base
	outsiders  = 30 // questions to a small base that nothing there answers
	benchSize  = 400.0
)

// FitAnswer fits the weights by which answers are judged: on the set's questions with half of
// their articles removed; on questions derived from its articles and from the further ones, in
// the same way; and on such questions asked in small parts of the sets. Each group has the same
// weight.
func FitAnswer(ctx context.Context, o AnswerOptions) (AnswerFit, error) {
	groups := []fitGroup{{name: "questions of the set"}}
	for _, h := range ticketBench(o.Set).halves() {
		groups[0].benches = append(groups[0].benches, h)
	}
	sets := append([][]kb.Article{o.Set.Articles}, o.With...)
	small := fitGroup{name: "made, to few articles"}
	for i, set := range sets {
		base, asked := makeQuestions(set, askEvery)
		b := questionBench{articles: [][]kb.Article{base}, asked: made(asked)}
		if i == 0 {
			b.articles = append(b.articles, o.With...)
		}
		g := fitGroup{name: fmt.Sprintf("made of set %d", i+1)}
		for _, h := range b.halves() {
			g.benches = append(g.benches, h)
		}
		groups = append(groups, g)
		small.benches = append(small.benches, smallBenches(set)...)
	}
	groups = append(groups, small)
	done, all := 0, 0
	for _, g := range groups {
		all += len(g.benches)
	}
	for i := range groups {
		for _, b := range groups[i].benches {
			rows, err := featuresOn(ctx, b)
			if err != nil {
				return AnswerFit{}, err
			}
			groups[i].rows = append(groups[i].rows, rows...)
			if done++; o.Progress != nil {
				o.Progress(done, all)
			}
		}
	}
	return fitGroups(groups), nil
}

// fitGroup is a group of benches that is measured together.
type fitGroup struct {
	name    string
	benches []questionBench
	rows    []fitRow
}

// fitRow is one question: the features of the first articles, and which are right.
type fitRow struct {
	answerable bool
	features   []answer.Features
	right      []bool
}

func ticketBench(set *Set) questionBench {
	b := questionBench{articles: [][]kb.Article{set.Articles}}
	for _, q := range set.Queries {
		if judged := set.Judged[q.ID]; len(judged) > 0 {
			b.asked = append(b.asked, benchQuestion{strings.TrimSpace(q.Title + "\n" + q.Body), judged})
		}
	}
	return b
}

// smallBenches returns parts of a set of twenty articles and more, with questions derived from
// them and from other articles.
func smallBenches(set []kb.Article) []questionBench {
	base, asked := makeQuestions(set, 1)
	by := map[string]kb.Article{}
	for _, a := range base {
		by[a.ID] = a
	}
	var out []questionBench
	at := 0
	for i := range smallBases {
		size := smallest + 15*(i%4)
		if at+size+outsiders > len(asked) {
			break
		}
		b := questionBench{articles: [][]kb.Article{nil}, asked: made(asked[at : at+smallest])}
		for _, q := range asked[at : at+size] {
			b.articles[0] = append(b.articles[0], by[q.article])
		}
		b.asked = append(b.asked, made(asked[at+size:at+size+outsiders])...)
		out = append(out, b)
		at += size + outsiders
	}
	return out
}

// featuresOn asks all questions of a bench and returns the features of what is found.
func featuresOn(ctx context.Context, b questionBench) (rows []fitRow, err error) {
	s, err := newLibrary(ctx, b.articles...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	w := summarize.New(summarize.Deps{Search: s, Library: s})
	for _, q := range b.asked {
		row := fitRow{}
		for id := range q.judged {
			_, there := s.articles[id]
			row.answerable = row.answerable || there
		}
		list, err := w.Judge(ctx, q.text, retrieval.AllVisible())
		if err != nil {
			return nil, err
		}
		for _, j := range list {
			row.features = append(row.features, j.Features)
			row.right = append(row.right, q.judged[j.Article] > 0)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func fitGroups(groups []fitGroup) AnswerFit {
	var samples []regress.Sample
	for _, g := range groups {
		for _, r := range g.rows {
			for i := range r.features {
				s := regress.Sample{X: r.features[i][:], Weight: benchSize / float64(max(1, len(g.rows)))}
				if r.right[i] {
					s.Label = 1
				}
				samples = append(samples, s)
			}
		}
	}
	var f AnswerFit
	for i, w := range regress.Logistic(samples, len(f.Weights)) {
		f.Weights[i] = round3(w)
	}
	for _, g := range groups {
		x := AnswerBench{Name: g.name, Questions: len(g.rows)}
		x.Ranking, x.RankingTop1 = pointOf(g.rows, rankingOnly)
		x.Fitted, x.FittedTop1 = pointOf(g.rows, func(r fitRow) (int, float64) {
			at, top := -1, 0.0
			for i, x := range r.features {
				if p := f.Weights.Probability(x); at < 0 || p > top {
					at, top = i, p
				}
			}
			return at, top
		})
		f.Benches = append(f.Benches, x)
	}
	return f
}

func rankingOnly(r fitRow) (int, float64) {
	if len(r.features) == 0 {
		return -1, math.Inf(-1)
	}
	return 0, r.features[0][1] // the log odds from the ranking
}

// pointOf evaluates a way to choose an article with a score for each question.
func pointOf(rows []fitRow, choose func(fitRow) (at int, score float64)) (refused, top1 float64) {
	var with, without []float64
	right := 0
	for _, r := range rows {
		at, score := choose(r)
		if !r.answerable {
			without = append(without, score)
			continue
		}
		with = append(with, score)
		if at >= 0 && r.right[at] {
			right++
		}
	}
	return refusedAtTenth(with, without), share(right, len(with))
}
