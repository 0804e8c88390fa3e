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
	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/terms"
	"github.com/deskbook/deskbook/retrieval/topic"
)

// indexFormat is the format of the index: its fields and its analysis. An index in another
// format is rebuilt. Raise it with every change to either.
const indexFormat = "7"

// headingJoin separates the headings of a passage's path.
const headingJoin = "›"

// The fields of an article's document.
const (
	fieldTitle      = "title"
	fieldBody       = "body"
	fieldHeading    = "heading" // the headings of the body
	fieldLead       = "lead"    // how the body begins
	fieldWords      = "words"   // the title unstemmed, for completion
	fieldForms      = "forms"   // the words of title and body unstemmed, for spelling
	fieldAudience   = "audience"
	fieldConfidence = "confidence"
	fieldKind       = "kind"
	fieldService    = "service"
	fieldLocale     = "locale"
	fieldLanguage   = "language" // not indexed: it selects the analysis
	fieldMeta       = "meta"     // stored only: a docMeta
)

// validatedKeyword is the value of fieldConfidence for validated articles.
const validatedKeyword = string(kb.Validated)

const (
	termAnalyzer    = "deskbook_terms_" // and the language
	wordAnalyzer    = "deskbook_words"
	keywordAnalyzer = "deskbook_keyword"
	asyncCallback   = "deskbook_async"
)

// docMeta is what the index stores of an article besides its postings.
type docMeta struct {
	ID       string `json:"i"`
	Slug     string `json:"s"`
	Title    string `json:"t"`
	Revision int    `json:"r"`
	Hash     string `json:"h"` // of everything that the index holds about the article
	// Lengths are the numbers of terms of each field, in the order of scoredFields.
	Lengths    [len(scoredFields)]int `json:"l"`
	Sketch     topic.Sketch           `json:"k"` // what the article is about
	Language   terms.Language         `json:"g"`
	MergedInto string                 `json:"o,omitempty"` // the article that it was merged into
	// Review is the day by which it is to be reviewed, 0 for none; see memory.DayOf.
	Review int64 `json:"v,omitempty"`
	// Helped and DidNot count the readers of this revision whom it helped and did not help.
	Helped int `json:"y,omitempty"`
	DidNot int `json:"n,omitempty"`
}

// length returns the number of terms of a scored field.
func (m *docMeta) length(field string) int {
	for i, f := range scoredFields {
		if f.name == field {
			return m.Lengths[i]
		}
	}
	return 0
}

// reviewDay returns the day by which an article is to be reviewed, 0 for none.
func reviewDay(a kb.Article) int64 {
	if a.ReviewBy.IsZero() {
		return 0
	}
	return memory.DayOf(a.ReviewBy)
}

// analyzerFunc adapts a function to Bleve's analyzer interface.
type analyzerFunc func(text []byte) analysis.TokenStream

// Analyze returns the terms of a field's value.
func (f analyzerFunc) Analyze(text []byte) analysis.TokenStream { return f(text) }

// asyncErrors routes errors of Bleve's background work to the index that they concern. Bleve
// holds its callbacks in a process-wide table, hence this one.
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

