package folder

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/kb"
)

// findLoose reports what the imported articles refer to and what is not there: links to
// other articles, pictures and attachments. The texts are not read again: every revision is
// stored with its references.
func (im *importer) findLoose(ctx context.Context, files []file) error {
	graph, err := im.links(ctx)
	if err != nil {
		return err
	}
	var changed []kb.Article
	for i := range files {
		f := &files[i]
		if f.out {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		a := graph.articles[f.articleID()]
		if a.References == nil {
			if a, err = im.store.Article(ctx, a.ID, kb.Everything()); err != nil {
				return err
			}
			a.References = kb.ReferencesIn(a.Document())
		}
		before := a.Files
		var missing []string
		a.Files, missing = im.filesOf(a, kb.NamedFiles(a.References))
		if f.same && !slices.Equal(before, a.Files) {
			changed = append(changed, a)
		}
		if err := im.reportLoose(f, a, graph, missing); err != nil {
			return err
		}
	}
	return im.refresh(ctx, changed)
}

// reportLoose reports the dead links of a file's article and the files that it lacks.
func (im *importer) reportLoose(f *file, a kb.Article, graph links, missing []string) error {
	dead, err := kb.LooseLinks(a, graph.find)
	if err != nil {
		return err
	}
	for _, d := range dead {
		im.report.Dead = append(im.report.Dead, DeadEnd{File: f.name, Line: d.Line, Link: d.Link})
	}
	if len(missing) > 0 {
		im.report.MissingFiles = append(im.report.MissingFiles, MissingFile{File: f.name, Names: missing})
	}
	return nil
}

func (f *file) articleID() string {
	if f.state.Revision > 0 {
		return f.state.ID
	}
	return f.id
}

// links finds articles by the names in links.
type links struct {
	articles map[string]kb.Article // by id, without texts and passages
	names    map[string][]name
}

// name is the name of an article.
type name struct {
	article string // id
	former  bool   // it has the name no longer
}

// links returns the names of all articles, those that a dry run would have saved included.
func (im *importer) links(ctx context.Context) (links, error) {
	stored, err := im.store.Links(ctx)
	if err != nil {
		return links{}, err
	}
	l := links{make(map[string]kb.Article, len(stored.Articles)), make(map[string][]name, len(stored.Names))}
	for _, a := range stored.Articles {
		l.articles[a.ID] = a
	}
	for _, n := range stored.Names {
		_, planned := im.planned[n.Article]
		l.names[n.Name] = append(l.names[n.Name], name{n.Article, n.Former || planned})
	}
	for _, id := range slices.Sorted(maps.Keys(im.planned)) {
		a := im.planned[id]
		l.articles[id] = a
		for _, n := range a.Names() {
			others := slices.DeleteFunc(l.names[n], func(o name) bool { return o.article == id })
			l.names[n] = append(others, name{article: id})
			slices.SortFunc(l.names[n], func(a, b name) int { return strings.Compare(a.article, b.article) })
		}
	}
	return l, nil
}

// find returns the articles that bear these names.
func (l links) find(names []string) (map[string][]kb.Target, error) {
	out := map[string][]kb.Target{}
	for _, wanted := range names {
		for _, n := range l.names[wanted] {
			t := kb.TargetOf(l.articles[n.article])
			t.Former = n.former
			out[wanted] = append(out[wanted], t)
		}
	}
	return out, nil
}
