package search

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/answer"
	"github.com/deskbook/deskbook/summarize/evidence"
)

// answer returns the answer to show, nil if there is none, and whether it was refused
// because the knowledge base does not support one. Sources are limited to passages
// that the reader can open. If a language model would write the answer, the extractive
// one is shown first, unless the reader chose to wait.
func (p *Page) answer(
	ctx context.Context, reader access.Actor, question string, wait bool,
) (shown *Answer, refused bool) {
	if !p.ServiceModel().Boundary("", model.ActionAutoAnswer).Allows() {
		return nil, false
	}
	write, stream, timeout := p.Writer.Answer, false, answerTimeout
	switch {
	case wait:
		timeout = modelTimeout
	case p.Writer.UsesModel(model.AIAnswer, ""):
		write, stream = p.Writer.ExtractiveAnswer, true
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	got, err := write(ctx, question, kb.VisibleTo(reader))
	if err != nil {
		p.Log.WarnContext(ctx, "search page without an answer", "error", err)
		return nil, false
	}
	if got.Refused {
		return nil, !got.Off
	}
	a := &Answer{Engine: got.Engine, Reason: got.Reason, NotCovered: got.NotCovered}
	cited := p.newCitations(ctx, reader)
	var sentences []Sentence
	for _, s := range got.Sentences {
		if sentence, ok := cited.sentence(s); ok {
			sentences = append(sentences, sentence)
		}
	}
	if len(sentences) == 0 {
		return nil, false
	}
	a.Shown, a.Folded, a.More = fold(groupsOf(sentences))
	a.Sources = cited.sources
	if stream {
		a.StreamURL = "/search/answer?q=" + url.QueryEscape(question)
		a.WaitURL = "/search?answer=model&q=" + url.QueryEscape(question)
	}
	return a, false
}

// citations numbers the passages that an answer cites and that the reader can open.
type citations struct {
	ctx     context.Context //nolint:containedctx // used for one request only
	page    *Page
	reader  access.Actor
	numbers map[string]int
	sources []Source
}

func (p *Page) newCitations(ctx context.Context, reader access.Actor) *citations {
	return &citations{ctx: ctx, page: p, reader: reader, numbers: make(map[string]int)}
}

// sentence returns the sentence with the numbers of its sources; ok is false if the
// reader can open none of them.
func (c *citations) sentence(s answer.Sentence) (_ Sentence, ok bool) {
	out := Sentence{Text: s.Text, kind: s.Kind, depth: s.Depth}
	for _, cite := range s.Citations {
		n, ok := c.numbers[cite.Passage]
		if !ok {
			source, err := c.page.source(c.ctx, c.reader, cite)
			if err != nil {
				continue
			}
			n = len(c.sources) + 1
			source.N, c.numbers[cite.Passage] = n, n
			c.sources = append(c.sources, source)
		}
		out.Sources = append(out.Sources, n)
	}
	return out, len(out.Sources) > 0
}

func (p *Page) source(ctx context.Context, reader access.Actor, cite evidence.Citation) (Source, error) {
	a, err := p.Articles.Article(ctx, reader, cite.Article)
	if err != nil {
		return Source{}, err
	}
	s := Source{Title: a.Title, URL: layout.ArticleURL(a)}
	for _, passage := range a.Passages {
		if passage.ID == cite.Passage {
			s.Heading = passage.Heading
			if passage.Anchor != "" {
				s.URL += "#" + passage.Anchor
			}
		}
	}
	return s, nil
}

// streamedSentence is a sentence of the stream with its sources.
type streamedSentence struct {
	Text    string       `json:"text"`
	Numbers []int        `json:"numbers"`
	Sources []sourceJSON `json:"sources"`
}

type sourceJSON struct {
	N       int    `json:"n"`
	Title   string `json:"title"`
	Heading string `json:"heading"`
	URL     string `json:"url"`
}

type streamedAnswer struct {
	Engine    string             `json:"engine"`
	Refused   bool               `json:"refused"`
	Reason    string             `json:"reason"`
	Sentences []streamedSentence `json:"sentences"`
}

func (c *citations) streamed(s answer.Sentence) (_ streamedSentence, ok bool) {
	sentence, ok := c.sentence(s)
	w := streamedSentence{Text: sentence.Text, Numbers: sentence.Sources}
	for _, n := range sentence.Sources {
		w.Sources = append(w.Sources, sourceJSON(c.sources[n-1]))
	}
	return w, ok
}

// stream sends a language model's answer, each sentence as soon as it is checked.
func (p *Page) stream(c echo.Context) error {
	question, reader := shorten(strings.TrimSpace(c.QueryParam("q"))), route.Reader(c)
	if question == "" || !p.ServiceModel().Boundary("", model.ActionAutoAnswer).Allows() {
		return fault.New(fault.NotFound, "there is no answer to stream")
	}
	// This is not a page to navigate to, and other sites must not be able to spend the budget.
	if h := c.Request().Header; h.Get("Sec-Fetch-Dest") == "document" || h.Get("Sec-Fetch-Site") == "cross-site" {
		return c.Redirect(http.StatusSeeOther, "/search?q="+url.QueryEscape(question))
	}
	if route.SkipStream(c) {
		return nil
	}
	ctx, events := c.Request().Context(), route.NewEvents(c)
	shown := p.newCitations(ctx, reader)
	a, err := p.Writer.StreamAnswer(ctx, question, kb.VisibleTo(reader), answer.Progress{
		Sentence: func(s answer.Sentence) {
			if w, ok := shown.streamed(s); ok {
				events.Send("sentence", w)
			}
		},
		Again: func(reason string) {
			shown = p.newCitations(ctx, reader)
			events.Send("again", map[string]string{"reason": reason})
		},
	})
	if err != nil {
		if events.Started() {
			return nil // the missing final event shows that the answer is incomplete
		}
		return err
	}
	done := streamedAnswer{Engine: a.Engine, Refused: a.Refused, Reason: a.Reason, Sentences: []streamedSentence{}}
	all := p.newCitations(ctx, reader)
	for _, s := range a.Sentences {
		if w, ok := all.streamed(s); ok {
			done.Sentences = append(done.Sentences, w)
		}
	}
	events.Send("done", done)
	return nil
}
