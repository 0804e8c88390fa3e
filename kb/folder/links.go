package folder

import (
	"cmp"
	"context"
	"maps"
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
	var changed []kb.Article
	err := im.parseAll(ctx, files, func(im *importer, f *file) {
		if f.out {
			return
		}
		found, err := im.loose(ctx, f)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			failed = err
			return
		}
		if found.changed != nil {
			changed = append(changed, *found.changed)
		}
		for _, d := range found.dead {
			im.report.Dead = append(im.report.Dead, DeadEnd{File: f.name, Line: d.Line, Link: d.Link})
		}
		if len(found.missing) > 0 {
			im.report.MissingFiles = append(im.report.MissingFiles, MissingFile{File: f.name, Names: found.missing})
		}
	})
	if err = cmp.Or(failed, err); err != nil {
		return err
	}
	return im.refresh(ctx, changed)
}

// looseEnds are what an article refers to and what is not there.
type looseEnds struct {
	dead    []kb.DeadLink
	missing []string    // pictures and attachments that neither the folder nor the article has
	changed *kb.Article // with the files that it has now, if only those changed
}

// loose returns the loose ends of a file's article.
func (im *importer) loose(ctx context.Context, f *file) (found looseEnds, err error) {
	a, ok := im.planned[f.articleID()]
	if !ok {
		if a, err = im.store.Article(ctx, f.articleID(), kb.Everything()); err != nil {
			return looseEnds{}, err
		}
	}
	var files []kb.File
	find := func(names []string) (map[string][]kb.Target, error) { return im.named(ctx, names) }
	found.dead, err = kb.LooseLinks(a, find, func(names []string) []kb.File {
		files, found.missing = im.filesOf(a, names)
		return files
	})
	if f.same && !slices.Equal(files, a.Files) {
		a.Files, a.Origin.Files = files, kb.FilesDigest(files)
		found.changed = &a
	}
	return found, err
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
