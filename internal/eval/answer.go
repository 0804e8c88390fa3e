package eval

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/answer"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/thread"
)

// AnswerOptions says on what answering is measured: queries of a set with judgements have an
// answer, those marked unanswerable have none.
type AnswerOptions struct {
	Set      *Set
	With     [][]kb.Article // further articles
	Progress func(done, total int)
	Show     int
	Log      io.Writer
}

// AnswerReport is the result of a measurement of answers.
type AnswerReport struct {
	Answerable   int `json:"answerable"`
	Unanswerable int `json:"unanswerable"`
	// Halved says that the set has no unanswerable questions: its questions were asked in two
	// knowledge bases, each without one half of the judged articles. A question without any of
	// its articles counts as unanswerable, although another one may answer it.
	Halved bool `json:"halved"`
	// Resolve is the share of citations that name a passage of the cited revision.
	Resolve     float64 `json:"citations_resolve"`
	Attribution float64 `json:"attribution"` // share of sentences that the cited passages support
	Sentences   float64 `json:"sentences"`   // of an answer
	// Curve runs over the probability that an answer must have; Chosen is the point in force.
	Curve  []AnswerPoint `json:"curve"`
	Chosen AnswerPoint   `json:"chosen"`
	// AtTenth is the share of the unanswerable questions that would be refused along with a
	// tenth of the answerable ones, if one probability alone decided.
	AtTenth AnswerTenth `json:"refused_at_tenth"`
}

// AnswerTenth compares two probabilities by which questions could be refused.
type AnswerTenth struct {
	Ranking float64 `json:"ranking"` // that of the ranking's first article
	Answer  float64 `json:"answer"`  // that of the answer
}

// refusedAtTenth returns the share of the scores without an answer that lie below the tenth
// percentile of those with one.
func refusedAtTenth(with, without []float64) float64 {
	if len(with) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(with))
	limit := sorted[len(sorted)/10]
	n := 0
	for _, s := range without {
		if s < limit {
			n++
		}
	}
	return share(n, len(without))
}

// AnswerPoint is the result of answering at one floor.
type AnswerPoint struct {
	Floor          float64 `json:"floor"`
	Refused        float64 `json:"refused_unanswerable"` // right refusals
	WronglyRefused float64 `json:"refused_answerable"`
	// Top1 is the share of answerable questions whose first citation names a judged article;
	// Top1Answered is the same among those answered.
	Top1         float64 `json:"top1"`
	Top1Answered float64 `json:"top1_of_answered"`
}

// String renders the report for people.
func (r AnswerReport) String() string {
	var b strings.Builder
	removed := ""
	if r.Halved {
		removed = " (their articles removed)"
	}
	fmt.Fprintf(&b, "%d answerable, %d unanswerable%s\n", r.Answerable, r.Unanswerable, removed)
	fmt.Fprintf(&b, "citations resolve %.3f, attribution %.3f, %.1f sentences an answer\n",
		r.Resolve, r.Attribution, r.Sentences)
	const tenth = "unanswerable refused at a tenth of wrong refusals: " +
		"%.3f by the ranking, %.3f by the answer's probability\n"
	fmt.Fprintf(&b, tenth, r.AtTenth.Ranking, r.AtTenth.Answer)
	fmt.Fprintf(&b, "%7s %10s %10s %8s %10s\n", "floor", "refused", "wrongly", "top-1", "of answers")
	for _, p := range append(r.Curve, r.Chosen) {
		fmt.Fprintf(&b, "%7.2f %10.3f %10.3f %8.3f %10.3f\n", p.Floor, p.Refused, p.WronglyRefused, p.Top1, p.Top1Answered)
	}
	return strings.TrimRight(b.String(), "\n") + "  <- in force"
}

// outcome is what came of one question when no floor refused it.
type outcome struct {
	answerable, refused, right bool
	score                      float64 // probability of the answer
	ranking                    float64 // and of the nearest article
}

// Answer asks every question of the set and returns the refusals and the correct citations for
// a range of floors. For a set of articles alone it derives questions from every third one.
func Answer(ctx context.Context, o AnswerOptions) (AnswerReport, error) {
	e := answerRun{o: o}
	b := questionBench{articles: append([][]kb.Article{o.Set.Articles}, o.With...)}
	unanswerable := false
	for _, q := range o.Set.Queries {
		judged := o.Set.Judged[q.ID]
		if len(judged) == 0 && !q.Unanswerable {
			continue
		}
		unanswerable = unanswerable || q.Unanswerable
		b.asked = append(b.asked, benchQuestion{strings.TrimSpace(q.Title + "\n" + q.Body), judged})
	}
	if len(b.asked) == 0 {
		base, asked := makeQuestions(o.Set.Articles, askEvery)
		b.articles[0], b.asked = base, made(asked)
	}
	if unanswerable {
		return e.run(ctx, b)
	}
	e.halved = true
	for _, half := range b.halves() {
		if _, err := e.run(ctx, half); err != nil {
			return AnswerReport{}, err
		}
	}
	return e.finish(), nil
}

