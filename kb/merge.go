package kb

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

func contentHash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// change is a revision that an import will save.
type change struct {
	file    *file
	article Article
}

// take saves a batch of parsed files in one transaction.
func (im *importer) take(ctx context.Context, batch []file) error {
	var changes []change
	for i := range batch {
		if err := ctx.Err(); err != nil {
			return err
		}
		f := &batch[i]
		if f.err != nil {
			im.rejectError(f)
			continue
		}
		if !im.claim(f) {
			continue
		}
		a, changed, err := im.next(ctx, f)
		switch {
		case err != nil:
			return err
		case !changed:
			im.report.Unchanged++
		default:
			changes = append(changes, change{f, a})
		}
	}
	return im.save(ctx, changes)
}

func (im *importer) rejectError(f *file) {
	var p *ParseError
	if errors.As(f.err, &p) {
		im.reject(f.name, p.Line, "%s", p.Reason)
		return
	}
	reason, _, ok := fault.Public(f.err)
	if !ok {
		reason = "cannot be read"
	}
	im.reject(f.name, 0, "%s", reason)
}

// claim reserves the article's id and slug for this file. A second file with the same
// id or slug is rejected, since one of the two would be lost; a slug that was only
// derived from the path is changed instead.
func (im *importer) claim(f *file) bool {
	p := &f.parsed
	id, slug := p.ID, p.Slug
	if f.same {
		id, slug = f.state.ID, f.state.Slug
	}
	if first, twice := im.fileOf[id]; twice {
		what := keyID
		if p.given[keySlug] && !p.given[keyID] {
			what = keySlug // the id was derived from it
		}
		im.reject(f.name, 1, "it has the same %s as %s", what, first)
		return false
	}
	if other := im.slugOwner(id, slug); other != "" {
		if f.same || p.given[keySlug] {
			im.reject(f.name, 1, "the slug %s belongs to %s", slug, other)
			return false
		}
		slug = distinctSlug(slug, id)
		if other := im.slugOwner(id, slug); other != "" {
			im.reject(f.name, 1, "the slug %s belongs to %s", slug, other)
			return false
		}
		p.Slug = slug
	}
	if st, taken := im.known.bySlug[id]; taken && st.ID != id {
		im.reject(f.name, 1, "the id %s is the slug of article %s", id, st.ID)
		return false
	}
	im.fileOf[id], im.fileOfSlug[slug] = f.name, f.name
	return true
}

// slugOwner returns the other owner of the slug: a file of this import or a stored
// article; "" if the slug is free for the article with this id.
func (im *importer) slugOwner(id, slug string) string {
	if first, taken := im.fileOfSlug[slug]; taken {
		return first
	}
	if st, taken := im.known.bySlug[slug]; taken && st.ID != id {
		return "article " + st.ID
	}
	if _, taken := im.known.byID[slug]; taken && slug != id {
		return "article " + slug
	}
	return ""
}

// next returns the revision that the file leads to, changed=false if there is none.
func (im *importer) next(ctx context.Context, f *file) (a Article, changed bool, err error) {
	if f.same {
		return Article{}, false, nil
	}
	if f.state.Revision == 0 {
		a = f.parsed.Article
		im.defaults(&a, f.parsed.given)
		now := im.clock()
		a.Revision, a.Author, a.CreatedAt, a.UpdatedAt = 1, im.opts.Actor.ID, now, now
		return a, true, nil
	}
	stored, err := im.store.Article(ctx, f.state.ID, everything())
	if err != nil {
		return Article{}, false, err
	}
	same := string(exportedFile(stored, f.name)) == string(f.data)
	if same && (stored.Path == "" || stored.Origin == f.parsed.Origin) {
		return Article{}, false, nil
	}
	if same || stored.Hash == f.parsed.Hash {
		a = reread(stored, f.parsed)
	} else {
		a = im.merged(stored, f.parsed)
	}
	if a, err = im.held(ctx, stored, a, f.parsed.given); err != nil {
		return Article{}, false, err
	}
	im.stamp(&a, im.opts.Actor, &stored)
	return a, true, nil
}

// reread returns the stored article as its unchanged file is read now: in another dialect,
// language or state. Changes made here since are preserved.
func reread(stored Article, p parsed) Article {
	a := stored
	a.Origin = p.Origin
	base, err := storedFile(stored, stored.Front, cmp.Or(stored.Path, p.Path))
	if err != nil {
		return a
	}
	if stored.Kind == base.Kind {
		a.Kind = p.Kind
	}
	if stored.Confidence == base.Confidence {
		a.Confidence = p.Confidence
	}
	if stored.Audience == base.Audience && wider(stored.Audience, p.Audience) {
		a.Audience = p.Audience
	}
	if stored.Locale == base.Locale {
		a.Locale = p.Locale
	}
	return a
}

