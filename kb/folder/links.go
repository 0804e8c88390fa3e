package folder

import (
	"context"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/deskbook/deskbook/kb"
)

// findLoose reports what the imported articles refer to and what is not there: links to
// other articles, pictures and attachments.
func (im *importer) findLoose(ctx context.Context, files []file) error {
	im.plannedNames = map[string][]string{}
	for _, id := range slices.Sorted(maps.Keys(im.planned)) {
		for _, name := range im.planned[id].Names() {
			im.plannedNames[name] = append(im.plannedNames[name], id)
		}
	}
	var mu sync.Mutex
	var failed error
	err := im.parseAll(ctx, files, func(im *importer, f *file) {
		if f.out {
			return
		}
		dead, missing, err := im.loose(ctx, f)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			failed = err
			return
		}
		for _, d := range dead {
			im.report.Dead = append(im.report.Dead, DeadEnd{File: f.name, Line: d.Line, Link: d.Link})
		}
		if len(missing) > 0 {
			im.report.MissingFiles = append(im.report.MissingFiles, MissingFile{File: f.name, Names: missing})
		}
	})
	if failed != nil {
		return failed
	}
	return err
}

// loose returns the dead links of a file's article, and the pictures and attachments that
// it names and that the folder lacks.
func (im *importer) loose(ctx context.Context, f *file) (dead []kb.DeadLink, missing []string, err error) {
	a, ok := im.planned[f.articleID()]
	if !ok {
		if a, err = im.store.Article(ctx, f.articleID(), kb.Everything()); err != nil {
			return nil, nil, err
		}
	}
	refs, err := kb.ReferencesOf(a, func(names []string) (map[string][]kb.Target, error) { return im.named(ctx, names) })
	if err != nil {
		return nil, nil, err
	}
	for _, name := range refs.Files {
		if !im.present.has(f.name, name) {
			missing = append(missing, name)
		}
	}
	return refs.Dead, missing, nil
}

func (f *file) articleID() string {
	if f.state.Revision > 0 {
		return f.state.ID
	}
	return f.id
}

// named returns the articles that bear these names, those that a dry run would have saved
// included.
func (im *importer) named(ctx context.Context, names []string) (map[string][]kb.Target, error) {
	found, err := im.store.Named(ctx, names, kb.Everything())
	if err != nil || len(im.planned) == 0 {
		return found, err
	}
	for _, name := range names {
		targets := found[name]
		for i, t := range targets {
			if a, ok := im.planned[t.ID]; ok {
				targets[i] = kb.TargetOf(a)
				targets[i].Former = true
			}
		}
		for _, id := range im.plannedNames[name] {
			t := kb.TargetOf(im.planned[id])
			if i := slices.IndexFunc(targets, func(t kb.Target) bool { return t.ID == id }); i >= 0 {
				targets[i] = t
			} else {
				targets = append(targets, t)
			}
		}
		slices.SortFunc(targets, func(a, b kb.Target) int { return strings.Compare(a.ID, b.ID) })
		if len(targets) > 0 {
			found[name] = targets
		}
	}
	return found, nil
}

// has reports whether the folder has the file that an article names: relative to the
// article, below any folder that a site is built from, or, for a bare name, anywhere.
func (f *folderFiles) has(from, name string) bool {
	if f.paths[path.Join(path.Dir(from), name)] {
		return true
	}
	wanted := folded(strings.TrimPrefix(path.Clean("/"+name), "/"))
	return slices.ContainsFunc(f.byName[path.Base(wanted)], func(p string) bool {
		p = folded(p)
		return p == wanted || strings.HasSuffix(p, "/"+wanted)
	})
}
