package kb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/deskbook/deskbook/internal/fault"
)

const exportPage = 200

// Export writes every article's current revision, archived ones too, into the
// folder and gives their number. An article that was imported goes to its path
// there, byte for byte as it came if nothing changed since; one changed here has
// its front matter corrected key by key, and one born here goes to its slug. Files
// are replaced whole, and nothing outside the folder is written, whatever it holds.
func (s *Service) Export(ctx context.Context, dir string) (int, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, fault.Wrap(fault.Invalid, err, "the folder %s cannot be made", dir)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return 0, fault.Wrap(fault.Invalid, err, "the folder %s cannot be opened", dir)
	}
	defer func() { _ = root.Close() }() // a handle on a folder: nothing is lost
	names, err := s.exportNames(ctx)
	if err != nil {
		return 0, fmt.Errorf("export: %w", err)
	}
	n := 0
	err = s.eachArticle(ctx, func(a Article) error {
		name := names.of(a)
		if err := writeFile(root, name, exportedFile(a, name)); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		n++
		return nil
	})
	if err != nil {
		return n, fmt.Errorf("export: %w", err)
	}
	return n, nil
}

// eachArticle goes through all current revisions in order of id.
func (s *Service) eachArticle(ctx context.Context, do func(Article) error) error {
	f := ArticleFilter{Visibility: everything(), Limit: exportPage}
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

// fileNames gives every article a file of its own, also where names differ only in
// case.
type fileNames struct {
	byID  map[string]string
	taken map[string]bool
}

// exportNames gives imported articles their paths first, so that one born here
// never moves them.
func (s *Service) exportNames(ctx context.Context) (*fileNames, error) {
	names := &fileNames{byID: map[string]string{}, taken: map[string]bool{}}
	var born []Article
	err := s.eachArticle(ctx, func(a Article) error {
		if a.Path == "" {
			born = append(born, Article{ID: a.ID, Slug: a.Slug})
		} else {
			names.of(a)
		}
		return nil
	})
	for _, a := range born {
		names.of(a)
	}
	return names, err
}

func (f *fileNames) of(a Article) string {
	if name, ok := f.byID[a.ID]; ok {
		return name
	}
	name := a.Path
	if name == "" || !fs.ValidPath(name) || !filepath.IsLocal(filepath.FromSlash(name)) {
		name = a.Slug + ".md"
	}
	if f.taken[folded(name)] {
		ext := path.Ext(name)
		name = strings.TrimSuffix(name, ext) + "-" + a.ID + ext
	}
	f.taken[folded(name)] = true
	f.byID[a.ID] = name
	return name
}

// folded is the name as file systems that ignore case and accents' form see it.
func folded(name string) string { return norm.NFC.String(strings.ToLower(name)) }

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
	// The name begins with a dot, so that an import passes over one left by a crash.
	partial := filepath.Join(filepath.Dir(name), "."+newID("part-"))
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
