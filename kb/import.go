package kb

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb/dialect"
)

const (
	importBatch      = 200     // articles of one transaction
	importBatchBytes = 8 << 20 // bytes of files held for one transaction
)

// ImportOptions decide what an import does where files leave something open.
type ImportOptions struct {
	Actor    access.Actor    // who imports; zero means the system
	Audience access.Audience // of new articles whose file names none; empty means public
	Draft    bool            // import articles whose file names no confidence as not validated
	Dialect  dialect.Name    // of every file; empty means that it is recognised
	Progress func(done, total int)
}

// ImportReport is the outcome of an import.
type ImportReport struct {
	Created   int         `json:"created"`
	Updated   int         `json:"updated"`
	Unchanged int         `json:"unchanged"`
	Rejected  []Rejection `json:"rejected"` // sorted by file; never nil
	Notices   []Notice    `json:"notices"`  // sorted by file; never nil
	Seconds   float64     `json:"seconds"`
}

// Rejection is a file that did not go in.
type Rejection struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

// Notice is what its owner should know about a file that went in.
type Notice struct {
	File   string `json:"file"`
	Notice string `json:"notice"`
}

// Import reads every .md and .markdown file below fsys except folders and files whose
// names begin with a dot. An unknown article is created, one whose file changed gets a
// new revision, and the rest are left alone. Where a file says nothing, changes made
// here since are preserved, and no file opens an article that was ever changed here, by
// audience, confidence or governance. A file that is not an article is reported with its line
// and reason, and the others are imported. Symbolic links are not followed.
//
// An error concerns the import as a whole, the store or the context; the report then
// covers what was imported before it.
func (s *Service) Import(ctx context.Context, fsys fs.FS, opts ImportOptions) (ImportReport, error) {
	start := s.now()
	im := &importer{
		Service: s, fsys: fsys, opts: opts, report: ImportReport{Rejected: []Rejection{}, Notices: []Notice{}},
		fileOf: map[string]string{}, fileOfSlug: map[string]string{},
	}
	if !im.opts.Actor.Known() {
		im.opts.Actor = access.System()
	}
	err := im.run(ctx)
	slices.SortStableFunc(im.report.Rejected, func(a, b Rejection) int { return cmp.Compare(a.File, b.File) })
	slices.SortStableFunc(im.report.Notices, func(a, b Notice) int { return cmp.Compare(a.File, b.File) })
	im.report.Seconds = s.now().Sub(start).Seconds()
	if err != nil {
		return im.report, fmt.Errorf("import: %w", err)
	}
	return im.report, nil
}

// importer is one run of an import.
type importer struct {
	*Service
	fsys   fs.FS
	opts   ImportOptions
	known  lookup
	around surroundings
	report ImportReport
	fileOf map[string]string // id → file of this import
	// fileOfSlug is separate from fileOf: an article has both an id and a slug.
	fileOfSlug map[string]string
}

// lookup finds stored articles by id, slug and path. It is read-only once the workers
// are running.
type lookup struct{ byID, bySlug, byPath map[string]ImportState }

func (im *importer) run(ctx context.Context) error {
	files, err := im.list()
	if err != nil {
		return err
	}
	states, err := im.store.ImportIndex(ctx)
	if err != nil {
		return err
	}
	im.known = lookup{map[string]ImportState{}, map[string]ImportState{}, map[string]ImportState{}}
	for _, st := range states {
		im.known.byID[st.ID], im.known.bySlug[st.Slug] = st, st
		if st.Path != "" {
			im.known.byPath[st.Path] = st
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := 0
	for batch := range im.read(ctx, files) {
		if err := im.take(ctx, batch); err != nil {
			return err
		}
		done += len(batch)
		if im.opts.Progress != nil {
			im.opts.Progress(done, len(files))
		}
	}
	return ctx.Err()
}

// file is a file found in the folder and, later, what was read from it.
type file struct {
	name   string
	size   int64
	state  ImportState // of the article in this file; Revision is zero for a new one
	same   bool        // the stored article was imported from exactly these bytes
	parsed parsed
	data   []byte
	err    error
}

// list returns the files of the folder in order of name, and notes what the names of its
// files and folders say about them.
func (im *importer) list() ([]file, error) {
	var files []file
	var names, folders []string
	err := fs.WalkDir(im.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			if name == "." {
				return fault.Wrap(fault.Invalid, err, "the folder to import cannot be read")
			}
			im.reject(name, 0, "cannot be read")
			return fs.SkipDir
		}
		if name == "." {
			return nil
		}
		names = append(names, name)
		hidden := strings.HasPrefix(path.Base(name), ".")
		switch {
		case hidden && d.IsDir():
			return fs.SkipDir
		case d.IsDir():
			folders = append(folders, name)
		case !hidden && isMarkdown(name):
			files = im.found(files, name, d)
		}
		return nil
	})
	im.around = surroundings{
		folder: dialect.Recognise(im.fsys, names, im.opts.Dialect), languages: newLanguageFolders(folders), now: im.now(),
	}
	return files, err
}

