package folder

import (
	"context"
	"fmt"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/front"
)

// change is what an import will save for a file.
type change struct {
	file     *file
	article  kb.Article   // the next revision; the stored one if only a review is to be made
	write    bool         // whether article is a new revision
	proposal *kb.Proposal // of the file's text, where it cannot simply replace the article's
}

// take saves a batch of parsed files in one transaction.
func (im *importer) take(ctx context.Context, batch []file) error {
	var changes []change
	for i := range batch {
		if err := ctx.Err(); err != nil {
			return err
		}
		f := &batch[i]
		if f.out {
			continue
		}
		c, err := im.next(ctx, f)
		if err != nil {
			return err
		}
		changes = append(changes, c)
	}
	return im.save(ctx, changes)
}

// next returns what the file leads to.
func (im *importer) next(ctx context.Context, f *file) (change, error) {
	if f.same {
		return change{file: f}, nil
	}
	if f.state.Revision == 0 {
		a := f.parsed.Article
		im.defaults(&a, f.parsed.Given)
		im.attach(&a, f)
		now := im.articles.Clock()
		a.Revision, a.Author, a.CreatedAt, a.UpdatedAt = 1, im.opts.Actor.ID, now, now
		return change{file: f, article: a, write: true}, nil
	}
	stored, err := im.store.Article(ctx, f.state.ID, kb.Everything())
	if err != nil {
		return change{}, err
	}
	m := newMerger(im, stored, f)
	a, clash := m.merge()
	if !clash {
		if a, err = im.held(ctx, m.stored, a, f.parsed.Given); err != nil {
			return change{}, err
		}
	}
	if a.Path != "" {
		a.Files = stored.Files
		im.attach(&a, f)
	}
	c := change{file: f, article: a, write: m.differs(a)}
	if clash {
		c.proposal = m.proposal(a)
		c.article, c.write = m.moved(), f.moved
	}
	if !c.write {
		c.article = stored
		return c, nil
	}
	im.articles.Stamp(&c.article, im.opts.Actor, &stored)
	return c, nil
}

// defaults applies the import's options where the file says nothing.
func (im *importer) defaults(a *kb.Article, given map[string]bool) {
	if im.opts.Audience != "" && !given[front.KeyAudience] {
		a.Audience = im.opts.Audience
	}
	if im.opts.Draft && !given[front.KeyConfidence] {
		a.Confidence = kb.NotValidated
	}
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
	var articles []kb.Article
	var files []kb.File
	for _, c := range changes {
		if !c.write {
			continue
		}
		articles = append(articles, c.article)
		files = append(files, c.article.Files...)
	}
	switch {
	case len(articles) == 0:
	case im.opts.DryRun:
		for _, a := range articles {
			im.planned[a.ID] = a
		}
	default:
		if err := im.putFiles(ctx, files); err != nil {
			return err
		}
		if err := im.articles.SaveImported(ctx, im.opts.Actor, articles); err != nil {
			return fmt.Errorf("save %d articles: %w", len(articles), err)
		}
	}
	for _, c := range changes {
		if err := im.count(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// count reports what became of a file, once it is saved.
func (im *importer) count(ctx context.Context, c change) error {
	if c.proposal != nil {
		open, err := im.propose(ctx, c)
		if err != nil || open {
			return err
		}
	}
	r := &im.report
	switch {
	case c.file.moved:
		r.Moved = append(r.Moved, Move{From: c.file.state.Path, To: c.file.name})
	case !c.write:
		r.Unchanged++
	case c.article.Revision == 1:
		r.Created++
	default:
		r.Updated++
	}
	if c.write && c.proposal == nil {
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
	case o.Encoding != "" && c.file.parsed.Sure:
		note("read as %s", o.Encoding)
	case o.Encoding != "":
		note("not UTF-8; read as %s, as its letters suggest: check it, or save it as UTF-8", o.Encoding)
	}
	if o.Withheld != "" && c.article.Confidence != kb.Validated {
		note("not published: its owner keeps it back (%s)", o.Withheld)
	}
}

func (im *importer) again(ctx context.Context, c change) error {
	f := c.file
	if c.write {
		stored, err := im.store.Article(ctx, c.article.ID, kb.Everything())
		switch {
		case err == nil:
			f.state = stateOf(stored)
			f.same = stored.Hash == f.parsed.Hash && stored.Path == f.name && stored.Origin == f.parsed.Origin
		case fault.Is(err, fault.NotFound):
			f.state = kb.ImportState{}
		default:
			return err
		}
		if c, err = im.next(ctx, f); err != nil {
			return err
		}
	}
	err := im.saveBatch(ctx, []change{c})
	if fault.Is(err, fault.Conflict) {
		im.report.reject(f.name, 0, "the article or its slug was changed during the import; import it again")
		return nil
	}
	return err
}

func stateOf(a kb.Article) kb.ImportState {
	return kb.ImportState{
		ID: a.ID, Slug: a.Slug, Path: a.Path, Hash: a.Hash, Title: a.Title, Locale: a.Locale, Confidence: a.Confidence,
		Revision: a.Revision, Origin: a.Origin,
	}
}

// archiveMissing archives the articles whose files are gone, if that is asked for.
func (im *importer) archiveMissing(ctx context.Context, missing []kb.ImportState) error {
	if !im.opts.Prune || im.opts.DryRun {
		return nil
	}
	for _, st := range missing {
		if err := im.articles.Prune(ctx, im.opts.Actor, st.ID); err != nil {
			return err
		}
	}
	return nil
}
