package kb

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/kb/front"
	"github.com/deskbook/deskbook/kb/plain"
)

// Links name an article by its path, by its address here, or by its title. The store has
// the names of every article, those of its earlier revisions too, so that links survive a
// rename.
const (
	pathName  = "path:" // below the imported folder, folded, without the extension
	titleName = "name:" // a title, an alias or the name of a file, folded
	slugName  = "slug:" // a slug or an id
)

// maxNames is how many names one article may have.
const maxNames = 60

var (
	pageExtension = regexp.MustCompile(`(?i)\.(?:md|mdx|markdown|mkd|html?|php|aspx?|jsp|adoc|rst)$`)
	indexName     = regexp.MustCompile(`(?i)^(?:index|_index|readme|default|toc)$`)
	orderPrefix   = regexp.MustCompile(`^\d{1,4}[-_. ]+`)
	datePrefix    = regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})-`)
)

// Names returns the names under which links find the article, each once.
func (a Article) Names() []string {
	out := []string{slugName + strings.ToLower(a.Slug), slugName + strings.ToLower(a.ID)}
	add := func(name string) {
		if len(out) < maxNames && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	if a.Path != "" {
		for _, p := range pathForms(a.Path) {
			add(pathName + foldPath(p))
		}
		add(titleName + plain.Slugify(fileStem(a.Path)))
	}
	add(titleName + plain.Slugify(a.Title))
	f, err := front.Of(a.Front)
	if err != nil {
		return out
	}
	folder := path.Dir(a.Path)
	for _, key := range []string{"slug", "permalink", "url", "id", "aliases", "alias", "redirect_from", "previous_names"} {
		for _, value := range f.Words(key) {
			add(titleName + plain.Slugify(value))
			if strings.HasPrefix(value, "/") {
				add(pathName + foldPath(value))
			} else {
				add(pathName + foldPath(path.Join(folder, value)))
				add(pathName + foldPath(value))
			}
		}
	}
	return out
}

// fileStem returns the name of a file without its folder and extension.
func fileStem(name string) string {
	base := pageExtension.ReplaceAllString(path.Base(name), "")
	if indexName.MatchString(base) && path.Dir(name) != "." {
		return path.Base(path.Dir(name))
	}
	return base
}

// pathForms returns the paths under which tools publish a file: without the numbers that
// order it, without its date, and without its language.
func pathForms(name string) []string {
	name = pageExtension.ReplaceAllString(name, "")
	parts := strings.Split(name, "/")
	bare := make([]string, len(parts))
	for i, part := range parts {
		bare[i] = orderPrefix.ReplaceAllString(part, "")
		if bare[i] == "" || datePrefix.MatchString(part) {
			bare[i] = part
		}
	}
	out := []string{name, strings.Join(bare, "/")}
	base := parts[len(parts)-1]
	if m := datePrefix.FindStringSubmatch(base); m != nil {
		rest := base[len(m[0]):]
		out = append(out, path.Join(m[1], m[2], m[3], rest), path.Join(path.Dir(name), rest))
	}
	if m := front.LocaleEnding(base); m != "" {
		out = append(out, strings.TrimSuffix(name, m))
	}
	return out
}

// foldPath returns a path as links are compared: each part as a slug, without the
// extension and the name of an index.
func foldPath(p string) string {
	p = pageExtension.ReplaceAllString(strings.Trim(p, "/"), "")
	var out []string
	for _, part := range strings.Split(p, "/") {
		switch part {
		case "", ".":
			continue
		case "..":
			out = out[:max(0, len(out)-1)]
			continue
		}
		slug := plain.Slugify(part)
		if slug == "" {
			slug = strings.ToLower(part)
		}
		out = append(out, slug)
	}
	if n := len(out); n > 0 && (indexName.MatchString(out[n-1]) || out[n-1] == "index") {
		out = out[:n-1]
	}
	return strings.Join(out, "/")
}

// linkNames lists the names that a link's path can mean, the likeliest first: the file it
// names relative to the article's folder, then to each folder above it from the top down,
// then its base name.
func linkNames(from, to string) []string {
	if slug, ok := strings.CutPrefix(to, articlePath); ok {
		slug = strings.Trim(slug, "/")
		return plain.List([]string{slugName + strings.ToLower(slug), slugName + plain.Slugify(slug)})
	}
	trimmed := strings.Trim(to, "/")
	base := fileStem(trimmed)
	var out []string
	folder := path.Dir(from)
	if from == "" {
		folder = "."
	}
	if !strings.HasPrefix(to, "/") {
		for _, at := range []string{folder, pageFolder(from)} {
			if joined := path.Join(at, to); at != "" && !outside(joined) {
				out = append(out, localised(from, joined)...)
			}
		}
	}
	top := path.Clean(trimmed)
	for strings.HasPrefix(top, "../") {
		top = top[len("../"):]
	}
	if outside(top) || trimmed == "" {
		top = ""
	}
	for _, above := range foldersAbove(folder) {
		out = append(out, localised(from, path.Join(above, top))...)
	}
	if top == "" {
		return plain.List(out)
	}
	// The index of a folder that is not there is no other folder's index.
	if _, rest, ok := strings.Cut(top, "/"); ok && strings.HasPrefix(to, "/") && foldPath(rest) != "" {
		out = append(out, pathName+foldPath(rest)) // below the path that the site is at
		for _, above := range foldersAbove(folder) {
			out = append(out, pathName+foldPath(path.Join(above, rest)))
		}
	}
	out = append(out, slugName+plain.Slugify(foldPath(top)), slugName+plain.Slugify(base), titleName+plain.Slugify(base))
	return plain.List(out)
}

// pageFolder returns the folder that a page is if its tool makes a folder of each page.
func pageFolder(from string) string {
	if from == "" || indexName.MatchString(pageExtension.ReplaceAllString(path.Base(from), "")) {
		return ""
	}
	return pageExtension.ReplaceAllString(from, "")
}

func outside(p string) bool { return p == ".." || strings.HasPrefix(p, "../") }

// localised returns the name of a path, before it the one in the language that the name
// of the article's file has.
func localised(from, to string) []string {
	name := pathName + foldPath(to)
	m := front.LocaleEnding(pageExtension.ReplaceAllString(from, ""))
	if m == "" {
		return []string{name}
	}
	return []string{pathName + foldPath(pageExtension.ReplaceAllString(to, "")+m), name}
}

// foldersAbove lists a folder and those above it, the top one first.
func foldersAbove(folder string) []string {
	out := []string{""}
	if folder == "." || folder == "" {
		return out
	}
	parts := strings.Split(folder, "/")
	for i := range parts {
		out = append(out, strings.Join(parts[:i+1], "/"))
	}
	return out
}

// pageNames lists the names that the page of a wiki link can mean.
func pageNames(from, page string) []string {
	out := []string{}
	if folder := path.Dir(from); from != "" {
		out = append(out, pathName+foldPath(path.Join(folder, page)))
	}
	out = append(out, pathName+foldPath(page))
	if from != "" {
		for _, above := range foldersAbove(path.Dir(from)) {
			out = append(out, pathName+foldPath(path.Join(above, page)))
		}
	}
	base := fileStem(page)
	out = append(
		out, titleName+plain.Slugify(base), titleName+plain.Slugify(page),
		slugName+strings.ToLower(page), slugName+plain.Slugify(page),
	)
	return plain.List(out)
}
