package folder

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"sync"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/format"
	"github.com/deskbook/deskbook/kb/front"
)

// parseAll calls read for each file, several at a time.
func (im *importer) parseAll(ctx context.Context, files []file, read func(*importer, *file)) error {
	var wg sync.WaitGroup
	next := make(chan *file)
	for range min(runtime.GOMAXPROCS(0), len(files)) {
		wg.Go(func() {
			for f := range next {
				if ctx.Err() == nil {
					read(im, f)
				}
			}
		})
	}
	for i := range files {
		next <- &files[i]
	}
	close(next)
	wg.Wait()
	for i := range files {
		im.refuse(&files[i])
	}
	return ctx.Err()
}

// refuse reports a file that could not be read.
func (im *importer) refuse(f *file) {
	if f.err == nil || f.out {
		return
	}
	f.out = true
	var p *front.ParseError
	switch {
	case errors.As(f.err, &p) && p.Empty:
		im.report.skip(f.name, "empty: %s", p.Reason)
	case errors.As(f.err, &p):
		im.report.reject(f.name, p.Line, "%s", p.Reason)
	default:
		reason, _, ok := fault.Public(f.err)
		if !ok {
			reason = "cannot be read"
		}
		im.report.reject(f.name, 0, "%s", reason)
	}
}

// identifyFile reads what identifies the article in a file.
func (im *importer) identifyFile(f *file) {
	if f.data, f.err = im.readFile(f.name); f.err != nil {
		return
	}
	f.hash = format.Hash(f.data)
	if strings.TrimSpace(string(f.data)) == "" {
		f.err = front.EmptyError(1, "the file has no text")
		return
	}
	st, ok := im.known.at(f.name, im.opts.Source, f.hash, "")
	if ok && st.Hash == f.hash && im.around.Alike(f.name, f.data, st.Origin) {
		f.state, f.same = st, true
		return
	}
	// Titles tell which article a file is only where there are articles already.
	if f.parsed, f.err = format.Identify(f.name, f.data, im.around, len(im.known.all) > 0); f.err == nil {
		f.title, f.locale = f.parsed.Title, f.parsed.Locale
	}
	f.forget()
}

// readAgain reads a file that is to be saved.
func (im *importer) readAgain(f *file) {
	if f.out || f.same {
		return
	}
	if f.data, f.err = im.readFile(f.name); f.err != nil {
		return
	}
	if format.Hash(f.data) != f.hash {
		f.err = fault.New(fault.Conflict, "the file was changed during the import; import it again")
		return
	}
	if f.parsed, f.err = format.ReadFile(f.name, f.data, im.around); f.err != nil {
		return
	}
	f.parsed.ID, f.parsed.Slug = f.id, f.slug
	f.parsed.Origin.Source, f.parsed.Origin.TranslationOf = im.opts.Source, f.origin
	if f.state.Revision > 0 {
		f.parsed.Origin.TranslationOf = f.state.Origin.TranslationOf
	} else {
		f.parsed.Derive()
	}
	im.filesOf(f.parsed.Article, kb.NamedFiles(f.parsed.References)) // reads them where several workers are at it
}

func (im *importer) readFile(name string) ([]byte, error) {
	f, err := im.fsys.Open(name)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "cannot be read")
	}
	defer func() { _ = f.Close() }() // read only: nothing can be lost
	data, err := io.ReadAll(io.LimitReader(f, kb.MaxArticle+1))
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "cannot be read")
	}
	return data, nil
}
