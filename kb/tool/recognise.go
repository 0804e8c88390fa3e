// Package tool recognises which tool a folder of Markdown was written for, by the files that
// configure the tool and by the texts, and which of the files that tool does not publish.
//
// It reads configuration files alone, each up to a limit, and imports nothing of this module
// but the names of the dialects.
package tool

import (
	"io"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/deskbook/deskbook/kb/dialect"
)

// maxConfig is how much of a configuration file is read, in bytes.
const maxConfig = 1 << 20

// file is a text with its front matter.
type file struct{ name, front, text string }

// tool is what is known about the tool behind a dialect.
type tool struct {
	name   dialect.Name
	config []string            // patterns of the files and folders that configure it
	signs  func(doc file) bool // whether a text was clearly written for it
	// unpublished returns the rule for the files below a folder that the tool does not
	// publish; nil if it publishes all of them.
	unpublished func(f *Folder, root string) rule
}

// tools lists the tools, those with the most distinctive texts first.
func tools() []tool {
	return []tool{
		microsoft(), wikiJS(), gitBook(), docusaurus(), hugo(), obsidian(), mkDocs(), jekyll(), gitHub(),
		{name: dialect.Common},
	}
}

// rule returns why the tool does not publish a file, "" if it does.
type rule func(name string) string

// Folder is what the configuration in a folder says about the files below it.
type Folder struct {
	fsys  fs.FS
	names []string // files and folders, in order of path
	given dialect.Name
	roots []root // the innermost first
}

// root is a folder with the configuration of a tool.
type root struct {
	dir         string
	dialect     dialect.Name
	unpublished rule
}

// Recognise reads the names of the files and folders in a folder. A dialect that is
// given holds for every file.
func Recognise(fsys fs.FS, names []string, given dialect.Name) *Folder {
	f := &Folder{fsys: fsys, names: names, given: given}
	all := tools()
	for _, name := range names {
		for _, t := range all {
			dir, ok := t.configures(name)
			if !ok || slices.ContainsFunc(f.roots, func(r root) bool { return r.dir == dir && r.dialect == t.name }) {
				continue
			}
			r := root{dir: dir, dialect: t.name}
			if t.unpublished != nil {
				r.unpublished = t.unpublished(f, dir)
			}
			f.roots = append(f.roots, r)
		}
	}
	slices.SortStableFunc(f.roots, func(a, b root) int {
		if d := strings.Count(b.dir, "/") - strings.Count(a.dir, "/"); d != 0 || a.dir == b.dir {
			return d*2 + weight(a.dialect) - weight(b.dialect)
		}
		return len(b.dir) - len(a.dir)
	})
	return f
}

// weight puts the signs of a tool that many folders have behind those of others.
func weight(n dialect.Name) int {
	switch n {
	case dialect.GitHub:
		return 2
	case dialect.GitBook: // SUMMARY.md is a plug-in's file in others
		return 1
	default:
		return 0
	}
}

// configures returns the folder that a file or folder of that name configures.
func (t tool) configures(name string) (dir string, ok bool) {
	for _, pattern := range t.config {
		depth := strings.Count(pattern, "/")
		parts := strings.Split(name, "/")
		if len(parts) < depth+1 {
			continue
		}
		tail := strings.Join(parts[len(parts)-depth-1:], "/")
		if matched, err := path.Match(pattern, tail); err == nil && matched {
			return strings.Join(parts[:len(parts)-depth-1], "/"), true
		}
	}
	return "", false
}

// Dialect returns the dialect of a text: the given one, else that of the nearest folder
// with a configuration, else what the text itself shows, else Common. name is the path of
// its file below the folder.
func (f *Folder) Dialect(name, front, text string) dialect.Name {
	if f != nil && f.given != "" {
		return f.given
	}
	found, _ := f.nearest(name)
	if found != "" && found != dialect.GitHub {
		return found
	}
	for _, t := range tools() {
		if t.signs != nil && t.signs(file{name, front, text}) {
			return t.name
		}
	}
	if found != "" {
		return found
	}
	return dialect.Common
}

// nearest returns the dialect of the innermost folder with a configuration that a file
// lies in. A single configuration counts for the files beside its folder too.
func (f *Folder) nearest(name string) (dialect.Name, bool) {
	if f == nil || len(f.roots) == 0 {
		return "", false
	}
	for _, r := range f.roots {
		if inside(r.dir, name) {
			return r.dialect, true
		}
	}
	first := f.roots[0].dialect
	if slices.ContainsFunc(f.roots, func(r root) bool { return r.dialect != first }) {
		return "", false
	}
	return first, true
}

// Unpublished returns why the tool that a folder is configured for does not publish the
// file, "" if it does.
func (f *Folder) Unpublished(name string) string {
	found, ok := f.nearest(name)
	if f != nil && f.given != "" {
		found, ok = f.given, true
	}
	if !ok {
		return ""
	}
	for _, r := range f.roots {
		if r.dialect == found && r.unpublished != nil && inside(r.dir, name) {
			if why := r.unpublished(name); why != "" {
				return why
			}
		}
	}
	return ""
}

// inside reports whether a file lies in the folder or below it.
func inside(dir, name string) bool { return dir == "" || strings.HasPrefix(name, dir+"/") }

// below returns the path of a file relative to a folder that it lies in.
func below(dir, name string) string {
	if dir == "" {
		return name
	}
	return strings.TrimPrefix(name, dir+"/")
}

// read returns the beginning of a file.
func (f *Folder) read(name string) (string, bool) {
	r, err := f.fsys.Open(name)
	if err != nil {
		return "", false
	}
	defer func() { _ = r.Close() }() // read only: nothing can be lost
	data, err := io.ReadAll(io.LimitReader(r, maxConfig))
	return string(data), err == nil
}

// readYAML reads a configuration file; false if there is none that can be read.
func (f *Folder) readYAML(dir, name string, into any) bool {
	data, ok := f.read(path.Join(dir, name))
	if !ok {
		return false
	}
	// Tags of the tool, such as !!python/name, are no concern here.
	return yaml.Unmarshal([]byte(strings.ReplaceAll(data, "!!python", "!python")), into) == nil
}

func unescaped(s string) string {
	if decoded, err := url.PathUnescape(s); err == nil {
		return decoded
	}
	return s
}

// ignore is a list of patterns like those of .gitignore.
type ignore []string

func patterns(text string) ignore {
	var out ignore
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}

// match reports whether the last pattern that fits a path excludes it.
func (g ignore) match(name string) bool {
	excluded := false
	for _, pattern := range g {
		kept := strings.HasPrefix(pattern, "!")
		if matches(strings.TrimPrefix(pattern, "!"), name) {
			excluded = !kept
		}
	}
	return excluded
}

func matches(pattern, name string) bool {
	anchored := strings.Contains(strings.TrimSuffix(pattern, "/"), "/")
	pattern = strings.Trim(pattern, "/")
	pattern = strings.TrimSuffix(strings.TrimPrefix(pattern, "**/"), "/**")
	parts := strings.Split(name, "/")
	for i := range parts {
		for j := i + 1; j <= len(parts); j++ {
			if ok, err := path.Match(pattern, strings.Join(parts[i:j], "/")); err == nil && ok {
				return true
			}
		}
		if anchored && !strings.HasPrefix(pattern, "*") {
			return false
		}
	}
	return false
}
