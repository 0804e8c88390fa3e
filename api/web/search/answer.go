package search

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/answer"
	"github.com/deskbook/deskbook/summarize/evidence"
)

// answer gives the answer to show, nil when there is none to rely on, and whether the
// knowledge base did not support one. Only passages that this reader can open are
// named as sources. Where a language model would write, the answer without it is
// shown at once, unless the reader asked to wait.
func (p *Page) answer(ctx context.Context, reader access.Actor, question string, wait bool) (shown *Answer, refused bool) {
	if !p.Model().Boundary("", desk.ActionAutoAnswer).Allows() {
		return nil, false
	}
	write, stream, most := p.Writer.Answer, false, patience
	switch {
	case wait:
		most = modelPatience
	case p.Streams != nil && p.Streams.UsesModel(desk.AIAnswer, ""):
		write, stream = p.Streams.ExtractiveAnswer, true
	}
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	got, err := write(ctx, question, kb.VisibleTo(reader))
	if err != nil {
		p.Log.WarnContext(ctx, "search without an answer", "error", err)
		return nil, false
	}
	if got.Refused {
		return nil, !got.Off
	}
	a := &Answer{Engine: got.Engine, Reason: got.Reason}
	cites := p.newCites(ctx, reader)
	for _, s := range got.Sentences {
		if sentence, ok := cites.sentence(s); ok {
			a.Sentences = append(a.Sentences, sentence)
		}
	}
	if len(a.Sentences) == 0 {
		return nil, false
	}
	a.Sources = cites.sources
	if stream {
		a.Stream = "/search/answer?q=" + url.QueryEscape(question)
		a.Whole = "/search?answer=model&q=" + url.QueryEscape(question)
	}
	return a, false
}

// cites numbers the passages that an answer rests on, as far as the reader can open
// them.
type cites struct {
	ctx     context.Context //nolint:containedctx // lives as long as one request
	page    *Page
	reader  access.Actor
	numbers map[string]int
	sources []Source
}

func (p *Page) newCites(ctx context.Context, reader access.Actor) *cites {
	return &cites{ctx: ctx, page: p, reader: reader, numbers: make(map[string]int)}
}

// sentence gives the sentence with its numbers; not ok when the reader can open none
// of its passages.
func (c *cites) sentence(s answer.Sentence) (Sentence, bool) {
	out := Sentence{Text: s.Text}
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
	s := Source{Title: a.Title, URL: "/articles/" + a.Slug}
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

// written is a sentence of the stream with the sources that it names.
type written struct {
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

type finished struct {
	Engine    string    `json:"engine"`
	Refused   bool      `json:"refused"`
	Reason    string    `json:"reason"`
	Sentences []written `json:"sentences"`
}

func (c *cites) written(s answer.Sentence) (written, bool) {
	sentence, ok := c.sentence(s)
	w := written{Text: sentence.Text, Numbers: sentence.Sources}
	for _, n := range sentence.Sources {
		w.Sources = append(w.Sources, sourceJSON(c.sources[n-1]))
	}
	return w, ok
}

// stream sends what a language model answers, each sentence once it is checked.
func (p *Page) stream(c echo.Context) error {
	question, reader := shorten(strings.TrimSpace(c.QueryParam("q"))), route.Reader(c)
	if p.Streams == nil || question == "" || !p.Model().Boundary("", desk.ActionAutoAnswer).Allows() {
		return fault.New(fault.NotFound, "there is no answer here")
	}
	// Opened by hand it is no page, and no other site may spend the budget by naming it.
	if h := c.Request().Header; h.Get("Sec-Fetch-Dest") == "document" || h.Get("Sec-Fetch-Site") == "cross-site" {
		return c.Redirect(http.StatusSeeOther, "/search?q="+url.QueryEscape(question))
	}
	if route.Needless(c) {
		return nil
	}
	ctx, events := c.Request().Context(), route.NewEvents(c)
	shown := p.newCites(ctx, reader)
	a, err := p.Streams.StreamAnswer(ctx, question, kb.VisibleTo(reader), answer.Progress{
		Sentence: func(s answer.Sentence) {
			if w, ok := shown.written(s); ok {
				events.Send("sentence", w)
			}
		},
		Again: func(reason string) {
			shown = p.newCites(ctx, reader)
			events.Send("again", map[string]string{"reason": reason})
		},
	})
	if err != nil {
		if events.Begun() {
			return nil // the missing last event says that nothing of it counts
		}
		return err
	}
	done, all := finished{Engine: a.Engine, Refused: a.Refused, Reason: a.Reason, Sentences: []written{}}, p.newCites(ctx, reader)
	for _, s := range a.Sentences {
		if w, ok := all.written(s); ok {
			done.Sentences = append(done.Sentences, w)
		}
	}
	events.Send("done", done)
	return nil
}
