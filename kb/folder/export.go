package folder

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/deskbook/deskbook/internal/blob"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/format"
	"github.com/deskbook/deskbook/kb/plain"
)

const exportPage = 200

// ExportReport is the outcome of an export.
type ExportReport struct {
	Exported int `json:"exported"` // articles
	Files    int `json:"files"`    // their pictures and attachments
	// Renamed lists the articles and files that could not be written to the path they came
	// from, because another has it; never nil.
	Renamed []Move `json:"renamed"`
}

// Export writes the current revision of every article, archived ones included, into
// the folder. An imported article goes to the path it came from, byte for byte the same if
// it has not changed since; one changed here has its front matter corrected key by key,
// and one written here is named after its slug. Where two would be one file, as README.md
// and Readme.md are on some file systems, the second gets a suffix and is reported. Files
// are replaced whole, and nothing outside the folder is written, whatever links the folder
// holds. The pictures and attachments of articles go to the paths that their texts name,
// byte for byte.
func (s *Service) Export(ctx context.Context, dir string) (ExportReport, error) {
	report := ExportReport{Renamed: []Move{}}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return report, fault.Wrap(fault.Invalid, err, "the folder %s cannot be created", dir)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return report, fault.Wrap(fault.Invalid, err, "the folder %s cannot be opened", dir)
	}
	defer func() { _ = root.Close() }() // a handle on a folder: nothing is lost
	folds, err := foldsNames(root)
	if err != nil {
		return report, fault.Wrap(fault.Invalid, err, "the folder %s cannot be written", dir)
	}
	names, err := s.exportNames(ctx, folds)
	if err != nil {
		return report, fmt.Errorf("export: %w", err)
	}
	files := map[string]string{} // the content at each path, by the path's key
	err = s.eachArticle(ctx, func(a kb.Article) error {
		name := names.of(a)
		if err := writeFile(root, name, format.File(a, name)); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		report.Exported++
		if a.Path != "" && a.Path != name {
			report.Renamed = append(report.Renamed, Move{From: a.Path, To: name})
		}
		for _, f := range a.Files {
			if err := s.exportFile(ctx, root, f, names, files, &report); err != nil {
				return fmt.Errorf("write %s: %w", f.Path, err)
			}
		}
		return nil
	})
	if err != nil {
		return report, fmt.Errorf("export: %w", err)
	}
	return report, nil
}

// exportFile writes a picture or attachment, once if several articles name it. Where another
// content has its path, it gets a suffix, and is reported.
func (s *Service) exportFile(
	ctx context.Context, root *os.Root, f kb.File, names *fileNames, files map[string]string, report *ExportReport,
) error {
	name := f.Path
	if !localName(name) {
		return nil // no import or upload makes such a path
	}
	if id, ok := files[names.key(name)]; ok && id != f.ID || names.taken[names.key(name)] {
		stem, ext := blob.Stem(name)
		name = stem + "-" + f.ID[:12] + ext
		report.Renamed = append(report.Renamed, Move{From: f.Path, To: name})
	}
	if files[names.key(name)] == f.ID {
		return nil
	}
	files[names.key(name)] = f.ID
	stored, err := s.store.ArticleFile(ctx, f.ID, kb.FileSight{Visibility: kb.Everything()})
	if err != nil {
		return err
	}
	data, err := io.ReadAll(stored.Content)
	if err != nil {
		return err
	}
	report.Files++
	return writeFile(root, name, data)
}

// localName reports whether a path is below the folder on every system.
func localName(name string) bool {
	return fs.ValidPath(name) && filepath.IsLocal(filepath.FromSlash(name))
}

// foldsNames reports whether the file system of a folder takes names that differ only in
// case, or only in Unicode form, for the same.
func foldsNames(root *os.Root) (folds bool, err error) {
	name := "." + "probe-é-" + rand.Text()[:16]
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, root.Remove(name)) }()
	for _, other := range []string{strings.ToUpper(name), norm.NFD.String(name)} {
		if _, missing := root.Stat(other); missing == nil {
			folds = true
		}
	}
	return folds, f.Close()
}

// eachArticle calls do for every current revision in order of id.
func (s *Service) eachArticle(ctx context.Context, do func(kb.Article) error) error {
	f := kb.ArticleFilter{Visibility: kb.Everything(), Limit: exportPage}
	for {
		page, err := s.store.Articles(ctx, f)
		if err != nil {
			return err
		}
		for _, a := range page.Articles {
			if err := do(a); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		f.After = page.Next
	}
}

// fileNames assigns every article its own file.
type fileNames struct {
	folds bool // names that differ only in case are the same
	byID  map[string]string
	taken map[string]bool
}

// exportNames assigns imported articles their paths first, so that an article written
// here never displaces them.
func (s *Service) exportNames(ctx context.Context, folds bool) (*fileNames, error) {
	names := &fileNames{folds: folds, byID: map[string]string{}, taken: map[string]bool{}}
	var local []kb.Article
	err := s.eachArticle(ctx, func(a kb.Article) error {
		if a.Path == "" {
			local = append(local, kb.Article{ID: a.ID, Slug: a.Slug})
		} else {
			names.of(a)
		}
		return nil
	})
	for _, a := range local {
		names.of(a)
	}
	return names, err
}

func (f *fileNames) of(a kb.Article) string {
	if name, ok := f.byID[a.ID]; ok {
		return name
	}
	name := a.Path
	if !localName(name) {
		name = a.Slug + ".md"
	}
	if f.taken[f.key(name)] {
		ext := path.Ext(name)
		name = strings.TrimSuffix(name, ext) + "-" + a.ID + ext
	}
	f.taken[f.key(name)] = true
	f.byID[a.ID] = name
	return name
}

// key returns what a name has in common with others of the same file.
func (f *fileNames) key(name string) string {
	if f.folds {
		return plain.Folded(name)
	}
	return name
}

// writeFile replaces a file whole: a reader sees the old one or the new one.
func writeFile(root *os.Root, name string, data []byte) error {
	name = filepath.FromSlash(name)
	if old, err := root.ReadFile(name); err == nil && string(old) == string(data) {
		return nil
	}
	if folder := filepath.Dir(name); folder != "." {
		if err := root.MkdirAll(folder, 0o755); err != nil {
			return err
		}
	}
	// The name begins with a dot, so that an import skips a file left behind by a crash.
	partial := filepath.Join(filepath.Dir(name), "."+"part-"+rand.Text()[:16])
	f, err := root.OpenFile(partial, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = root.Rename(partial, name)
	}
	if err != nil {
		return errors.Join(err, root.Remove(partial))
	}
	return nil
}
