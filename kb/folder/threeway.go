package folder

import (
	"cmp"
	"context"
	"slices"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/format"
	"github.com/deskbook/deskbook/kb/front"
	"github.com/deskbook/deskbook/kb/plain"
)

// merger brings together a stored article and its changed file. It knows what the file
// was when it was last imported, from the article's own front matter.
type merger struct {
	*importer
	file   *file
	stored kb.Article
	base   format.Parsed // the file as it was last imported; zero for an article written here
}

func newMerger(im *importer, stored kb.Article, f *file) *merger {
	m := &merger{importer: im, file: f, stored: stored}
	base, err := format.Reread(stored, stored.Front, cmp.Or(stored.Path, f.name))
	if err == nil && (stored.Front != "" || stored.Path != "") {
		m.base = base
	}
	if stored.Origin.Pruned && stored.Confidence == kb.Archived {
		m.stored.Confidence = f.parsed.Confidence // the file is back
	}
	return m
}

// merge returns the article as the file and the changes made here have it, and whether
// both changed the same: then the file's version is returned.
func (m *merger) merge() (a kb.Article, clash bool) {
	here := m.moved()
	if string(format.File(here, m.file.name)) == string(m.file.data) || m.stored.Hash == m.file.parsed.Hash {
		return m.reread(), false
	}
	return m.merged()
}

// moved returns the stored article at the path of its file.
func (m *merger) moved() kb.Article {
	a := m.stored
	if a.Path != "" {
		a.Path = m.file.name
	}
	return a
}

// differs reports whether the article that a merge led to is to be saved.
func (m *merger) differs(a kb.Article) bool {
	b := m.stored
	return m.stored.Path != "" && m.file.moved || m.stored.Origin.Pruned || a.Markdown != b.Markdown ||
		a.Front != b.Front || a.Hash != b.Hash || a.Slug != b.Slug || !slices.Equal(a.Files, b.Files) ||
		m.stored.Path != "" && unsourced(a) != unsourced(b) ||
		!kb.SameContent(a, b)
}

// unsourced returns the origin of an article without the name of its folder.
func unsourced(a kb.Article) kb.Origin {
	o := a.Origin
	o.Source = ""
	return o
}

// reread returns the stored article as its unchanged file is read now: in another dialect,
// language or state. Changes made here since are preserved.
func (m *merger) reread() kb.Article {
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
	if m.stored.Audience == m.base.Audience && kb.Wider(m.stored.Audience, p.Audience) {
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
func (m *merger) merged() (a kb.Article, clash bool) {
	p := m.file.parsed
	a = p.Article
	m.defaults(&a, p.Given)
	for _, key := range front.Keys() {
		here, was, file := format.Values(m.stored, key), format.Values(m.base.Article, key), format.Values(p.Article, key)
		switch {
		case key == front.KeyID || key == front.KeySlug || slices.Equal(here, was) || slices.Equal(here, file):
		case key == front.KeyTitle && m.base.Path == "":
		case !p.Given[key] && key != front.KeyTitle,
			slices.Equal(file, was) && (m.base.Given[key] || key == front.KeyTitle):
			m.keep(&a, key)
		case key == front.KeyAudience || key == front.KeyConfidence || key == front.KeyGovernance:
			// The file's value is taken where it opens nothing, see held.
		case m.base.Path != "":
			clash = true
		}
	}
	a.SourceTickets = m.stored.SourceTickets
	if a.Confidence == kb.Archived {
		a.SupersededBy = m.stored.SupersededBy
	}
	if m.rewritten() && m.stored.Markdown != p.Markdown {
		clash = true
	}
	return a, clash && m.stored.Confidence != kb.Archived
}

// keep takes the stored article's value of a key.
func (m *merger) keep(a *kb.Article, key string) {
	s := m.stored
	switch key {
	case front.KeyTitle:
		a.Title = s.Title
	case front.KeyKind:
		a.Kind = s.Kind
	case front.KeyConfidence:
		a.Confidence = s.Confidence
	case front.KeyAudience:
		a.Audience = s.Audience
	case front.KeyGovernance:
		a.Governance = s.Governance
	case front.KeyOwner:
		a.Owner = s.Owner
	case front.KeyReviewBy:
		a.ReviewBy = s.ReviewBy
	case front.KeyService:
		a.Service = s.Service
	case front.KeyLocale:
		a.Locale = s.Locale
	case front.KeyCategories:
		a.Categories = s.Categories
	case front.KeyTags:
		a.Tags = s.Tags
	}
}

// rewritten reports whether the text was edited here since its file was imported.
func (m *merger) rewritten() bool {
	s := m.stored
	return s.Hash != "" && format.Hash(format.Encode(s.Front+s.Markdown, s.Origin.Encoding)) != s.Hash
}

// proposal returns the draft with the file's version of the article.
func (m *merger) proposal(a kb.Article) *kb.Proposal {
	return &kb.Proposal{
		ID: reviewID(m.stored.ID, m.file.hash), ArticleID: m.stored.ID,
		Title: a.Title, Markdown: a.Markdown, Kind: a.Kind, Confidence: a.Confidence, Audience: a.Audience,
		Governance: a.Governance, Owner: a.Owner, Service: a.Service, Locale: a.Locale, ReviewBy: a.ReviewBy,
		Categories: a.Categories, Tags: a.Tags, Files: a.Files, Submit: true,
		Comment: "The file " + shownName(m.file.name) + " was changed, and so was the article here since it was " +
			"imported. This is the text of the file.",
	}
}

// reviewID returns the id of the draft that a version of a file leads to: the same file
// imported again finds it.
func reviewID(article, hash string) string {
	return plain.HashID("r_", article+"\x00"+hash)
}

// propose puts the file's version into the review queue, once, and reports whether it is
// undecided there. A version that was decided is dealt with.
func (im *importer) propose(ctx context.Context, c change) (open bool, err error) {
	d, err := im.store.Draft(ctx, c.proposal.ID)
	switch {
	case err == nil && !d.Open():
		return false, nil
	case err == nil:
	case !fault.Is(err, fault.NotFound):
		return false, err
	case !im.opts.DryRun:
		if err := im.putFiles(ctx, c.proposal.Files); err != nil {
			return false, err
		}
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
