package folder

import (
	"path"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/front"
	"github.com/deskbook/deskbook/kb/plain"
)

// lookup finds stored articles by id, slug and path. It is read-only once the workers
// are running.
type lookup struct {
	all          []kb.ImportState
	byID, bySlug map[string]kb.ImportState
	byPath       map[string][]kb.ImportState
}

func newLookup(states []kb.ImportState) lookup {
	l := lookup{states, map[string]kb.ImportState{}, map[string]kb.ImportState{}, map[string][]kb.ImportState{}}
	for _, st := range states {
		l.byID[st.ID], l.bySlug[st.Slug] = st, st
		if st.Path != "" {
			l.byPath[st.Path] = append(l.byPath[st.Path], st)
		}
	}
	return l
}

// at returns the stored article that came from this path: of the same folder, else of one
// whose name is not known, else of another folder if it has the same bytes or title.
func (l lookup) at(name, source, hash, title string) (kb.ImportState, bool) {
	var found kb.ImportState
	best := 0
	for _, st := range l.byPath[name] {
		rank := 0
		switch {
		case st.Origin.Source == source:
			rank = 4
		case st.Hash == hash:
			rank = 3
		case st.Origin.Source == "" || source == "":
			rank = 2
		case title != "" && st.Title == title:
			rank = 1
		}
		if rank > best {
			found, best = st, rank
		}
	}
	return found, best > 0
}

// planner decides which article each file is.
type planner struct {
	*importer
	files   []file
	claimed map[string]*file  // article id → its file
	names   map[string]string // ids and slugs in use → article id
}

// plan decides which article each file is, under which id and slug, and returns the
// articles that this folder brought and that have no file any more. It depends on the
// files and the store only, not on the order in which the files were read.
func (im *importer) plan(files []file) []kb.ImportState {
	p := &planner{importer: im, files: files, claimed: map[string]*file{}, names: map[string]string{}}
	p.identify()
	p.nameAll()
	return p.missing()
}

// identify finds the stored article of each file, the surest signs first.
func (p *planner) identify() {
	gone := func(st kb.ImportState) bool { return st.Path == "" || !p.present.Has(st.Path) }
	own := func(f *file) (kb.ImportState, bool) {
		st, ok := p.known.at(f.name, p.opts.Source, f.hash, f.title)
		// A file that names another id is another article, unless its id was only made up.
		return st, ok && (!f.parsed.Given[front.KeyID] || plain.IsGeneratedID(st.ID))
	}
	steps := []func(f *file) (kb.ImportState, bool){
		func(f *file) (kb.ImportState, bool) { return f.state, f.same },
		func(f *file) (kb.ImportState, bool) {
			st, ok := p.known.byID[f.parsed.ID]
			return st, ok && f.parsed.Given[front.KeyID] && (gone(st) || st.Path == f.name)
		},
		func(f *file) (kb.ImportState, bool) { // the slug as it was, in this file
			st, ok := p.known.bySlug[f.parsed.Slug]
			return st, ok && f.parsed.Given[front.KeySlug] && !f.parsed.Given[front.KeyID] && st.Path == f.name
		},
		func(f *file) (kb.ImportState, bool) { // the slug of another file
			st, ok := p.known.bySlug[f.parsed.Slug]
			before, known := own(f)
			kept := known && before.Slug == plain.DistinctSlug(f.parsed.Slug, before.ID)
			named := f.parsed.Given[front.KeySlug] && !f.parsed.Given[front.KeyID]
			return st, ok && !kept && named && (gone(st) || p.renamedInPlace(st))
		},
		own,
		func(f *file) (kb.ImportState, bool) { // the id that its path leads to
			st, ok := p.known.byID[f.parsed.ID]
			return st, ok && !f.parsed.Given[front.KeyID] && gone(st) && (st.Path == "" || p.fromHere(st))
		},
	}
	for _, step := range steps {
		for i := range p.files {
			if f := &p.files[i]; f.state.Revision == 0 || f.same {
				if st, ok := step(f); ok {
					p.claim(f, st)
				}
			}
		}
	}
	p.identifyMoved(func(st kb.ImportState) string { return st.Hash }, func(f *file) string { return f.hash })
	p.identifyMoved(func(st kb.ImportState) string { return st.Title }, func(f *file) string { return f.title })
}

// renamedInPlace reports whether the file at the article's path names another slug now.
func (p *planner) renamedInPlace(st kb.ImportState) bool {
	i := slices.IndexFunc(p.files, func(f file) bool { return f.name == st.Path })
	if i < 0 {
		return true
	}
	f := p.files[i]
	return !f.out && f.parsed.Given[front.KeySlug] && f.parsed.Slug != st.Slug
}

// fromHere reports whether the folder brought the article.
func (p *planner) fromHere(st kb.ImportState) bool {
	return st.Path != "" && (st.Origin.Source == p.opts.Source || st.Origin.Source == "" || p.opts.Source == "")
}