// defaults applies the import's options where the file says nothing.
func (im *importer) defaults(a *Article, given map[string]bool) {
	if im.opts.Audience != "" && !given[keyAudience] {
		a.Audience = im.opts.Audience
	}
	if im.opts.Draft && !given[keyConfidence] {
		a.Confidence = NotValidated
	}
}

// merged returns the stored article updated from its changed file. What the file says
// wins; where it says nothing, changes made here are preserved, so that a corrected file
// does not republish an article that was made internal or archived here.
func (im *importer) merged(stored Article, p parsed) Article {
	a := p.Article
	im.defaults(&a, p.given)
	base, err := storedFile(stored, stored.Front, p.Path)
	if err != nil || stored.Front == "" && stored.Path == "" {
		base = parsed{} // written here: everything was set here
	}
	keep := func(key string, changedHere bool, take func()) {
		if !p.given[key] && changedHere {
			take()
		}
	}
	keep(keyKind, stored.Kind != base.Kind, func() { a.Kind = stored.Kind })
	keep(keyConfidence, stored.Confidence != base.Confidence, func() { a.Confidence = stored.Confidence })
	keep(keyAudience, stored.Audience != base.Audience, func() { a.Audience = stored.Audience })
	keep(keyGovernance, stored.Governance != base.Governance, func() { a.Governance = stored.Governance })
	keep(keyOwner, stored.Owner != base.Owner, func() { a.Owner = stored.Owner })
	keep(keyReviewBy, !stored.ReviewBy.Equal(base.ReviewBy), func() { a.ReviewBy = stored.ReviewBy })
	keep(keyService, stored.Service != base.Service, func() { a.Service = stored.Service })
	keep(keyLocale, stored.Locale != base.Locale, func() { a.Locale = stored.Locale })
	keep(keyCategories, !slices.Equal(stored.Categories, base.Categories), func() { a.Categories = stored.Categories })
	keep(keyTags, !slices.Equal(stored.Tags, base.Tags), func() { a.Tags = stored.Tags })
	a.SourceTickets = stored.SourceTickets
	if a.Confidence == Archived {
		a.SupersededBy = stored.SupersededBy
	}
	return a
}

// save writes the changes in one transaction. If one of the articles was changed in the
// meantime, each revision is rebuilt from what is stored now and saved separately; one
// that conflicts again is rejected.
func (im *importer) save(ctx context.Context, changes []change) error {
	err := im.saveBatch(ctx, changes)
	if !fault.Is(err, fault.Conflict) {
		return err
	}
	for _, c := range changes {
		if err := im.again(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func (im *importer) saveBatch(ctx context.Context, changes []change) error {
	if len(changes) == 0 {
		return nil
	}
	articles := make([]Article, len(changes))
	var entry journal.Entry
	for i, c := range changes {
		articles[i] = c.article
		entry = withEntry(entry, articleEntry(c.article.UpdatedAt, im.opts.Actor, "imported", c.article.ID,
			eventData{Revision: c.article.Revision, Title: c.article.Title, Path: c.article.Path}))
	}
	if err := im.store.SaveArticles(ctx, articles, entry); err != nil {
		return fmt.Errorf("save %d articles: %w", len(articles), err)
	}
	for _, c := range changes {
		if c.article.Revision == 1 {
			im.report.Created++
		} else {
			im.report.Updated++
		}
		im.notice(c)
	}
	return nil
}

// notice reports what the owner of a file should know about how it was read.
func (im *importer) notice(c change) {
	note := func(format string, args ...any) {
		im.report.Notices = append(im.report.Notices, Notice{File: c.article.Path, Notice: fmt.Sprintf(format, args...)})
	}
	o := c.file.parsed.Origin
	switch {
	case o.Encoding != "" && c.file.parsed.sure:
		note("read as %s", o.Encoding)
	case o.Encoding != "":
		note("not UTF-8; read as %s, as its letters suggest: check it, or save it as UTF-8", o.Encoding)
	}
	if o.Withheld != "" && c.article.Confidence != Validated {
		note("not published: its owner keeps it back (%s)", o.Withheld)
	}
}

func (im *importer) again(ctx context.Context, c change) error {
	f := c.file
	f.state = ImportState{}
	stored, err := im.store.Article(ctx, c.article.ID, everything())
	switch {
	case err == nil:
		f.state = ImportState{
			ID: stored.ID, Slug: stored.Slug, Path: stored.Path, Hash: stored.Hash, Revision: stored.Revision,
			Origin: stored.Origin,
		}
		f.same = stored.Hash == f.parsed.Hash && stored.Origin == f.parsed.Origin
	case !fault.Is(err, fault.NotFound):
		return err
	}
	a, changed, err := im.next(ctx, f)
	if err != nil {
		return err
	}
	if !changed {
		im.report.Unchanged++
		return nil
	}
	err = im.saveBatch(ctx, []change{{f, a}})
	if fault.Is(err, fault.Conflict) {
		im.reject(f.name, 0, "the article or its slug was changed during the import; import it again")
		return nil
	}
	return err
}