// answerRun is the state of one call of Answer.
type answerRun struct {
	o                                         AnswerOptions
	halved                                    bool
	library                                   *library
	writer                                    *summarize.Writer
	all                                       []outcome
	citations, resolved, sentences, supported int
	answered                                  int
	limit                                     float64
}

// run asks the questions of a bench.
func (e *answerRun) run(ctx context.Context, b questionBench) (r AnswerReport, err error) {
	if e.library, err = newLibrary(ctx, b.articles...); err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, e.library.close()) }()
	e.limit = answer.Limit(e.library)
	e.library.open = true
	e.writer = summarize.New(summarize.Deps{Search: e.library, Library: e.library})
	for i, q := range b.asked {
		if err := e.ask(ctx, i, len(b.asked), q); err != nil {
			return r, err
		}
		if e.o.Progress != nil {
			e.o.Progress(i+1, len(b.asked))
		}
	}
	return e.finish(), nil
}

func (e *answerRun) ask(ctx context.Context, i, all int, q benchQuestion) error {
	a, err := e.writer.ExtractiveAnswer(ctx, q.text, retrieval.AllVisible())
	if err != nil {
		return err
	}
	x := outcome{refused: a.Refused, score: a.Probability}
	for id := range q.judged {
		_, there := e.library.articles[id]
		x.answerable = x.answerable || there
	}
	if len(a.Nearest) > 0 {
		x.ranking = a.Nearest[0].Score
	}
	if !a.Refused {
		x.right = q.judged[a.Sentences[0].Citations[0].Article] > 0
		e.check(a)
	}
	e.all = append(e.all, x)
	if every := all / max(1, e.o.Show); e.o.Show > 0 && i%max(1, every) == 0 {
		e.print(q, a)
	}
	return nil
}

// check resolves the citations of an answer and checks its sentences against them.
func (e *answerRun) check(a answer.Answer) {
	e.answered++
	for _, s := range a.Sentences {
		e.sentences++
		ev := evidence.New()
		for _, c := range s.Citations {
			e.citations++
			art, known := e.library.articles[c.Article]
			if !known || art.Revision != c.Revision {
				continue
			}
			for _, p := range art.Passages {
				if p.ID == c.Passage {
					e.resolved++
					ev.AddPassage(c, p.Text)
				}
			}
		}
		if verbatim(s.Text, ev.Items) || ev.Supported(s.Text, ev.Items) {
			e.supported++
		}
	}
}

// verbatim reports whether one of the items contains the text word for word.
func verbatim(text string, items []evidence.Item) bool {
	text = strings.TrimSuffix(text, "…")
	return slices.ContainsFunc(items, func(it evidence.Item) bool { return strings.Contains(thread.Tidy(it.Text), text) })
}

func (e *answerRun) finish() AnswerReport {
	r := AnswerReport{
		Halved: e.halved, Resolve: share(e.resolved, e.citations), Attribution: share(e.supported, e.sentences),
		Sentences: round3(float64(e.sentences) / float64(max(1, e.answered))),
	}
	var with, without, rankedWith, rankedWithout []float64
	for _, x := range e.all {
		if x.answerable {
			r.Answerable++
			with, rankedWith = append(with, x.score), append(rankedWith, x.ranking)
		} else {
			r.Unanswerable++
			without, rankedWithout = append(without, x.score), append(rankedWithout, x.ranking)
		}
	}
	r.AtTenth = AnswerTenth{Ranking: refusedAtTenth(rankedWith, rankedWithout), Answer: refusedAtTenth(with, without)}
	for _, f := range []float64{0, .03, .05, .06, .08, .12, .16, .2, .3, .4, .5, .7} {
		r.Curve = append(r.Curve, e.at(f, r))
	}
	r.Chosen = e.at(e.limit, r)
	return r
}

// at counts the refusals at a floor.
func (e *answerRun) at(floor float64, r AnswerReport) AnswerPoint {
	var refused, wrong, right, answered int
	for _, x := range e.all {
		no := x.refused || x.score < floor
		switch {
		case x.answerable && no:
			wrong++
		case x.answerable:
			answered++
			if x.right {
				right++
			}
		case no:
			refused++
		}
	}
	return AnswerPoint{
		Floor: round3(floor), Refused: share(refused, r.Unanswerable), WronglyRefused: share(wrong, r.Answerable),
		Top1: share(right, r.Answerable), Top1Answered: share(right, answered),
	}
}

func (e *answerRun) print(q benchQuestion, a answer.Answer) {
	if e.o.Log == nil {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "==== %s\n", thread.Shorten(thread.Tidy(q.text), 400))
	fmt.Fprintf(&b, "  judged %v, probability %.3f\n", q.judged, a.Probability)
	if len(a.Nearest) > 0 {
		fmt.Fprintf(&b, "  nearest %.2f %s\n", a.Nearest[0].Score, a.Nearest[0].Article.Title)
	}
	if a.Refused {
		fmt.Fprintf(&b, "  refused: %s\n", a.Reason)
	}
	for _, s := range a.Sentences {
		fmt.Fprintf(&b, "  - %s  [%s %s]\n", s.Text, s.Citations[0].Article, s.Citations[0].Passage)
	}
	// The log is a by-product: the measurement goes on when it cannot be written.
	_, _ = io.WriteString(e.o.Log, b.String())
}