// claim makes the stored article that of the file, unless another file has it.
func (p *planner) claim(f *file, st kb.ImportState) {
	if f.out || p.claimed[st.ID] != nil {
		return
	}
	p.claimed[st.ID] = f
	f.state, f.moved = st, st.Path != "" && st.Path != f.name
}

// identifyMoved takes files without an article for those with the same key that are gone.
// Of several, one with the same base name is preferred; a title must be the only one.
func (p *planner) identifyMoved(keyOf func(kb.ImportState) string, key func(*file) string) {
	gone := map[string][]kb.ImportState{}
	for _, st := range p.known.all {
		if p.fromHere(st) && p.claimed[st.ID] == nil && !p.present.Has(st.Path) && keyOf(st) != "" {
			gone[keyOf(st)] = append(gone[keyOf(st)], st)
		}
	}
	if len(gone) == 0 {
		return
	}
	free := map[string][]*file{}
	for i := range p.files {
		if f := &p.files[i]; !f.out && f.state.Revision == 0 && !f.parsed.Given[front.KeyID] && key(f) != "" {
			free[key(f)] = append(free[key(f)], f)
		}
	}
	for k, states := range gone {
		slices.SortFunc(states, func(a, b kb.ImportState) int { return strings.Compare(a.Path, b.Path) })
		sameName := func(f *file, st kb.ImportState) bool { return path.Base(f.name) == path.Base(st.Path) }
		only := func(f *file, _ kb.ImportState) bool { return k == f.hash || len(states) == 1 && len(free[k]) == 1 }
		for _, fits := range []func(*file, kb.ImportState) bool{sameName, only} {
			for _, st := range states {
				for _, f := range free[k] {
					if f.state.Revision == 0 && fits(f, st) {
						p.claim(f, st)
					}
				}
			}
		}
	}
}

// nameAll sets the id and the slug of every file's article. Stored articles keep
// theirs. Where two files claim the same, the first by path has it; the other's gets a
// suffix that depends on its own path alone.
func (p *planner) nameAll() {
	for _, st := range p.known.all {
		p.names[st.Slug] = st.ID
	}
	for _, st := range p.known.all {
		p.names[st.ID] = st.ID
	}
	for i := range p.files {
		if f := &p.files[i]; !f.out && f.state.Revision > 0 {
			p.rename(f)
		}
	}
	locales := map[string]string{}
	for _, st := range p.known.all {
		locales[st.ID] = st.Locale
	}
	for i := range p.files {
		if f := &p.files[i]; !f.out && f.state.Revision == 0 {
			p.name(f, locales)
			locales[f.id] = f.locale
		}
	}
}

// rename changes the slug of a stored article to the one that its file names, if that is free.
func (p *planner) rename(f *file) {
	f.id, f.slug = f.state.ID, f.state.Slug
	wanted := f.parsed.Slug
	if f.same || !f.parsed.Given[front.KeySlug] || f.slug == plain.DistinctSlug(wanted, f.id) {
		return
	}
	if owner := p.names[wanted]; owner == "" || owner == f.id {
		f.slug, p.names[wanted] = wanted, f.id
	}
}

// name sets the id and the slug of a new article.
func (p *planner) name(f *file, locales map[string]string) {
	f.id, f.slug = f.parsed.ID, f.parsed.Slug
	share := func(owner string) {
		if f.origin == "" && f.locale != "" && locales[owner] != "" && f.locale != locales[owner] {
			f.origin = owner
		}
	}
	for key := f.name; p.names[f.id] != ""; key += "\x00" + p.opts.Source {
		share(p.names[f.id])
		f.id = plain.ImportedID(f.parsed.ID + "\x00" + key)
	}
	p.names[f.id] = f.id
	if owner := p.names[f.slug]; owner != "" && owner != f.id {
		share(owner)
		f.slug = plain.DistinctSlug(f.slug, f.id)
	}
	if owner := p.names[f.slug]; owner != "" && owner != f.id {
		f.slug = f.id
	}
	p.names[f.slug] = f.id
}

// missing lists the articles that this folder brought and that have no file any more. An
// article whose file is there but cannot be used is not missing.
func (p *planner) missing() []kb.ImportState {
	var out []kb.ImportState
	for _, st := range p.known.all {
		own := st.Origin.Source == p.opts.Source
		// Of what came from a folder without a name it is not known whether this one brought it.
		unnamed := st.Origin.Source == "" && st.Origin.Dialect != "" && st.Path != ""
		if p.opts.Source == "" || !own && !unnamed || st.Confidence == kb.Archived || p.claimed[st.ID] != nil ||
			p.unusable(st.Path) {
			continue
		}
		if own {
			out = append(out, st)
		}
		p.report.Missing = append(p.report.Missing, st.Slug)
	}
	return out
}

// unusable reports whether a file was rejected or skipped, alone or with its folder.
func (p *planner) unusable(name string) bool {
	for _, r := range p.report.Rejected {
		if r.File == name || strings.HasPrefix(name, r.File+"/") {
			return true
		}
	}
	return slices.ContainsFunc(p.report.Skipped, func(s Skipped) bool {
		return s.File == name || strings.HasPrefix(name, s.File+"/")
	})
}
