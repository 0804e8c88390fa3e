package summarize

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
)

// AnswerEval says what answering is measured on: the queries of a set that are judged
// have an answer, those marked unanswerable have none.
type AnswerEval struct {
	Set      *retrieval.Set
	With     [][]kb.Article // further articles
	Progress func(done, total int)
	Show     int
	Log      io.Writer
}

// AnswerReport is what the answers came to.
type AnswerReport struct {
	Answerable   int `json:"answerable"`
	Unanswerable int `json:"unanswerable"`
	// Hidden is how many questions were asked again with their sources hidden, where a
	// set has no unanswerable ones: another article may answer them all the same.
	Hidden int `json:"hidden"`
	// Resolve is the share of citations that name a passage of the cited revision.
	Resolve     float64 `json:"citations_resolve"`
	Attribution float64 `json:"attribution"` // share of sentences that the cited passages support
	Sentences   float64 `json:"sentences"`   // an answer
	// Curve goes over the floor; Chosen is the point in force.
	Curve  []AnswerPoint `json:"curve"`
	Chosen AnswerPoint   `json:"chosen"`
}

// AnswerPoint is the answering at one floor.
type AnswerPoint struct {
	Floor          float64 `json:"floor"`
	Refused        float64 `json:"refused_unanswerable"` // right refusals
	WronglyRefused float64 `json:"refused_answerable"`
	// Top1 is the share of answerable questions whose first citation names a judged
	// article; Top1Answered the same of those answered.
	Top1         float64 `json:"top1"`
	Top1Answered float64 `json:"top1_of_answered"`
}

// String renders the report for people.
func (r AnswerReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d answerable, %d unanswerable, %d with their sources hidden\ncitations resolve %.3f, attribution %.3f, %.1f sentences an answer\n",
		r.Answerable, r.Unanswerable, r.Hidden, r.Resolve, r.Attribution, r.Sentences)
	fmt.Fprintf(&b, "%7s %10s %10s %8s %10s\n", "floor", "refused", "wrongly", "top-1", "of answers")
	for _, p := range append(r.Curve, r.Chosen) {
		fmt.Fprintf(&b, "%7.2f %10.3f %10.3f %8.3f %10.3f\n", p.Floor, p.Refused, p.WronglyRefused, p.Top1, p.Top1Answered)
	}
	return strings.TrimRight(b.String(), "\n") + "  <- in force"
}

// asked is one question with what came of it when no floor refused it.
type asked struct {
	answerable, hidden, refused, right bool
	score                              float64 // probability of the nearest article
}

// EvaluateAnswer asks every question of the set and gives the refusals and the right
// citations for a range of floors.
func EvaluateAnswer(ctx context.Context, o AnswerEval) (r AnswerReport, err error) {
	sets := append([][]kb.Article{o.Set.Articles}, o.With...)
	s, err := newShelf(ctx, sets...)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	s.open = true
	e := inquiry{o: o, shelf: s, writer: New(Options{Search: s, Library: s})}
	for i, q := range o.Set.Queries {
		judged := o.Set.Judged[q.ID]
		if len(judged) == 0 && !q.Unanswerable {
			continue
		}
		if err := e.ask(ctx, i, q, judged); err != nil {
			return r, err
		}
		if o.Progress != nil {
			o.Progress(i+1, len(o.Set.Queries))
		}
	}
	return e.finish(), nil
}

// inquiry is one measurement under way.
type inquiry struct {
	o                                         AnswerEval
	shelf                                     *shelf
	writer                                    *Writer
	all                                       []asked
	citations, resolved, sentences, supported int
	answered, shown                           int
}

func (e *inquiry) ask(ctx context.Context, i int, q retrieval.SetQuery, judged map[string]int) error {
	question := strings.TrimSpace(q.Title + "\n" + q.Body)
	e.shelf.hidden = nil
	a, err := e.writer.Answer(ctx, question, sight())
	if err != nil {
		return err
	}
	x := asked{answerable: len(judged) > 0, refused: a.Refused}
	if len(a.Nearest) > 0 {
		x.score = a.Nearest[0].Score
	}
	if !a.Refused {
		x.right = judged[a.Sentences[0].Citations[0].Article] > 0
		e.check(a)
	}
	e.all = append(e.all, x)
	if every := len(e.o.Set.Queries) / max(1, e.o.Show); e.o.Show > 0 && i%max(1, every) == 0 {
		e.print(question, judged, a)
	}
	if len(judged) == 0 {
		return nil
	}
	e.shelf.hidden = map[string]bool{}
	for id := range judged {
		e.shelf.hidden[id] = true
	}
	if a, err = e.writer.Answer(ctx, question, sight()); err != nil {
		return err
	}
	x = asked{hidden: true, refused: a.Refused}
	if len(a.Nearest) > 0 {
		x.score = a.Nearest[0].Score
	}
	e.all = append(e.all, x)
	return nil
}

// check resolves the citations of an answer and weighs its sentences against them.
func (e *inquiry) check(a Answer) {
	e.answered++
	for _, s := range a.Sentences {
		e.sentences++
		ev := newEvidence()
		for _, c := range s.Citations {
			e.citations++
			art, known := e.shelf.articles[c.Article]
			if !known || art.Revision != c.Revision {
				continue
			}
			for _, p := range art.Passages {
				if p.ID == c.Passage {
					e.resolved++
					ev.addPassage(c, p.Text)
				}
			}
		}
		if ev.supported(s.Text, ev.items) {
			e.supported++
		}
	}
}

func (e *inquiry) finish() AnswerReport {
	r := AnswerReport{
		Resolve: ratioOf(e.resolved, e.citations), Attribution: ratioOf(e.supported, e.sentences),
		Sentences: third(float64(e.sentences) / float64(max(1, e.answered))),
	}
	for _, x := range e.all {
		switch {
		case x.answerable:
			r.Answerable++
		case x.hidden:
			r.Hidden++
		default:
			r.Unanswerable++
		}
	}
	for f := 0; f <= 90; f += 10 {
		r.Curve = append(r.Curve, e.at(float64(f)/100, r))
	}
	r.Chosen = e.at(e.shelf.Floor(), r)
	return r
}

// at counts the refusals at a floor. Where the set has unanswerable questions, those
// with hidden sources do not count.
func (e *inquiry) at(floor float64, r AnswerReport) AnswerPoint {
	var refused, wrong, right, answered, none int
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
		case x.hidden && r.Unanswerable > 0:
		case no:
			refused++
			none++
		default:
			none++
		}
	}
	return AnswerPoint{
		Floor: third(floor), Refused: ratioOf(refused, none), WronglyRefused: ratioOf(wrong, r.Answerable),
		Top1: ratioOf(right, r.Answerable), Top1Answered: ratioOf(right, answered),
	}
}

func (e *inquiry) print(question string, judged map[string]int, a Answer) {
	if e.o.Log == nil {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "==== %s\n  judged %v\n", shorten(tidy(question), 400), judged)
	if len(a.Nearest) > 0 {
		fmt.Fprintf(&b, "  nearest %.2f %s\n", a.Nearest[0].Score, a.Nearest[0].Article.Title)
	}
	if a.Refused {
		fmt.Fprintf(&b, "  refused: %s\n", a.Reason)
	}
	for _, s := range a.Sentences {
		fmt.Fprintf(&b, "  - %s  [%s %s]\n", s.Text, s.Citations[0].Article, s.Citations[0].Passage)
	}
	// What is shown is a by-product: a log that cannot be written ends nothing.
	_, _ = io.WriteString(e.o.Log, b.String())
}
