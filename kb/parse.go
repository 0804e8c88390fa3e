package kb

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
	"github.com/deskbook/deskbook/kb/dialect"
)

// ParseArticle reads an article from a Markdown file. name is the file's path below the
// imported folder, slash separated. Front matter is optional; keys that are not Deskbook's
// remain in Article.Front untouched. Where the file says nothing, the defaults of an
// import apply: public, validated, open to edits. A text that its owner keeps back, in the
// way of whatever tool, is not validated.
//
// The id is the front matter's, else derived from its slug, else from name; the title is
// the front matter's, else the first heading, else the file's name. Passages are those of
// a first revision. Errors are fault.Invalid (fault.TooLarge beyond MaxArticle) and hold a
// *ParseError.
func ParseArticle(name string, data []byte) (Article, error) {
	p, err := parseFile(name, data, surroundings{})
	if err != nil {
		return Article{}, err
	}
	p.read(nil)
	return p.Article, nil
}

// surroundings are what is known of a file before it is read.
type surroundings struct {
	folder    *dialect.Folder // nil if the folder is not known
	languages languageFolders
	now       time.Time // zero if times do not count
}

// parsed is an article as read from its file, with the keys that the file gives.
type parsed struct {
	Article
	given map[string]bool
	sure  bool // the encoding is certain
}

// parseFile reads a file that is imported.
func parseFile(name string, data []byte, around surroundings) (parsed, error) {
	if !fs.ValidPath(name) || name == "." {
		return parsed{}, fault.New(fault.Invalid, "%q is not a path below the imported folder", clip(name, 200))
	}
	if len(data) > MaxArticle {
		return parsed{}, checkText(data)
	}
	text, encoding, sure, err := decoded(data)
	if err != nil {
		return parsed{}, err
	}
	p, err := parseText(name, text, func(f front, body string) Origin {
		o := around.origin(name, f, body)
		o.Encoding = encoding
		return o
	})
	p.Hash, p.sure = contentHash(data), sure
	return p, err
}

// origin returns what is known of a file beyond its text, but for its encoding and kind.
func (s surroundings) origin(name string, f front, body string) Origin {
	o := Origin{Dialect: s.folder.Dialect(name, f.raw, body), Locale: s.languages.of(name)}
	dated := !s.now.IsZero() && (o.Dialect == dialect.Hugo || o.Dialect == dialect.Jekyll)
	held := f.withheld(s.now, dated)
	if held.why == "" {
		held.why = s.folder.Unpublished(name)
	}
	if held.why == "" {
		held.why = draftByName(name)
	}
	if held.why == "" {
		return o
	}
	o.Withheld, o.Confidence = held.why, NotValidated
	if held.archived {
		o.Confidence = Archived
	}
	if held.internal {
		o.Audience = access.Internal
	}
	return o
}