// registered enters the analyzers and the callback into Bleve's tables, once per process:
// everything that opens an index needs them.
var registered = sync.OnceValues(func() (*asyncErrors, error) {
	analyzers := map[string]analyzerFunc{
		wordAnalyzer:    func(b []byte) analysis.TokenStream { return stream(terms.Words(string(b))) },
		keywordAnalyzer: keywordStream,
	}
	for _, l := range terms.Languages {
		analyzers[termAnalyzer+string(l)] = func(b []byte) analysis.TokenStream { return stream(terms.In(l, string(b))) }
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

func stream(tokens []terms.Token) analysis.TokenStream {
	backing := make([]analysis.Token, len(tokens))
	out := make(analysis.TokenStream, len(tokens))
	for i, t := range tokens {
		backing[i] = analysis.Token{Term: []byte(t.Term), Start: t.Start, End: t.End, Position: i + 1}
		out[i] = &backing[i]
	}
	return out
}

func keywordStream(b []byte) analysis.TokenStream {
	return analysis.TokenStream{{Term: b, Start: 0, End: len(b), Position: 1, Type: analysis.AlphaNumeric}}
}

// newMapping describes the document: explicit fields, nothing dynamic, the body indexed and
// not stored.
func newMapping() mapping.IndexMapping {
	text := func(analyzer string) *mapping.FieldMapping {
		f := bleve.NewTextFieldMapping()
		f.Analyzer = analyzer
		f.Store, f.IncludeInAll, f.IncludeTermVectors, f.DocValues = false, false, false, false
		return f
	}
	m := bleve.NewIndexMapping()
	for _, l := range terms.Languages {
		doc := bleve.NewDocumentStaticMapping()
		for _, f := range scoredFields {
			doc.AddFieldMappingsAt(f.name, text(termAnalyzer+string(l)))
		}
		doc.AddFieldMappingsAt(fieldWords, text(wordAnalyzer))
		forms := text(wordAnalyzer)
		forms.SkipFreqNorm = true
		doc.AddFieldMappingsAt(fieldForms, forms)
		for _, name := range []string{fieldAudience, fieldConfidence, fieldKind, fieldService, fieldLocale} {
			doc.AddFieldMappingsAt(name, text(keywordAnalyzer))
		}
		meta := text(keywordAnalyzer)
		meta.Index, meta.Store = false, true
		doc.AddFieldMappingsAt(fieldMeta, meta)
		m.AddDocumentMapping(string(l), doc)
	}
	m.TypeField = fieldLanguage
	m.DefaultMapping = bleve.NewDocumentDisabledMapping()
	m.DefaultAnalyzer = keywordAnalyzer
	m.StoreDynamic, m.IndexDynamic, m.DocValuesDynamic = false, false, false
	return m
}

// document returns an article's fields as Bleve takes them.
func document(a kb.Article) (map[string]any, error) {
	if !indexed(a) {
		return mergeStub(a)
	}
	r := readText(a)
	language, locale := terms.Recognise(a)
	meta := docMeta{
		ID: a.ID, Slug: a.Slug, Title: a.Title, Revision: a.Revision, Hash: indexHash(a),
		Language: language, MergedInto: a.SupersededBy, Review: reviewDay(a),
		Helped: a.Ratings.Helped, DidNot: a.Ratings.DidNot,
	}
	doc := map[string]any{
		fieldWords:      r.title,
		fieldForms:      distinctWords(r.title, r.body),
		fieldAudience:   string(a.Audience),
		fieldConfidence: string(a.Confidence),
		fieldKind:       string(a.Kind),
		fieldService:    terms.NormalizeKeyword(a.Service),
		fieldLocale:     locales(locale),
		fieldLanguage:   string(meta.Language),
	}
	var title, body []terms.Token
	for i, f := range scoredFields {
		text := r.field(f.name)
		found := terms.In(meta.Language, text)
		meta.Lengths[i] = len(found)
		doc[f.name] = text
		switch f.name {
		case fieldTitle:
			title = found
		case fieldBody:
			body = found
		}
	}
	meta.Sketch = topic.NewSketch(title, body)
	raw, err := json.Marshal(meta)
	if err != nil {
		return nil, fmt.Errorf("describe article %s: %w", a.ID, err)
	}
	doc[fieldMeta] = string(raw)
	return doc, nil
}

// mergeStub returns the document of an article that was merged into another one. It has no
// audience, so that no search finds it.
func mergeStub(a kb.Article) (map[string]any, error) {
	raw, err := json.Marshal(docMeta{
		ID: a.ID, Revision: a.Revision, Hash: indexHash(a), Language: terms.Plain, MergedInto: a.SupersededBy,
	})
	if err != nil {
		return nil, fmt.Errorf("describe article %s: %w", a.ID, err)
	}
	return map[string]any{fieldLanguage: string(terms.Plain), fieldMeta: string(raw)}, nil
}

// locales returns a locale and the wider ones that it belongs to: en-US is also en.
func locales(locale string) []string {
	l := terms.NormalizeKeyword(locale)
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

// articleText is the text of an article as a reader sees it: addresses and markup are not
// what an article is about.
type articleText struct {
	title, body, heading, lead string
}

// readText returns an article's text from its passages, headings included. An article without
// passages counts with its Markdown.
func readText(a kb.Article) articleText {
	out := articleText{title: terms.Valid(a.Title)}
	if len(a.Passages) == 0 {
		out.body = terms.Valid(a.Markdown)
		out.lead = beginning(out.body)
		return out
	}
	var body, heading strings.Builder
	last := ""
	for _, p := range a.Passages {
		if p.Heading != last {
			own := p.Heading
			if _, after, ok := cutLast(p.Heading, headingJoin); ok {
				own = after
			}
			heading.WriteString(own + "\n")
			body.WriteString(own + "\n")
			last = p.Heading
		}
		body.WriteString(p.Text + "\n")
	}
	out.body, out.heading = terms.Valid(body.String()), terms.Valid(heading.String())
	out.lead = beginning(out.body)
	return out
}

// distinctWords returns each word of the texts once, unstemmed: these are the words to which
// a misspelt word of a search can be corrected.
func distinctWords(texts ...string) string {
	seen := map[string]bool{}
	var b strings.Builder
	for _, text := range texts {
		for _, t := range terms.Words(text) {
			if n := len(t.Term); n >= spellFrom && n <= 4*spellTo && !seen[t.Term] && onlyLetters(t.Term) {
				seen[t.Term] = true
				b.WriteString(t.Term + " ")
			}
		}
	}
	return b.String()
}

// leadTerms is how many terms of a body are its lead.
const leadTerms = 60

// beginning returns a body up to its first leadTerms terms, "" for a body of no more than
// that: its beginning would say nothing that the body does not.
func beginning(body string) string {
	head := terms.Truncate(body, 64*leadTerms) // enough for this many words, and bounded
	found := terms.Of(head)
	if len(found) <= leadTerms {
		return ""
	}
	end := 0
	for _, t := range found[:leadTerms] {
		end = max(end, t.End)
	}
	return head[:end]
}

func (t articleText) field(name string) string {
	switch name {
	case fieldTitle:
		return t.title
	case fieldBody:
		return t.body
	case fieldHeading:
		return t.heading
	case fieldLead:
		return t.lead
	}
	return ""
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