func isMarkdown(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".md" || ext == ".markdown"
}

// found adds a file that can be read.
func (im *importer) found(files []file, name string, d fs.DirEntry) []file {
	if !d.Type().IsRegular() {
		im.reject(name, 0, "not a regular file; symbolic links are not followed")
		return files
	}
	info, err := d.Info()
	if err != nil {
		im.reject(name, 0, "cannot be read")
		return files
	}
	return append(files, file{name: name, size: info.Size()})
}

func (im *importer) reject(name string, line int, format string, args ...any) {
	im.report.Rejected = append(im.report.Rejected, Rejection{
		File: oneLine(strings.ToValidUTF8(name, "\uFFFD")), Line: line, Reason: fmt.Sprintf(format, args...),
	})
}

// read parses the files in batches, one batch ahead of the one being saved.
func (im *importer) read(ctx context.Context, files []file) <-chan []file {
	out := make(chan []file, 1)
	go func() {
		defer close(out)
		for len(files) > 0 {
			n, size := 0, int64(0)
			for n < len(files) && n < importBatch && (n == 0 || size+files[n].size <= importBatchBytes) {
				size += files[n].size
				n++
			}
			batch := files[:n]
			files = files[n:]
			im.parseAll(batch)
			select {
			case out <- batch:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func (im *importer) parseAll(batch []file) {
	var wg sync.WaitGroup
	next := make(chan *file)
	for range min(runtime.GOMAXPROCS(0), len(batch)) {
		wg.Go(func() {
			for f := range next {
				im.parse(f)
			}
		})
	}
	for i := range batch {
		next <- &batch[i]
	}
	close(next)
	wg.Wait()
}

// parse reads one file and finds the stored article that belongs to it.
func (im *importer) parse(f *file) {
	if f.data, f.err = im.readFile(f.name); f.err != nil {
		return
	}
	if st, ok := im.known.byPath[f.name]; ok && st.Hash == contentHash(f.data) && im.readAlike(f, st.Origin) {
		f.state, f.same = st, true
		return
	}
	if f.parsed, f.err = parseFile(f.name, f.data, im.around); f.err != nil {
		return
	}
	f.state = im.identify(&f.parsed)
	f.same = f.state.Revision > 0 && f.state.Hash == f.parsed.Hash && f.state.Origin == f.parsed.Origin
	if f.state.Revision == 0 {
		f.parsed.read(nil)
	}
}

// readAlike reports whether a file with the bytes of the last import would be read as it
// was then: with the same dialect, language and state.
func (im *importer) readAlike(f *file, before Origin) bool {
	text, _, _, err := decoded(f.data)
	if err != nil || before.Dialect == "" {
		return false
	}
	raw, inner, body, form, err := splitFront(string(text))
	if err != nil {
		return false
	}
	head, err := readFront(raw, inner, form)
	if err != nil {
		return false
	}
	now := im.around.origin(f.name, head, body)
	now.Encoding, now.Kind = before.Encoding, before.Kind
	return now == before
}

func (im *importer) readFile(name string) ([]byte, error) {
	f, err := im.fsys.Open(name)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "cannot be read")
	}
	defer func() { _ = f.Close() }() // read only: nothing can be lost
	data, err := io.ReadAll(io.LimitReader(f, MaxArticle+1))
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "cannot be read")
	}
	return data, nil
}

// identify finds the stored article that belongs to the file: by the id the file names,
// else by the slug it names, else by its path. An id or slug that the file does not name
// is taken from the stored article.
func (im *importer) identify(p *parsed) ImportState {
	st, ok := im.known.byID[p.ID]
	if !p.given[keyID] {
		by, found := im.known.byPath[p.Path]
		if p.given[keySlug] {
			by, found = im.known.bySlug[p.Slug]
		}
		if found {
			st, ok = by, true
		}
	}
	if !ok {
		return ImportState{}
	}
	p.ID = st.ID
	if !p.given[keySlug] {
		p.Slug = st.Slug
	}
	return st
}
