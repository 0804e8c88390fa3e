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
)

const (
	importBatch      = 200     // articles of one transaction
	importBatchBytes = 8 << 20 // bytes of files held for one transaction
)

// ImportOptions says what an import does with what files leave open.
type ImportOptions struct {
	Actor    access.Actor    // who imports; the system when zero
	Audience access.Audience // of new articles whose file names none; public when empty
	Draft    bool            // articles whose file names no confidence are not validated
	Progress func(done, total int)
}

// ImportReport is the outcome of an import.
type ImportReport struct {
	Created   int         `json:"created"`
	Updated   int         `json:"updated"`
	Unchanged int         `json:"unchanged"`
	Rejected  []Rejection `json:"rejected"` // in order of file; never nil
	Seconds   float64     `json:"seconds"`
}

// Rejection is a file that did not go in.
type Rejection struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

// Import reads every .md and .markdown file below fsys, but for folders and files
// whose names begin with a dot. An article that is not known is created; one whose
// file changed gets a new revision; the rest stay. What a file does not say, an
// article keeps if it was changed here since, and no file opens an article that was ever
// changed here, by audience, confidence or governance. A file that is no article is listed
// with its line and reason, and the others go in. Symbolic links are not followed.
//
// The error is about the import as a whole, the store's or the context's; the
// report then tells what went in before.
func (s *Service) Import(ctx context.Context, fsys fs.FS, opts ImportOptions) (ImportReport, error) {
	start := s.now()
	im := &importer{
		Service: s, fsys: fsys, opts: opts, report: ImportReport{Rejected: []Rejection{}},
		fileOf: map[string]string{}, fileOfSlug: map[string]string{},
	}
	if !im.opts.Actor.Known() {
		im.opts.Actor = access.System()
	}
	err := im.run(ctx)
	slices.SortStableFunc(im.report.Rejected, func(a, b Rejection) int { return cmp.Compare(a.File, b.File) })
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
	report ImportReport
	fileOf map[string]string // id → file of this import
	// fileOfSlug is kept apart from fileOf: one article has both.
	fileOfSlug map[string]string
}

// lookup finds stored articles by each of their three names. It is read only once
// the workers run.
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

// file is one file found, and then what was read from it.
type file struct {
	name   string
	size   int64
	state  ImportState // of the article it is; zero Revision when it is new
	same   bool        // the stored article comes from these very bytes
	parsed parsed
	data   []byte
	err    error
}

// list walks the folder in order of names.
func (im *importer) list() ([]file, error) {
	var files []file
	err := fs.WalkDir(im.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			if name == "." {
				return fault.Wrap(fault.Invalid, err, "the folder to import cannot be read")
			}
			im.reject(name, 0, "cannot be read")
			return fs.SkipDir
		}
		if name != "." && strings.HasPrefix(path.Base(name), ".") {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		ext := strings.ToLower(path.Ext(name))
		if d.IsDir() || ext != ".md" && ext != ".markdown" {
			return nil
		}
		if !d.Type().IsRegular() {
			im.reject(name, 0, "not a regular file; symbolic links are not followed")
			return nil
		}
		info, err := d.Info()
		if err != nil {
			im.reject(name, 0, "cannot be read")
			return nil
		}
		files = append(files, file{name: name, size: info.Size()})
		return nil
	})
	return files, err
}

func (im *importer) reject(name string, line int, format string, args ...any) {
	im.report.Rejected = append(im.report.Rejected, Rejection{
		File: oneLine(strings.ToValidUTF8(name, "\uFFFD")), Line: line, Reason: fmt.Sprintf(format, args...),
	})
}

// read parses the files in batches, one ahead of the batch being saved.
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

// parse reads one file and finds which stored article it is.
func (im *importer) parse(f *file) {
	if f.data, f.err = im.readFile(f.name); f.err != nil {
		return
	}
	if st, ok := im.known.byPath[f.name]; ok && st.Hash == contentHash(f.data) {
		f.state, f.same = st, true
		return
	}
	if f.parsed, f.err = parseFile(f.name, f.data); f.err != nil {
		return
	}
	f.state = im.identify(&f.parsed)
	f.same = f.state.Revision > 0 && f.state.Hash == f.parsed.Hash
	if f.state.Revision == 0 {
		p := &f.parsed
		p.Passages, p.NextPassage = SplitPassagesFrom(p.ID, p.Markdown, nil, 1)
	}
}

func (im *importer) readFile(name string) ([]byte, error) {
	f, err := im.fsys.Open(name)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "cannot be read")
	}
	defer func() { _ = f.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(f, MaxArticle+1))
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "cannot be read")
	}
	return data, nil
}

// identify finds the stored article that the file is: by the id it names, else by
// the slug it names, else by its path. What it does not name it takes from there.
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
