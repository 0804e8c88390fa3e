package kb

import (
	_ "embed"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/internal/wordlist"
	"github.com/deskbook/deskbook/kb/plain"
)

// NamedFiles lists the pictures and attachments that references name, as they name them
// and each once: maxFiles at most.
func NamedFiles(refs []Reference) []string {
	var out []string
	seen := map[string]bool{}
	add := func(name string) {
		if name != "" && !seen[name] && len(out) < maxFiles {
			seen[name] = true
			out = append(out, name)
		}
	}
	for _, r := range refs {
		switch r.Form {
		case ImageReference:
			add(localPath(r.To))
		case LinkReference:
			if name := localPath(r.To); IsAttachment(name) {
				add(name)
			}
		case PageReference:
			if name := wikiPath(r.To); IsAttachment(name) {
				add(name)
			}
		}
	}
	return out
}

// localPath returns the path that an address names here, "" if it leads elsewhere.
func localPath(address string) string {
	if len(address) > maxAddress {
		return ""
	}
	u, ok := localAddress(strayPercent.ReplaceAllString(strings.ReplaceAll(address, `\`, "/"), "%25$1"))
	if !ok || strings.HasSuffix(u.Path, "/") || strings.HasPrefix(u.Path, articlePath) {
		return ""
	}
	return u.Path
}

// strayPercent is a percent sign that no code follows, as in the name "100 %.png".
var strayPercent = regexp.MustCompile(`%([0-9A-Fa-f]?(?:[^0-9A-Fa-f%]|$))`)

// wikiPath returns the path that a wiki link names.
func wikiPath(to string) string {
	name, _, _ := strings.Cut(to, "#")
	return strings.TrimSpace(name)
}

// IsAttachment reports whether a path names a file that is no page.
func IsAttachment(name string) bool {
	return slices.Contains(attachmentExtensions, strings.ToLower(path.Ext(name)))
}

//go:embed attachment.txt
var attachmentWords string

// attachmentExtensions are those of pictures and attachments.
var attachmentExtensions = wordlist.Parse(attachmentWords).Of("extension")

// FileNames lists the pictures and attachments that the article's text names, as it names
// them and each once.
func (a Article) FileNames() []string { return NamedFiles(ReferencesIn(a.Document())) }

// FileNamed returns the one of the article's files that its text means by a name.
func (a Article) FileNamed(name string) (File, bool) {
	return newFilePlaces(a.Files).file(a.Path, name)
}

// Paths are the paths of files, which texts name in several ways. The order of what is
// found does not depend on what else is there, so that among the files of an article a
// name means what it meant in the whole folder.
type Paths struct {
	all    map[string]bool
	byName map[string][]string // folded base name → paths
}

// NewPaths returns no paths.
func NewPaths() *Paths { return &Paths{map[string]bool{}, map[string][]string{}} }

// Add adds a path, slash separated and below the folder.
func (p *Paths) Add(name string) {
	if p.all[name] {
		return
	}
	p.all[name] = true
	base := plain.Folded(path.Base(name))
	p.byName[base] = append(p.byName[base], name)
}

// Has reports whether the path was added.
func (p *Paths) Has(name string) bool { return p.all[name] }

// Find returns the path that the text of the file from means by a name: relative to its
// folder, or from the top if the name begins with a slash; relative to the page, where a
// tool gives each page a folder; else below any folder, since sites are built from
// several. There the nearest one is found, and hidden ones only if the name says so.
func (p *Paths) Find(from, name string) (string, bool) {
	top := strings.HasPrefix(name, "/")
	for _, at := range []string{path.Dir(from), pageFolder(from)} {
		if full := path.Join(at, name); !top && at != "" && p.all[full] {
			return full, true
		}
	}
	clean := strings.TrimPrefix(path.Clean("/"+name), "/")
	if p.all[clean] {
		return clean, true
	}
	wanted := plain.Folded(clean)
	var found []string
	for _, other := range p.byName[path.Base(wanted)] {
		o := plain.Folded(other)
		if o != wanted && !strings.HasSuffix(o, "/"+wanted) {
			continue
		}
		if outer := strings.TrimSuffix(o, wanted); strings.HasPrefix(outer, ".") || strings.Contains(outer, "/.") {
			continue
		}
		found = append(found, other)
	}
	if len(found) == 0 {
		return "", false
	}
	return slices.MinFunc(found, func(a, b string) int {
		if d := commonFolders(from, b) - commonFolders(from, a); d != 0 {
			return d
		}
		if d := strings.Count(a, "/") - strings.Count(b, "/"); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	}), true
}

// filePlaces are the files of an article.
type filePlaces struct {
	paths  *Paths
	byPath map[string]File
}

func newFilePlaces(files []File) filePlaces {
	p := filePlaces{NewPaths(), make(map[string]File, len(files))}
	for _, f := range files {
		if _, ok := p.byPath[f.Path]; !ok {
			p.paths.Add(f.Path)
			p.byPath[f.Path] = f
		}
	}
	return p
}

// file returns the file that the text of the file from means by a name.
func (p filePlaces) file(from, name string) (File, bool) {
	if name == "" || len(p.byPath) == 0 {
		return File{}, false
	}
	at, ok := p.paths.Find(from, name)
	return p.byPath[at], ok
}
