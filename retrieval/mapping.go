package retrieval

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	index "github.com/blevesearch/bleve_index_api"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/passage"
	"github.com/deskbook/deskbook/retrieval/terms"
	"github.com/deskbook/deskbook/retrieval/topic"
)

// indexFormat is the format of the index: its fields and its analysis. An index in another
// format is rebuilt. Raise it with every change to either.
const indexFormat = "11"

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
	fieldMeta       = "meta"     // stored only: a docMeta
	fieldPassages   = "passages" // stored only: a record of package passage
)

// validatedKeyword is the value of fieldConfidence for validated articles.
const validatedKeyword = string(kb.Validated)

const asyncCallback = "deskbook_async"

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

// registered enters the callback into Bleve's tables, once per process: everything that
// opens an index needs it.
var registered = sync.OnceValue(func() *asyncErrors {
	errs := &asyncErrors{handlers: map[string]func(error){}}
	scorch.RegistryAsyncErrorCallbacks[asyncCallback] = errs.dispatch
	return errs
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

// newMapping maps nothing: documents come with their fields and with the terms in them; see
// document.
func newMapping() mapping.IndexMapping {
	m := bleve.NewIndexMapping()
	m.DefaultMapping = bleve.NewDocumentDisabledMapping()
	m.StoreDynamic, m.IndexDynamic, m.DocValuesDynamic = false, false, false
	return m
}

// fields collects the fields of a document. The terms of a text are found once, by whoever
// needs them first, and not again by Bleve.
type fields struct{ doc *document.Document }

// terms adds a text by its terms.
func (f fields) terms(name string, found []terms.Token, more index.FieldIndexingOptions) {
	analyzed := analyzerFunc(func([]byte) analysis.TokenStream { return stream(found) })
	f.doc.AddField(document.NewTextFieldCustom(name, nil, nil, index.IndexField|more, analyzed))
}

// keywords adds values as they are.
func (f fields) keywords(name string, values ...string) {
	for i, v := range values {
		f.doc.AddField(document.NewTextFieldCustom(
			name, []uint64{uint64(i)}, []byte(v), index.IndexField, analyzerFunc(keywordStream),
		))
	}
}

// meta adds what is stored of an article.
func (f fields) meta(m docMeta) error {
	raw, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("describe article %s: %w", m.ID, err)
	}
	f.stored(fieldMeta, raw)
	return nil
}

// stored adds a value that is not searched.
func (f fields) stored(name string, value []byte) {
	f.doc.AddField(document.NewTextFieldCustom(name, nil, value, index.StoreField, nil))
}

// indexDocument returns an article as Bleve takes it.
func indexDocument(a kb.Article) (*document.Document, error) {
	f := fields{document.NewDocument(a.ID)}
	if !indexed(a) {
		// It has no audience, so that no search finds it.
		return f.doc, f.meta(docMeta{
			ID: a.ID, Revision: a.Revision, Hash: indexHash(a), Language: terms.Plain, MergedInto: a.SupersededBy,
		})
	}
	r := readText(a)
	language, locale := terms.Recognise(a)
	meta := docMeta{
		ID: a.ID, Slug: a.Slug, Title: a.Title, Revision: a.Revision, Hash: indexHash(a),
		Language: language, MergedInto: a.SupersededBy, Review: reviewDay(a),
		Helped: a.Ratings.Helped, DidNot: a.Ratings.DidNot,
	}
	titleWords := terms.Words(r.title)
	f.terms(fieldWords, titleWords, 0)
	f.terms(fieldForms, distinctWords(titleWords, terms.Words(r.body)), index.SkipFreqNorm)
	f.keywords(fieldAudience, string(a.Audience))
	f.keywords(fieldConfidence, string(a.Confidence))
	f.keywords(fieldKind, string(a.Kind))
	f.keywords(fieldService, terms.NormalizeKeyword(a.Service))
	f.keywords(fieldLocale, locales(locale)...)
	var title, body []terms.Token
	for i, field := range scoredFields {
		found := terms.In(meta.Language, r.field(field.name))
		meta.Lengths[i] = len(found)
		f.terms(field.name, found, 0)
		switch field.name {
		case fieldTitle:
			title = found
		case fieldBody:
			body = found
		}
	}
	meta.Sketch = topic.NewSketch(title, body)
	f.stored(fieldPassages, passage.Record(a.Passages, r.body, r.passages, title, body))
	return f.doc, f.meta(meta)
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

	passages [][2]int // where each passage stands in body
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
			own := terms.Valid(p.Heading)
			if _, after, ok := cutLast(own, headingJoin); ok {
				own = after
			}
			heading.WriteString(own + "\n")
			body.WriteString(own + "\n")
			last = p.Heading
		}
		start := body.Len()
		body.WriteString(terms.Valid(p.Text))
		out.passages = append(out.passages, [2]int{start, body.Len()})
		body.WriteString("\n")
	}
	out.body, out.heading = body.String(), heading.String()
	out.lead = beginning(out.body)
	return out
}

// distinctWords returns each of the words once: these are the words to which a misspelt word
// of a search can be corrected.
func distinctWords(texts ...[]terms.Token) []terms.Token {
	seen := map[string]bool{}
	var out []terms.Token
	for _, words := range texts {
		for _, t := range words {
			if n := len(t.Term); n >= spellFrom && n <= 4*spellTo && !seen[t.Term] && onlyLetters(t.Term) {
				seen[t.Term] = true
				out = append(out, t)
			}
		}
	}
	return out
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
