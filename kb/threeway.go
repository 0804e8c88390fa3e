package kb

import (
	"cmp"
	"context"
	"slices"

	"github.com/deskbook/deskbook/internal/fault"
)

// merger brings together a stored article and its changed file. It knows what the file
// was when it was last imported, from the article's own front matter.
type merger struct {
	*importer
	file   *file
	stored Article
	base   parsed // the file as it was last imported; zero for an article written here
}

func newMerger(im *importer, stored Article, f *file) *merger {
	m := &merger{importer: im, file: f, stored: stored}
	base, err := storedFile(stored, stored.Front, cmp.Or(stored.Path, f.name))
	if err == nil && (stored.Front != "" || stored.Path != "") {
		m.base = base
	}
	if stored.Origin.Pruned && stored.Confidence == Archived {
		m.stored.Confidence = f.parsed.Confidence // the file is back
	}
	return m
}

// merge returns the article as the file and the changes made here have it, and whether
// both changed the same: then the file's version is returned.
func (m *merger) merge() (a Article, clash bool) {
	here := m.moved()
	if string(exportedFile(here, m.file.name)) == string(m.file.data) || m.stored.Hash == m.file.parsed.Hash {
		return m.reread(), false
	}
	return m.merged()
}

// moved returns the stored article at the path of its file.
func (m *merger) moved() Article {
	a := m.stored
	if a.Path != "" {
		a.Path = m.file.name
	}
	return a
}

// differs reports whether the article that a merge led to is to be saved.
func (m *merger) differs(a Article) bool {
	b := m.stored
	return m.stored.Path != "" && m.file.moved || m.stored.Origin.Pruned || a.Markdown != b.Markdown ||
		a.Front != b.Front || a.Hash != b.Hash || a.Slug != b.Slug || m.stored.Path != "" && unsourced(a) != unsourced(b) ||
		!sameContent(a, b)
}

// unsourced returns the origin of an article without the name of its folder.
func unsourced(a Article) Origin {
	o := a.Origin
	o.Source = ""
	return o
}

// reread returns the stored article as its unchanged file is read now: in another dialect,
// language or state. Changes made here since are preserved.
func (m *merger) reread() Article {
	a := m.moved()
	p := m.file.parsed
	if a.Path == "" {
		return a
	}
	a.Origin = p.Origin
	if m.base.Path == "" {
		return a
	}
	if m.stored.Title == m.base.Title {
		a.Title = p.Title // it may be the name of the file
	}
	if m.stored.Kind == m.base.Kind {
		a.Kind = p.Kind
	}
	if m.stored.Confidence == m.base.Confidence {
		a.Confidence = p.Confidence
	}
	if m.stored.Audience == m.base.Audience && wider(m.stored.Audience, p.Audience) {
		a.Audience = p.Audience
	}
	if m.stored.Locale == m.base.Locale {
		a.Locale = p.Locale
	}
	return a
}

// merged returns the stored article updated from its changed file. A value that was
// changed here is preserved where the file does not change it too, so that a corrected
// file does not republish an article that was made internal or archived here.
func (m *merger) merged() (a Article, clash bool) {
	p := m.file.parsed
	a = p.Article
	m.defaults(&a, p.given)
	for _, key := range ownKeys() {
		here, was, file := frontValue(m.stored, key), frontValue(m.base.Article, key), frontValue(p.Article, key)
		switch {
		case key == keyID || key == keySlug || slices.Equal(here, was) || slices.Equal(here, file):
		case key == keyTitle && m.base.Path == "":
		case !p.given[key] && key != keyTitle || slices.Equal(file, was) && (m.base.given[key] || key == keyTitle):
			m.keep(&a, key)
		case key == keyAudience || key == keyConfidence || key == keyGovernance:
			// The file's value is taken where it opens nothing, see held.
		case m.base.Path != "":
			clash = true
		}
	}
	a.SourceTickets = m.stored.SourceTickets
	if a.Confidence == Archived {
		a.SupersededBy = m.stored.SupersededBy
	}
	if m.rewritten() && m.stored.Markdown != p.Markdown {
		clash = true
	}
	return a, clash && m.stored.Confidence != Archived
}

// keep takes the stored article's value of a key.
func (m *merger) keep(a *Article, key string) {
	s := m.stored
	switch key {
	case keyTitle:
		a.Title = s.Title
	case keyKind:
		a.Kind = s.Kind
	case keyConfidence:
		a.Confidence = s.Confidence
	case keyAudience:
		a.Audience = s.Audience
	case keyGovernance:
		a.Governance = s.Governance
	case keyOwner:
		a.Owner = s.Owner
	case keyReviewBy:
		a.ReviewBy = s.ReviewBy
	case keyService:
		a.Service = s.Service
	case keyLocale:
		a.Locale = s.Locale
	case keyCategories:
		a.Categories = s.Categories
	case keyTags:
		a.Tags = s.Tags
	}
}

// rewritten reports whether the text was edited here since its file was imported.
func (m *merger) rewritten() bool {
	s := m.stored
	return s.Hash != "" && contentHash(encodedText(s.Front+s.Markdown, s.Origin.Encoding)) != s.Hash
}

// proposal returns the draft with the file's version of the article.
func (m *merger) proposal(a Article) *Proposal {
	return &Proposal{
		ID: reviewID(m.stored.ID, m.file.hash), ArticleID: m.stored.ID,
		Title: a.Title, Markdown: a.Markdown, Kind: a.Kind, Confidence: a.Confidence, Audience: a.Audience,
		Governance: a.Governance, Owner: a.Owner, Service: a.Service, Locale: a.Locale, ReviewBy: a.ReviewBy,
		Categories: a.Categories, Tags: a.Tags, Submit: true,
		Comment: "The file " + shownName(m.file.name) + " was changed, and so was the article here since it was " +
			"imported. This is the text of the file.",
	}
}

// reviewID returns the id of the draft that a version of a file leads to: the same file
// imported again finds it.
func reviewID(article, hash string) string {
	return hashID("r_", article+"\x00"+hash)
}

// propose puts the file's version into the review queue, once, and reports whether it is
// undecided there. A version that was decided is dealt with.
func (im *importer) propose(ctx context.Context, c change) (open bool, err error) {
	d, err := im.store.Draft(ctx, c.proposal.ID)
	switch {
	case err == nil && !d.open():
		return false, nil
	case err == nil:
	case !fault.Is(err, fault.NotFound):
		return false, err
	case !im.opts.DryRun:
		_, err = im.articles.Propose(ctx, im.opts.Actor, *c.proposal)
		if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
			reason, _, _ := fault.Public(err)
			im.report.reject(c.file.name, 0, "%s", reason)
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
	im.report.Conflicts = append(im.report.Conflicts, Conflict{
		File: c.file.name, Article: c.article.Slug, Review: c.proposal.ID,
	})
	return true, nil
}
