package format

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/front"
	"github.com/deskbook/deskbook/kb/markdown"
	"github.com/deskbook/deskbook/kb/plain"
)

// Read reads an article from a Markdown file. name is the file's path below the
// imported folder, slash separated. Front matter is optional; keys that are not Deskbook's
// remain in Article.Front untouched. Where the file says nothing, the defaults of an
// import apply: public, validated, open to edits. A text that its owner keeps back, in the
// way of whatever tool, is not validated.
//
// The id is the front matter's, else derived from its slug, else from name; the title is
// the front matter's, else the first heading, else the file's name. Passages are those of
// a first revision. Errors are fault.Invalid (fault.TooLarge beyond MaxArticle) and hold a
// *ParseError.
func Read(name string, data []byte) (kb.Article, error) {
	p, err := ReadFile(name, data, Surroundings{})
	if err != nil {
		return kb.Article{}, err
	}
	p.Derive()
	return p.Article, nil
}

// Parsed is an article as read from its file, with the keys that the file sets.
type Parsed struct {
	kb.Article
	Given map[string]bool
	Sure  bool // the encoding is certain
	doc   *markdown.Document
}

// document returns the parsed text. It is parsed once, and only where something of it is
// needed: an article with a title and a kind of its own needs nothing.
func (p *Parsed) document() markdown.Document {
	if p.doc == nil {
		doc := p.Document()
		p.doc = &doc
	}
	return *p.doc
}

// Derive sets what is derived from the text of a first revision.
func (p *Parsed) Derive() { p.DeriveFrom(p.document(), nil) }

// Forget drops the text and what is derived from it.
func (p *Parsed) Forget() {
	p.Markdown, p.Front, p.doc = "", "", nil
	p.Passages, p.Headings, p.References = nil, nil, nil
}

// depth is how much of a file is read.
type depth int

const (
	frontOnly depth = iota // not the text, not even for a title
	titled                 // the text for a title, not for the kind
	whole
)

// Identify reads only what identifies the article in a file: not its kind, and its title from
// the text only if that is wanted.
func Identify(name string, data []byte, around Surroundings, wantTitle bool) (Parsed, error) {
	if wantTitle {
		return readFile(name, data, around, titled)
	}
	return readFile(name, data, around, frontOnly)
}

// ReadFile reads a file that is imported, with the references of its text.
func ReadFile(name string, data []byte, around Surroundings) (Parsed, error) {
	p, err := readFile(name, data, around, whole)
	if err == nil {
		p.References = kb.ReferencesIn(p.document())
	}
	return p, err
}

func readFile(name string, data []byte, around Surroundings, d depth) (Parsed, error) {
	if !fs.ValidPath(name) || name == "." {
		return Parsed{}, fault.New(fault.Invalid, "%q is not a path below the imported folder", plain.Clip(name, 200))
	}
	if len(data) > kb.MaxArticle {
		return Parsed{}, kb.CheckText(data)
	}
	text, encoding, sure, err := Decode(data)
	if err != nil {
		return Parsed{}, err
	}
	p, err := parseText(name, text, d, func(f front.Matter, body string) kb.Origin {
		o := around.origin(name, f, body)
		o.Encoding = encoding
		return o
	})
	p.Hash, p.Sure = Hash(data), sure
	return p, err
}

// parseText reads the text of a file whose origin is found from its front matter and body.
func parseText(name string, text []byte, d depth, originOf func(front.Matter, string) kb.Origin) (Parsed, error) {
	if err := kb.CheckText(text); err != nil {
		return Parsed{}, err
	}
	raw, inner, body, form, err := front.Split(string(text))
	if err != nil {
		return Parsed{}, err
	}
	if strings.TrimSpace(body) == "" {
		return Parsed{}, front.EmptyError(front.LineAt(text, len(raw)), "the article has no text")
	}
	f, err := front.Read(raw, inner, form)
	if err != nil {
		return Parsed{}, err
	}
	f.Foreign = f.Foreign && !marked(f)
	p := Parsed{Given: map[string]bool{}}
	p.Markdown, p.Front, p.Path = body, raw, name
	p.Origin = originOf(f, body)
	for _, step := range []func(front.Matter) error{
		func(f front.Matter) error { return p.readTexts(f, d) }, p.readStates, p.readIdentity,
	} {
		if err := step(f); err != nil {
			return Parsed{}, err
		}
	}
	for _, key := range front.Keys() {
		p.Given[key] = p.Given[key] || f.Has(key)
	}
	p.derive(f, d)
	return p, nil
}

// derive sets what the file does not say itself.
func (p *Parsed) derive(f front.Matter, d depth) {
	if !p.Given[front.KeyKind] && d == whole {
		if p.Origin.Kind == kb.NoKind {
			p.Origin.Kind = kindOf(f, p.Title, p.document)
		}
		p.Kind = p.Origin.Kind
	}
	if p.Locale == "" {
		p.Locale = cmp.Or(f.Locale(), p.Origin.Locale)
	}
	if p.Origin.Confidence != "" && !p.Given[front.KeyConfidence] {
		p.Confidence, p.Given[front.KeyConfidence] = p.Origin.Confidence, true
	}
	if p.Origin.Audience != "" && !p.Given[front.KeyAudience] {
		p.Audience, p.Given[front.KeyAudience] = p.Origin.Audience, true
	}
}

