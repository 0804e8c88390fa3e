package folder

import (
	"bytes"
	"context"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/deskbook/deskbook/internal/blob"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

// other is a file of the folder that is no Markdown: a picture or attachment if an article
// names it.
type other struct {
	reason  string // why it is skipped if none does
	regular bool

	once sync.Once
	info blob.Info
	err  error // why it cannot be stored
	used bool  // whether an article names it
	put  bool  // whether it was stored by this import
}

// read recognises the file, once.
func (o *other) read(im *importer, name string) {
	o.once.Do(func() {
		if !o.regular {
			o.err = fault.New(fault.Invalid, "not a regular file; symbolic links are not followed")
			return
		}
		f, err := im.content(name)
		o.info, o.err = f.Info, err
	})
}

// content returns a picture or attachment with its content.
func (im *importer) content(name string) (blob.File, error) {
	f, err := im.fsys.Open(name)
	if err != nil {
		return blob.File{}, fault.Wrap(fault.Invalid, err, "cannot be read")
	}
	defer func() { _ = f.Close() }() // read only: nothing can be lost
	data, err := io.ReadAll(io.LimitReader(f, blob.MaxSize+1))
	if err != nil {
		return blob.File{}, fault.Wrap(fault.Invalid, err, "cannot be read")
	}
	return blob.New(name, bytes.NewReader(data))
}

// filesOf returns the files that the text of an article names: those of the folder and,
// where that has none, those that the article has. missing are the names of the rest.
// Several may call it at the same time.
func (im *importer) filesOf(a kb.Article, names []string) (files []kb.File, missing []string) {
	for _, name := range names {
		at, ok := im.present.Find(a.Path, name)
		if !ok {
			if f, had := a.FileNamed(name); had {
				files = append(files, f)
			} else {
				missing = append(missing, name)
			}
			continue
		}
		o := im.others[at]
		if o == nil {
			continue // a page
		}
		o.read(im, at)
		im.naming.Lock()
		o.used = true
		im.naming.Unlock()
		if o.err == nil {
			files = append(files, kb.File{Path: at, Info: o.info})
		}
	}
	return kb.SortFiles(files), missing
}

// attach adds to an article that is to be saved the files that its text names.
func (im *importer) attach(a *kb.Article, f *file) {
	names := kb.NamedFiles(f.parsed.References)
	if a.Markdown != f.parsed.Markdown {
		names = a.FileNames()
	}
	a.Files, _ = im.filesOf(*a, names)
	a.Origin.Files = kb.FilesDigest(a.Files)
}

// putFiles stores the contents of files that this import has not stored yet, a few at a
// time, since they are held in memory.
func (im *importer) putFiles(ctx context.Context, files []kb.File) error {
	var held []blob.File
	var size int64
	flush := func() error {
		err := im.articles.PutFiles(ctx, held)
		held, size = nil, 0
		return err
	}
	for _, f := range files {
		o := im.others[f.Path]
		if o == nil || o.put || o.info != f.Info {
			continue
		}
		content, err := im.content(f.Path)
		if err == nil && content.Info != f.Info {
			err = fault.New(fault.Unavailable, "the file %s was changed during the import; import it again", f.Path)
		}
		if err != nil {
			return err
		}
		o.put = true
		held = append(held, content)
		if size += f.Size; size > importBatchBytes {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if len(held) == 0 {
		return nil
	}
	return flush()
}

// refresh saves new revisions of articles whose own files did not change, but whose
// pictures and attachments did.
func (im *importer) refresh(ctx context.Context, articles []kb.Article) error {
	im.report.Unchanged -= len(articles)
	im.report.Updated += len(articles)
	if im.opts.DryRun {
		return nil
	}
	slices.SortFunc(articles, func(a, b kb.Article) int { return strings.Compare(a.ID, b.ID) })
	for some := range slices.Chunk(articles, importBatch) {
		var files []kb.File
		for i, loose := range some {
			before, err := im.store.Article(ctx, loose.ID, kb.Everything())
			if err != nil {
				return err
			}
			some[i] = before
			some[i].Files, some[i].Origin.Files = loose.Files, kb.FilesDigest(loose.Files)
			im.articles.Stamp(&some[i], im.opts.Actor, &before)
			files = append(files, some[i].Files...)
		}
		if err := im.putFiles(ctx, files); err != nil {
			return err
		}
		if err := im.articles.SaveImported(ctx, im.opts.Actor, some); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// account reports what became of the files that are no Markdown.
func (im *importer) account() {
	for _, name := range slices.Sorted(maps.Keys(im.others)) {
		o := im.others[name]
		reason, _, public := fault.Public(o.err)
		switch {
		case !o.used:
			im.report.skip(name, "%s", o.reason)
		case o.err == nil:
			im.report.Attached = append(im.report.Attached, shownName(name))
		case public:
			im.report.reject(name, 0, "%s", reason)
		default:
			im.report.reject(name, 0, "cannot be read")
		}
	}
}
