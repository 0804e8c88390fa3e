package retrieval

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"

	"github.com/blevesearch/bleve/v2/registry"

	"github.com/deskbook/deskbook/kb"
)

// formVersion is the form of the index: its fields and its analysis. An index of
// another form is built anew. Raise it with every change to either.
const formVersion = "1"

// headingJoin separates the headings of a passage's path.
const headingJoin = "›"

// The fields of an article's document.
const (
	fieldTitle      = "title"
	fieldBody       = "body"
	fieldWords      = "words" // the title unstemmed, for completion
	fieldAudience   = "audience"
	fieldConfidence = "confidence"
	fieldKind       = "kind"
	fieldService    = "service"
	fieldLocale     = "locale"
	fieldMeta       = "meta" // stored only: a docMeta
)

const (
	termAnalyzer    = "deskbook_terms"
	wordAnalyzer    = "deskbook_words"
	keywordAnalyzer = "deskbook_keyword"
	asyncCallback   = "deskbook_async"
)

// docMeta is what the index keeps of an article besides its postings.
type docMeta struct {
	ID       string `json:"i"`
	Slug     string `json:"s"`
	Title    string `json:"t"`
	Revision int    `json:"r"`
	Hash     string `json:"h"` // of everything that the index holds about the article
	TitleLen int    `json:"tl"`
	BodyLen  int    `json:"bl"`
}

// analyzerFunc adapts a function to Bleve's analyzer interface.
type analyzerFunc func(text []byte) analysis.TokenStream

// Analyze gives the terms of a field's value.
func (f analyzerFunc) Analyze(text []byte) analysis.TokenStream { return f(text) }

// asyncErrors routes errors of Bleve's background work to the index they concern.
// Bleve keeps its callbacks in a process-wide table, hence this one.
type asyncErrors struct {
	mu       sync.Mutex
	handlers map[string]func(error)
}

func (a *asyncErrors) set(path string, h func(error)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if h == nil {
		delete(a.handlers, path)
		return
	}
	a.handlers[path] = h
}

func (a *asyncErrors) dispatch(err error, path string) {
	a.mu.Lock()
	var hit func(error)
	for p, h := range a.handlers {
		if strings.HasPrefix(path, p) {
			hit = h
		}
	}
	a.mu.Unlock()
	if hit != nil {
		hit(err)
	}
}

// registered puts the analyzers and the callback into Bleve's tables, once a
// process: every opener of an index needs them.
var registered = sync.OnceValues(func() (*asyncErrors, error) {
	analyzers := map[string]analyzerFunc{
		termAnalyzer:    func(b []byte) analysis.TokenStream { return stream(terms(string(b))) },
		wordAnalyzer:    func(b []byte) analysis.TokenStream { return stream(words(string(b))) },
		keywordAnalyzer: keywordStream,
	}
	for name, f := range analyzers {
		build := func(map[string]interface{}, *registry.Cache) (analysis.Analyzer, error) { return f, nil }
		if err := registry.RegisterAnalyzer(name, build); err != nil {
			return nil, fmt.Errorf("register analyzer %s: %w", name, err)
		}
	}
	errs := &asyncErrors{handlers: map[string]func(error){}}
	scorch.RegistryAsyncErrorCallbacks[asyncCallback] = errs.dispatch
	return errs, nil
})

func stream(tokens []token) analysis.TokenStream {
	backing := make([]analysis.Token, len(tokens))
	out := make(analysis.TokenStream, len(tokens))
	for i, t := range tokens {
		backing[i] = analysis.Token{Term: []byte(t.term), Start: t.start, End: t.end, Position: i + 1}
		out[i] = &backing[i]
	}
	return out
}

func keywordStream(b []byte) analysis.TokenStream {
	return analysis.TokenStream{{Term: b, Start: 0, End: len(b), Position: 1, Type: analysis.AlphaNumeric}}
}

// newMapping describes the document: explicit fields, nothing dynamic, the body
// indexed and not stored.
func newMapping() mapping.IndexMapping {
	text := func(analyzer string) *mapping.FieldMapping {
		f := bleve.NewTextFieldMapping()
		f.Analyzer = analyzer
		f.Store, f.IncludeInAll, f.IncludeTermVectors, f.DocValues = false, false, false, false
		return f
	}
	doc := bleve.NewDocumentStaticMapping()
	doc.AddFieldMappingsAt(fieldTitle, text(termAnalyzer))
	doc.AddFieldMappingsAt(fieldBody, text(termAnalyzer))
	doc.AddFieldMappingsAt(fieldWords, text(wordAnalyzer))
	for _, name := range []string{fieldAudience, fieldConfidence, fieldKind, fieldService, fieldLocale} {
		doc.AddFieldMappingsAt(name, text(keywordAnalyzer))
	}
	meta := text(keywordAnalyzer)
	meta.Index, meta.Store = false, true
	doc.AddFieldMappingsAt(fieldMeta, meta)
	m := bleve.NewIndexMapping()
	m.DefaultMapping = doc
	m.DefaultAnalyzer = termAnalyzer
	m.StoreDynamic, m.IndexDynamic, m.DocValuesDynamic = false, false, false
	return m
}

// document gives an article's fields as Bleve takes them.
func document(a kb.Article) (map[string]any, error) {
	title, body := valid(a.Title), bodyText(a)
	meta, err := json.Marshal(docMeta{
		ID: a.ID, Slug: a.Slug, Title: a.Title, Revision: a.Revision, Hash: indexHash(a),
		TitleLen: len(terms(title)), BodyLen: len(terms(body)),
	})
	if err != nil {
		return nil, fmt.Errorf("describe article %s: %w", a.ID, err)
	}
	return map[string]any{
		fieldTitle:      title,
		fieldBody:       body,
		fieldWords:      title,
		fieldAudience:   string(a.Audience),
		fieldConfidence: string(a.Confidence),
		fieldKind:       string(a.Kind),
		fieldService:    keyword(a.Service),
		fieldLocale:     locales(a.Locale),
		fieldMeta:       string(meta),
	}, nil
}

func keyword(s string) string { return strings.ToLower(strings.TrimSpace(valid(s))) }

// locales gives a locale and the wider ones it belongs to: en-US is en too.
func locales(locale string) []string {
	l := keyword(locale)
	if l == "" {
		return nil
	}
	out := []string{l}
	for i := len(l) - 1; i > 0; i-- {
		if l[i] == '-' || l[i] == '_' {
			out = append(out, l[:i])
		}
	}
	return out
}

// bodyText is the text of an article as a reader sees it, headings included:
// addresses and markup are not what an article is about. An article without
// passages counts with its Markdown.
func bodyText(a kb.Article) string {
	if len(a.Passages) == 0 {
		return valid(a.Markdown)
	}
	var b strings.Builder
	last := ""
	for _, p := range a.Passages {
		if p.Heading != last {
			heading := p.Heading
			if _, own, ok := cutLast(p.Heading, headingJoin); ok {
				heading = own
			}
			b.WriteString(heading)
			b.WriteByte('\n')
			last = p.Heading
		}
		b.WriteString(p.Text)
		b.WriteByte('\n')
	}
	return valid(b.String())
}
