package folder

import (
	"context"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/blob"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/dialect"
	"github.com/deskbook/deskbook/kb/format"
)

const (
	importBatch      = 200     // articles of one transaction
	importBatchBytes = 8 << 20 // bytes of files held for one transaction
)

// Store is what imports and exports read of a [Store].
type Store interface {
	Article(ctx context.Context, ref string, vis kb.Visibility) (kb.Article, error)
	Articles(ctx context.Context, f kb.ArticleFilter) (kb.ArticlePage, error)
	ArticleRevisions(ctx context.Context, id string, vis kb.Visibility) ([]kb.Article, error)
	ImportIndex(ctx context.Context) ([]kb.ImportState, error)
	Named(ctx context.Context, names []string, vis kb.Visibility) (map[string][]kb.Target, error)
	Draft(ctx context.Context, id string) (kb.Draft, error)
	ArticleFile(ctx context.Context, id string, sight kb.FileSight) (blob.File, error)
}

// Service imports and exports folders of Markdown files. It reads the store itself and
// leaves every write to the articles' service.
type Service struct {
	articles *kb.Service
	store    Store
	now      func() time.Time
}

// New returns a service on the articles' service, the store below it and a clock.
func New(articles *kb.Service, store Store, now func() time.Time) *Service {
	return &Service{articles: articles, store: store, now: now}
}

// Options decide what an import does where files leave something open.
type Options struct {
	Actor    access.Actor    // who imports; zero means the system
	Audience access.Audience // of new articles whose file names none; empty means public
	Draft    bool            // import articles whose file names no confidence as not validated
	Dialect  dialect.Name    // of every file; empty means that it is recognised
	// Source identifies the folder from one import to the next. What it brought earlier
	// and lacks now is missing. Without a source nothing is missing.
	Source   string
	Prune    bool // archive what is missing
	DryRun   bool // write nothing; the report is that of the import
	Progress func(done, total int)
}

// Import reads every Markdown file below fsys except folders and files whose names begin
// with a dot. An unknown article is created, one whose file changed gets a new revision,
// and the rest are left alone. A file that moved is still the same article. Where a file
// says nothing, changes made here since are preserved; where both the file and the words
// of the article have changed, the file becomes a draft in the review queue. No file opens an
// article that was ever changed here, by audience, confidence or governance. The pictures
// and attachments in the folder that an article names are stored with it; one that changed
// leads to a new revision. Every file is reported, whatever became of it. Symbolic links
// are not followed.
//
// An error concerns the import as a whole, the store or the context; the report then
// covers what was imported before it.
func (s *Service) Import(ctx context.Context, fsys fs.FS, opts Options) (Report, error) {
	start := s.now()
	im := &importer{
		Service: s, fsys: fsys, opts: opts, report: newReport(), planned: map[string]kb.Article{},
	}
	if !im.opts.Actor.Known() {
		im.opts.Actor = access.System()
	}
	err := im.run(ctx)
	im.report.finish()
	im.report.Seconds = s.now().Sub(start).Seconds()
	if err != nil {
		return im.report, fmt.Errorf("import: %w", err)
	}
	return im.report, nil
}

// importer is one run of an import. It reads the files twice: once to find out which
// article each of them is, and once to save them in batches, so that a large folder need
// not fit into memory.
type importer struct {
	*Service
	fsys    fs.FS
	opts    Options
	known   lookup
	around  format.Surroundings
	report  Report
	present *kb.Paths         // every file of the folder, hidden ones included
	others  map[string]*other // those that are no Markdown, by path
	naming  sync.Mutex        // guards what several workers learn of others
	// planned are the articles that a dry run would have saved, by id; plannedNames are
	// their ids, by name.
	planned      map[string]kb.Article
	plannedNames map[string][]string
}

func (im *importer) run(ctx context.Context) error {
	files, err := im.list()
	if err != nil {
		return err
	}
	states, err := im.store.ImportIndex(ctx)
	if err != nil {
		return err
	}
	im.known = newLookup(states)
	if err := im.parseAll(ctx, files, (*importer).identifyFile); err != nil {
		return err
	}
	for i := range files {
		files[i].forget()
	}
	missing := im.plan(files)
	if err := im.saveAll(ctx, files); err != nil {
		return err
	}
	if err := im.archiveMissing(ctx, missing); err != nil {
		return err
	}
	if err := im.findLoose(ctx, files); err != nil {
		return err
	}
	im.account()
	return nil
}

// saveAll saves the files in batches.
func (im *importer) saveAll(ctx context.Context, files []file) error {
	total := len(files)
	for len(files) > 0 {
		n, size := 0, int64(0)
		for n < len(files) && n < importBatch && (n == 0 || size+files[n].size <= importBatchBytes) {
			size += files[n].size
			n++
		}
		batch := files[:n]
		files = files[n:]
		if err := im.parseAll(ctx, batch, (*importer).readAgain); err != nil {
			return err
		}
		if err := im.take(ctx, batch); err != nil {
			return err
		}
		for i := range batch {
			batch[i].forget()
		}
		if im.opts.Progress != nil {
			im.opts.Progress(total-len(files), total)
		}
	}
	return ctx.Err()
}
