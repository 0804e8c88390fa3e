package kb

import (
	"slices"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb/front"
	"github.com/deskbook/deskbook/kb/plain"
)

const (
	maxBody = MaxArticle - front.MaxLength // leaves an exported file room for its front matter
	maxName = 200                          // runes of an owner, service, category or tag
)

// NewArticleInput is an article as a person writes it. Title and Markdown are
// required; the rest has defaults: troubleshooting, internal, open to edits, and
// not validated (wip where the body has no resolution yet is the writer's call).
type NewArticleInput struct {
	Title, Slug, Markdown     string
	Kind                      Kind
	Confidence                Confidence
	Audience                  access.Audience
	Governance                Governance
	Owner, Service, Locale    string
	ReviewBy                  time.Time
	Categories, Tags, Tickets []string
	Idempotency               journal.Idempotency
}

// Patch changes an article or a draft; nil fields stay as they are.
type Patch struct {
	Title, Markdown        *string
	Kind                   *Kind
	Confidence             *Confidence
	Audience               *access.Audience
	Governance             *Governance
	Owner, Service, Locale *string
	ReviewBy               *time.Time
	Categories, Tags       *[]string
	// BaseRevision moves a draft onto a newer revision of the article it edits; it
	// has no meaning for an article.
	BaseRevision *int
}

// fields is what articles and drafts have in common.
type fields struct {
	title, markdown        *string
	kind                   *Kind
	confidence             *Confidence
	audience               *access.Audience
	governance             *Governance
	owner, service, locale *string
	reviewBy               *time.Time
	categories, tags       *[]string
}

func (a *Article) fields() fields {
	return fields{
		&a.Title, &a.Markdown, &a.Kind, &a.Confidence, &a.Audience, &a.Governance,
		&a.Owner, &a.Service, &a.Locale, &a.ReviewBy, &a.Categories, &a.Tags,
	}
}

func (d *Draft) fields() fields {
	return fields{
		&d.Title, &d.Markdown, &d.Kind, &d.Confidence, &d.Audience, &d.Governance,
		&d.Owner, &d.Service, &d.Locale, &d.ReviewBy, &d.Categories, &d.Tags,
	}
}

// apply makes the patch's changes.
func (p Patch) apply(f fields) {
	set(f.title, p.Title)
	set(f.markdown, p.Markdown)
	set(f.kind, p.Kind)
	set(f.confidence, p.Confidence)
	set(f.audience, p.Audience)
	set(f.governance, p.Governance)
	set(f.owner, p.Owner)
	set(f.service, p.Service)
	set(f.locale, p.Locale)
	set(f.reviewBy, p.ReviewBy)
	set(f.categories, p.Categories)
	set(f.tags, p.Tags)
}

func set[T any](into, from *T) {
	if from != nil {
		*into = *from
	}
}

// copyFrom takes every common field of another article or draft.
func (f fields) copyFrom(g fields) {
	Patch{
		Title: g.title, Markdown: g.markdown, Kind: g.kind, Confidence: g.confidence,
		Audience: g.audience, Governance: g.governance, Owner: g.owner, Service: g.service,
		Locale: g.locale, ReviewBy: g.reviewBy, Categories: g.categories, Tags: g.tags,
	}.apply(f)
}

// tidy trims what people type and checks it: fault.Invalid with every bad field.
func (f fields) tidy() error {
	var bad []fault.Field
	refuse := func(field, message string) { bad = append(bad, fault.Field{Field: field, Message: message}) }
	for _, t := range []*string{f.title, f.owner, f.service, f.locale} {
		*t = trimLine(*t)
	}
	*f.categories, *f.tags = plain.List(*f.categories), plain.List(*f.tags)
	if !f.reviewBy.IsZero() {
		y, m, d := f.reviewBy.Date()
		*f.reviewBy = time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	if *f.title == "" {
		refuse("title", "a title is needed")
	} else if len([]rune(*f.title)) > MaxTitle {
		refuse("title", "the title is longer than 300 characters")
	}
	if trimLine(*f.markdown) == "" {
		refuse("markdown", "the article has no text")
	} else if len(*f.markdown) > maxBody {
		refuse("markdown", "the text is longer than 1984 KiB")
	} else if err := CheckText([]byte(*f.markdown)); err != nil {
		refuse("markdown", err.Error())
	}
	for name, ok := range map[string]bool{
		"kind":       *f.kind == NoKind || known(string(*f.kind), ParseKind),
		"confidence": known(string(*f.confidence), ParseConfidence),
		"audience":   known(string(*f.audience), ParseAudience),
		"governance": known(string(*f.governance), ParseGovernance),
	} {
		if !ok {
			refuse(name, "not one of the known values")
		}
	}
	if *f.locale != "" && !front.IsLocale(*f.locale) {
		refuse("locale", "must be a language tag like en or de-CH")
	}
	for name, list := range map[string][]string{
		"owner": {*f.owner}, "service": {*f.service}, "categories": *f.categories, "tags": *f.tags,
	} {
		if len(list) > front.MaxListed {
			refuse(name, "has more than 100 entries")
		}
		for _, s := range list {
			if len([]rune(s)) > maxName {
				refuse(name, "is longer than 200 characters")
				break
			}
		}
	}
	return fault.InvalidFields(sortFields(bad))
}

func known[T ~string](s string, parse func(string) (T, bool)) bool {
	v, ok := parse(s)
	return ok && string(v) == s
}

// sameFields reports whether two articles or drafts agree in every common field.
func sameFields(f, g fields) bool {
	return *f.title == *g.title && *f.markdown == *g.markdown && *f.kind == *g.kind &&
		*f.confidence == *g.confidence && *f.audience == *g.audience && *f.governance == *g.governance &&
		*f.owner == *g.owner && *f.service == *g.service && *f.locale == *g.locale &&
		f.reviewBy.Equal(*g.reviewBy) &&
		slices.Equal(*f.categories, *g.categories) && slices.Equal(*f.tags, *g.tags)
}

// SameContent reports whether two articles agree in everything that people edit.
func SameContent(a, b Article) bool { return sameFields(a.fields(), b.fields()) }
