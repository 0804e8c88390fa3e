package web_test

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/summarize/answer"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/handoff"
	"github.com/deskbook/deskbook/summarize/thread"
)

// calls records the calls to a fake.
type calls struct {
	said []string
	err  error // returned by the next change
}

func (c *calls) say(format string, args ...any) error {
	c.said = append(c.said, fmt.Sprintf(format, args...))
	err := c.err
	c.err = nil
	return err
}

func (c *calls) last() string {
	if len(c.said) == 0 {
		return ""
	}
	return c.said[len(c.said)-1]
}

func hit(id string) desk.ArticleHit {
	return desk.ArticleHit{
		Article: desk.ArticleRef{
			ID: id, Slug: "vpn-drops", Title: "VPN drops " + hostile, Revision: 3, URL: "/articles/vpn-drops",
		},
		Passage: desk.PassageRef{
			ID: id + ".2", Heading: "Resolution " + hostile, Text: "Renew the certificate " + hostile,
			Marks: [][2]int{{0, 5}, {3, 900}, {22, 22 + utf8.RuneCountInString(hostile)}},
		},
		Score: .83, Why: []string{"the words certificate " + hostile},
	}
}

type fakeFinder struct {
	results retrieval.Results
	query   retrieval.Query
	suggest desk.Suggestions
	asked   desk.SuggestRequest
}

func newFinder() *fakeFinder {
	return &fakeFinder{
		results: retrieval.Results{Hits: []desk.ArticleHit{hit("a_1"), hit("a_9")}, Next: "c2", Total: 12},
		suggest: desk.Suggestions{Articles: []desk.ArticleHit{hit("a_1")}, KnownErrors: []desk.ArticleHit{hit("a_2")}},
	}
}

func (f *fakeFinder) Search(_ context.Context, q retrieval.Query) (retrieval.Results, error) {
	f.query = q
	return f.results, nil
}

func (f *fakeFinder) Suggest(_ context.Context, r desk.SuggestRequest) (desk.Suggestions, error) {
	f.asked = r
	return f.suggest, nil
}

// fakeWriter writes the same texts whether or not it uses a language model.
type fakeWriter struct {
	answer    answer.Answer
	summary   handoff.Summary
	err       error // of Answer and StreamSummary
	usesModel bool
}

func newWriter() *fakeWriter {
	return &fakeWriter{
		answer: answer.Answer{Engine: ask.Extractive, Sentences: []answer.Sentence{
			{
				Text:      "Renew the certificate. " + hostile,
				Citations: []evidence.Citation{{Article: "a_1", Revision: 3, Passage: "a_1.2"}},
			},
			{Text: "CANARY-UNCITED", Citations: []evidence.Citation{{Article: "a_secret", Revision: 1, Passage: "a_secret.1"}}},
		}},
		summary: handoff.Summary{Engine: ask.Extractive, Stale: true, Sections: []handoff.Section{
			{
				Name:  handoff.SectionTried,
				Lines: []handoff.Line{{Text: "reinstalled " + hostile, Messages: []int{1, 2}, Result: thread.Failed}},
			},
			{Name: handoff.SectionNext},
		}},
	}
}

func (f *fakeWriter) Answer(context.Context, string, kb.Visibility) (answer.Answer, error) {
	return f.answer, f.err
}

func (f *fakeWriter) StreamSummary(context.Context, desk.Ticket, handoff.Progress) (handoff.Summary, error) {
	return f.summary, f.err
}

func (f *fakeWriter) UsesModel(string, string) bool { return f.usesModel }

func (f *fakeWriter) ExtractiveSummary(context.Context, desk.Ticket) (handoff.Summary, error) {
	return f.summary, nil
}

func (f *fakeWriter) ExtractiveAnswer(context.Context, string, kb.Visibility) (answer.Answer, error) {
	return f.answer, nil
}

// StreamAnswer streams the answer's sentences after a first attempt that is discarded.
func (f *fakeWriter) StreamAnswer(_ context.Context, _ string, _ kb.Visibility,
	p answer.Progress,
) (answer.Answer, error) {
	p.Sentence(f.answer.Sentences[0])
	p.Again("the reply was cut")
	for _, s := range f.answer.Sentences {
		p.Sentence(s)
	}
	a := f.answer
	a.Engine = ask.ByModel
	return a, nil
}

// fakeShelf stores summaries.
type fakeShelf struct{ stored handoff.Stored }

func (f *fakeShelf) Summary(context.Context, string) (handoff.Stored, error) {
	if f.stored.Version == 0 {
		return f.stored, fault.New(fault.NotFound, "no summary yet")
	}
	return f.stored, nil
}

func (f *fakeShelf) SaveSummary(_ context.Context, k handoff.Stored, _ journal.Entry) error {
	f.stored = k
	return nil
}