// Reread reads a stored article with this front matter again, as its file was read
// when it was imported.
func Reread(a kb.Article, head, name string) (Parsed, error) {
	p, err := parseText(name, []byte(head+a.Markdown), whole, func(front.Matter, string) kb.Origin { return a.Origin })
	if err == nil && a.Origin.Dialect == "" && a.Path != "" && !p.Given[front.KeyKind] {
		p.Kind = formerKind(p.Title)
	}
	return p, err
}

// formerKind returns the kind that releases before the first dialect gave a file.
func formerKind(title string) kb.Kind {
	if strings.HasPrefix(strings.ToLower(title), "how ") {
		return kb.HowTo
	}
	return kb.Troubleshooting
}

func (p *Parsed) readTexts(f front.Matter, d depth) (err error) {
	read := func(into *string, key string) {
		if err == nil {
			*into, err = f.Text(key)
		}
	}
	read(&p.Title, front.KeyTitle)
	read(&p.Owner, front.KeyOwner)
	read(&p.Service, front.KeyService)
	read(&p.Locale, front.KeyLocale)
	if err != nil {
		return err
	}
	if p.Locale != "" && !front.IsLocale(p.Locale) {
		if !f.Foreign {
			return front.Errorf(
				f.Line(f.Values[front.KeyLocale]), "locale must be a language tag like en or de-CH, not %q",
				plain.Clip(p.Locale, 40),
			)
		}
		p.Locale = ""
	}
	if p.Categories, err = f.List(front.KeyCategories); err != nil {
		return err
	}
	if p.Tags, err = f.List(front.KeyTags); err != nil {
		return err
	}
	if p.ReviewBy, err = f.Date(front.KeyReviewBy); err != nil {
		return err
	}
	if p.Title == "" && d > frontOnly {
		p.Title = p.document().FirstHeading()
	}
	if p.Title == "" && d > frontOnly {
		p.Title = fileTitle(p.Path)
	}
	p.Title = plain.Clip(p.Title, kb.MaxTitle)
	return nil
}

// readStates reads the keys with closed lists of values.
func (p *Parsed) readStates(f front.Matter) error {
	p.Kind, p.Confidence = kb.NoKind, kb.Validated
	p.Audience, p.Governance = access.AudiencePublic, kb.Experience
	for _, state := range []struct {
		key    string
		accept func(string) bool
		values []string
	}{
		{front.KeyKind, accept(kb.ParseKind, &p.Kind), kb.Names(kb.Kinds())},
		{front.KeyConfidence, accept(kb.ParseConfidence, &p.Confidence), kb.Names(kb.Confidences())},
		{front.KeyAudience, accept(kb.ParseAudience, &p.Audience), kb.Names(kb.Audiences())},
		{front.KeyGovernance, accept(kb.ParseGovernance, &p.Governance), kb.Names(kb.Governances())},
	} {
		value, err := f.Text(state.key)
		if err != nil {
			return err
		}
		if value == "" {
			continue
		}
		if state.accept(value) {
			p.Given[state.key] = true
			continue
		}
		// Another system may use the same key for its own values ("audience: itpro").
		// A misspelt value must not pass for one: it could publish an internal article.
		if f.Foreign && !resembles(value, state.values) {
			delete(f.Values, state.key)
			continue
		}
		return front.Errorf(f.Line(f.Values[state.key]), "%s must be one of %s, not %q",
			state.key, strings.Join(state.values, ", "), plain.Clip(value, 40))
	}
	return nil
}

func accept[T any](parse func(string) (T, bool), into *T) func(string) bool {
	return func(s string) bool {
		v, ok := parse(s)
		if ok {
			*into = v
		}
		return ok
	}
}

func (p *Parsed) readIdentity(f front.Matter) error {
	id, err := f.Text(front.KeyID)
	if err != nil {
		return err
	}
	slug, err := f.Text(front.KeySlug)
	if err != nil {
		return err
	}
	if slug != "" && !plain.ValidSlug(slug) {
		given := slug
		if slug = plain.Slugify(slug); slug == "" {
			return front.Errorf(f.Line(f.Values[front.KeySlug]), "slug %q has no letter or digit", plain.Clip(given, 40))
		}
	}
	if id != "" && !plain.ValidID(id) {
		if !f.Foreign {
			return front.Errorf(
				f.Line(f.Values[front.KeyID]), "id may hold up to %d letters, digits, dots, hyphens and underscores, not %q",
				plain.MaxIDLen, plain.Clip(id, 40),
			)
		}
		id = ""
		delete(f.Values, front.KeyID)
	}
	p.ID, p.Slug = id, slug
	key := strings.TrimSuffix(p.Path, path.Ext(p.Path))
	if slug != "" {
		key = slug
	}
	if p.ID == "" {
		p.ID = plain.ImportedID(key)
	}
	if p.Slug == "" {
		p.Slug = plain.PathSlug(p.Path)
	}
	if p.Slug == "" {
		p.Slug = p.ID
	}
	return nil
}

// fileTitle returns a title made from a file's name.
func fileTitle(name string) string {
	base := strings.TrimSuffix(path.Base(name), path.Ext(name))
	words := strings.TrimSpace(strings.NewReplacer("-", " ", "_", " ").Replace(plain.OneLine(base)))
	if words == "" {
		return "Untitled"
	}
	r, size := utf8.DecodeRuneInString(words)
	return strings.ToUpper(string(r)) + words[size:]
}

// Hash returns what two files have in common if and only if they have the same bytes.
func Hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