// alike reports whether a file with the bytes of the last import would be read as it was
// then: with the same dialect, language and state.
func (s surroundings) alike(name string, data []byte, before Origin) bool {
	text, _, _, err := decoded(data)
	if err != nil || before.Dialect == "" {
		return false
	}
	raw, inner, body, form, err := splitFront(string(text))
	if err != nil {
		return false
	}
	f, err := readFront(raw, inner, form)
	if err != nil {
		return false
	}
	now := s.origin(name, f, body)
	now.Encoding, now.Kind = before.Encoding, before.Kind
	now.Source, now.TranslationOf = before.Source, before.TranslationOf
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
func parseText(name string, text []byte, originOf func(front, string) Origin) (parsed, error) {
	if err := checkText(text); err != nil {
		return parsed{}, err
	}
	raw, inner, body, form, err := splitFront(string(text))
	if err != nil {
		return parsed{}, err
	}
	if strings.TrimSpace(body) == "" {
		return parsed{}, emptyError(lineAt(text, len(raw)), "the article has no text")
	}
	f, err := readFront(raw, inner, form)
	if err != nil {
		return parsed{}, err
	}
	f.foreign = f.foreign && !marked(f)
	p := parsed{given: map[string]bool{}}
	p.Markdown, p.Front, p.Path = body, raw, name
	p.Origin = originOf(f, body)
	doc := p.document()
	for _, step := range []func(front) error{
		func(f front) error { return p.readTexts(f, doc) }, p.readStates, p.readIdentity,
	} {
		if err := step(f); err != nil {
			return parsed{}, err
		}
	}
	for _, key := range ownKeys() {
		p.given[key] = p.given[key] || f.has(key)
	}
	p.derive(f, doc)
	return p, nil
}

// derive sets what the file does not say itself.
func (p *parsed) derive(f front, doc document) {
	if !p.given[keyKind] {
		if p.Origin.Kind == NoKind {
			p.Origin.Kind = kindOf(f, p.Title, doc)
		}
		p.Kind = p.Origin.Kind
	}
	if p.Locale == "" {
		p.Locale = cmp.Or(f.frontLocale(), p.Origin.Locale)
	}
	if p.Origin.Confidence != "" && !p.given[keyConfidence] {
		p.Confidence, p.given[keyConfidence] = p.Origin.Confidence, true
	}
	if p.Origin.Audience != "" && !p.given[keyAudience] {
		p.Audience, p.given[keyAudience] = p.Origin.Audience, true
	}
}

// storedFile reads a stored article with this front matter again, as its file was read
// when it was imported.
func storedFile(a Article, head, name string) (parsed, error) {
	p, err := parseText(name, []byte(head+a.Markdown), func(front, string) Origin { return a.Origin })
	if err == nil && a.Origin.Dialect == "" && a.Path != "" && !p.given[keyKind] {
		p.Kind = formerKind(p.Title)
	}
	return p, err
}

// formerKind returns the kind that releases before the first dialect gave a file.
func formerKind(title string) Kind {
	if strings.HasPrefix(strings.ToLower(title), "how ") {
		return HowTo
	}
	return Troubleshooting
}

func (p *parsed) readTexts(f front, doc document) (err error) {
	read := func(into *string, key string) {
		if err == nil {
			*into, err = f.text(key)
		}
	}
	read(&p.Title, keyTitle)
	read(&p.Owner, keyOwner)
	read(&p.Service, keyService)
	read(&p.Locale, keyLocale)
	if err != nil {
		return err
	}
	if p.Locale != "" && !isLocale(p.Locale) {
		if !f.foreign {
			return parseError(
				f.line(f.values[keyLocale]), "locale must be a language tag like en or de-CH, not %q", clip(p.Locale, 40),
			)
		}
		p.Locale = ""
	}
	if p.Categories, err = f.list(keyCategories); err != nil {
		return err
	}
	if p.Tags, err = f.list(keyTags); err != nil {
		return err
	}
	if p.ReviewBy, err = f.date(keyReviewBy); err != nil {
		return err
	}
	if p.Title == "" {
		p.Title = doc.firstHeading()
	}
	if p.Title == "" {
		p.Title = fileTitle(p.Path)
	}
	p.Title = clip(p.Title, maxTitle)
	return nil
}

// readStates reads the keys with closed lists of values.
func (p *parsed) readStates(f front) error {
	p.Kind, p.Confidence = NoKind, Validated
	p.Audience, p.Governance = access.AudiencePublic, Experience
	for _, state := range []struct {
		key    string
		accept func(string) bool
		values []string
	}{
		{keyKind, accept(ParseKind, &p.Kind), names(Kinds())},
		{keyConfidence, accept(ParseConfidence, &p.Confidence), names(Confidences())},
		{keyAudience, accept(ParseAudience, &p.Audience), names(Audiences())},
		{keyGovernance, accept(ParseGovernance, &p.Governance), names(Governances())},
	} {
		value, err := f.text(state.key)
		if err != nil {
			return err
		}
		if value == "" {
			continue
		}
		if state.accept(value) {
			p.given[state.key] = true
			continue
		}
		// Another system may use the same key for its own values ("audience: itpro").
		// A misspelt value must not pass for one: it could publish an internal article.
		if f.foreign && !resembles(value, state.values) {
			delete(f.values, state.key)
			continue
		}
		return parseError(f.line(f.values[state.key]), "%s must be one of %s, not %q",
			state.key, strings.Join(state.values, ", "), clip(value, 40))
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

func (p *parsed) readIdentity(f front) error {
	id, err := f.text(keyID)
	if err != nil {
		return err
	}
	slug, err := f.text(keySlug)
	if err != nil {
		return err
	}
	if slug != "" && !validSlug(slug) {
		given := slug
		if slug = Slugify(slug); slug == "" {
			return parseError(f.line(f.values[keySlug]), "slug %q has no letter or digit", clip(given, 40))
		}
	}
	if id != "" && !validID(id) {
		if !f.foreign {
			return parseError(
				f.line(f.values[keyID]), "id may hold up to %d letters, digits, dots, hyphens and underscores, not %q", maxIDLen,
				clip(id, 40),
			)
		}
		id = ""
		delete(f.values, keyID)
	}
	p.ID, p.Slug = id, slug
	key := strings.TrimSuffix(p.Path, path.Ext(p.Path))
	if slug != "" {
		key = slug
	}
	if p.ID == "" {
		p.ID = importedID(key)
	}
	if p.Slug == "" {
		p.Slug = pathSlug(p.Path)
	}
	if p.Slug == "" {
		p.Slug = p.ID
	}
	return nil
}

// fileTitle returns a title made from a file's name.
func fileTitle(name string) string {
	base := strings.TrimSuffix(path.Base(name), path.Ext(name))
	words := strings.TrimSpace(strings.NewReplacer("-", " ", "_", " ").Replace(oneLine(base)))
	if words == "" {
		return "Untitled"
	}
	r, size := utf8.DecodeRuneInString(words)
	return strings.ToUpper(string(r)) + words[size:]
}

func contentHash(data []byte) string {
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
		case keyKind:
			_, ok := ParseKind(value)
			return ok
		case keyConfidence:
			_, ok := ParseConfidence(value)
			return ok
		case keyGovernance:
			_, ok := ParseGovernance(value)
			return ok
		}
		return true
	}
	return false
}

// markers are the keys that other systems do not use with our values: any of them shows
// that the front matter was written for Deskbook.
var markers = []string{keyKind, keyConfidence, keyGovernance, keyReviewBy}

// marked reports whether a key shows that the front matter was written for Deskbook.
func marked(f front) bool {
	for key, value := range f.values {
		if isMarker(key, value.Value) {
			return true
		}
	}
	return false
}
