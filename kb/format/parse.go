package format

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/dialect"
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
	p.Derive(nil)
	return p.Article, nil
}

// Surroundings are what is known of a file before it is read.
type Surroundings struct {
	Folder    *dialect.Folder // nil if the folder is not known
	Languages Languages
	Now       time.Time // zero if times do not count
}

// Parsed is an article as read from its file, with the keys that the file gives.
type Parsed struct {
	kb.Article
	Given map[string]bool
	Sure  bool // the encoding is certain
}

// ReadFile reads a file that is imported.
func ReadFile(name string, data []byte, around Surroundings) (Parsed, error) {
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
	p, err := parseText(name, text, func(f front.Matter, body string) kb.Origin {
		o := around.origin(name, f, body)
		o.Encoding = encoding
		return o
	})
	p.Hash, p.Sure = Hash(data), sure
	return p, err
}

// origin returns what is known of a file beyond its text, but for its encoding and kind.
func (s Surroundings) origin(name string, f front.Matter, body string) kb.Origin {
	o := kb.Origin{Dialect: s.Folder.Dialect(name, f.Raw, body), Locale: s.Languages.of(name)}
	dated := !s.Now.IsZero() && (o.Dialect == dialect.Hugo || o.Dialect == dialect.Jekyll)
	held := f.Withheld(s.Now, dated)
	if held.Why == "" {
		held.Why = s.Folder.Unpublished(name)
	}
	if held.Why == "" {
		held.Why = draftByName(name)
	}
	if held.Why == "" {
		return o
	}
	o.Withheld, o.Confidence = held.Why, kb.NotValidated
	if held.Archived {
		o.Confidence = kb.Archived
	}
	if held.Internal {
		o.Audience = access.Internal
	}
	return o
}

// Alike reports whether a file with the bytes of the last import would be read as it was
// then: with the same dialect, language and state.
func (s Surroundings) Alike(name string, data []byte, before kb.Origin) bool {
	text, _, _, err := Decode(data)
	if err != nil || before.Dialect == "" {
		return false
	}
	raw, inner, body, form, err := front.Split(string(text))
	if err != nil {
		return false
	}
	f, err := front.Read(raw, inner, form)
	if err != nil {
		return false
	}
	now := s.origin(name, f, body)
	now.Encoding, now.Kind = before.Encoding, before.Kind
	now.Source, now.TranslationOf, now.Files = before.Source, before.TranslationOf, before.Files
	return now == before
}

// draftByName returns the part of a path that says that the file is a draft, "" if none
// does.
func draftByName(name string) string {
	for _, part := range strings.Split(path.Dir(name), "/") {
		if part == "_drafts" || part == "drafts" || part == ".drafts" {
			return "it is in " + part
		}
	}
	if stem := strings.TrimSuffix(path.Base(name), path.Ext(name)); strings.HasSuffix(strings.ToLower(stem), ".draft") {
		return "it is named a draft"
	}
	return ""
}

// parseText reads the text of a file whose origin is found from its front matter and body.
func parseText(name string, text []byte, originOf func(front.Matter, string) kb.Origin) (Parsed, error) {
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
	doc := p.Document()
	for _, step := range []func(front.Matter) error{
		func(f front.Matter) error { return p.readTexts(f, doc) }, p.readStates, p.readIdentity,
	} {
		if err := step(f); err != nil {
			return Parsed{}, err
		}
	}
	for _, key := range front.Keys() {
		p.Given[key] = p.Given[key] || f.Has(key)
	}
	p.derive(f, doc)
	return p, nil
}

// derive sets what the file does not say itself.
func (p *Parsed) derive(f front.Matter, doc markdown.Document) {
	if !p.Given[front.KeyKind] {
		if p.Origin.Kind == kb.NoKind {
			p.Origin.Kind = kindOf(f, p.Title, doc)
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
	p, err := parseText(name, []byte(head+a.Markdown), func(front.Matter, string) kb.Origin { return a.Origin })
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

func (p *Parsed) readTexts(f front.Matter, doc markdown.Document) (err error) {
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
	if p.Title == "" {
		p.Title = doc.FirstHeading()
	}
	if p.Title == "" {
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

// isMarker reports whether this key with this value shows a file written for Deskbook.
func isMarker(key, value string) bool {
	for _, m := range markers {
		if m != key {
			continue
		}
		switch key {
		case front.KeyKind:
			_, ok := kb.ParseKind(value)
			return ok
		case front.KeyConfidence:
			_, ok := kb.ParseConfidence(value)
			return ok
		case front.KeyGovernance:
			_, ok := kb.ParseGovernance(value)
			return ok
		}
		return true
	}
	return false
}

// markers are the keys that other systems do not use with our values: any of them shows
// that the front matter was written for Deskbook.
var markers = []string{front.KeyKind, front.KeyConfidence, front.KeyGovernance, front.KeyReviewBy}

// marked reports whether a key shows that the front matter was written for Deskbook.
func marked(f front.Matter) bool {
	for key, value := range f.Values {
		if isMarker(key, value.Value) {
			return true
		}
	}
	return false
}
