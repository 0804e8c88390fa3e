package folder

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/dialect"
	"github.com/deskbook/deskbook/kb/format"
)

// markdownExtensions are those of the files that are read, in lower case.
var markdownExtensions = []string{".md", ".markdown", ".mdx", ".mdown", ".mkd"}

// pageFormats names the formats in which other tools hold pages.
var pageFormats = map[string]string{
	".html": "HTML", ".htm": "HTML", ".xhtml": "HTML", ".rst": "reStructuredText", ".rest": "reStructuredText",
	".adoc": "AsciiDoc", ".asciidoc": "AsciiDoc", ".asc": "AsciiDoc", ".org": "Org", ".textile": "Textile",
	".wiki": "wiki text", ".mediawiki": "wiki text", ".txt": "plain text", ".rtf": "rich text", ".tex": "LaTeX",
	".ipynb": "a notebook", ".docx": "a Word document", ".doc": "a Word document", ".odt": "an OpenDocument text",
}

// configExtensions are those of files with which a tool is configured.
var configExtensions = []string{
	".yml", ".yaml", ".toml", ".json", ".jsonc", ".ini", ".cfg", ".conf", ".lock", ".js", ".cjs", ".mjs", ".ts", ".xml",
}

// versionFolders are the folders of version control; they are skipped as a whole.
var versionFolders = []string{".git", ".hg", ".svn", ".bzr", ".jj"}

// file is a file found in the folder and, later, what was read from it.
type file struct {
	name   string
	size   int64
	hash   string
	state  kb.ImportState // of the article in this file; Revision is zero for a new one
	same   bool           // the stored article was imported from exactly these bytes
	moved  bool           // the stored article came from another path
	id     string         // of the article
	slug   string
	origin string // id of the article that this one translates
	locale string
	title  string
	parsed format.Parsed
	names  []string // the pictures and attachments that its text names
	data   []byte
	err    error
	out    bool // rejected or skipped
}

// forget drops the texts of the file.
func (f *file) forget() {
	f.data, f.parsed.Article.Markdown, f.parsed.Article.Front = nil, "", ""
	f.parsed.Passages, f.parsed.Headings = nil, nil
}

// list returns the Markdown files of the folder in order of name, reports the others, and
// notes what the names of files and folders say about them.
func (im *importer) list() ([]file, error) {
	var files []file
	var names, folders []string
	im.present, im.others = kb.NewPaths(), map[string]*other{}
	err := fs.WalkDir(im.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			if name == "." {
				return fault.Wrap(fault.Invalid, err, "the folder to import cannot be read")
			}
			im.report.reject(name, 0, "cannot be read")
			return fs.SkipDir
		}
		if name == "." {
			return nil
		}
		hidden := isHidden(name)
		if hidden && d.IsDir() && slices.Contains(versionFolders, path.Base(name)) {
			im.report.skip(name, "hidden: a folder of version control")
			return fs.SkipDir
		}
		if !hidden || !isHidden(path.Dir(name)) {
			names = append(names, name)
		}
		switch {
		case d.IsDir() && !hidden:
			folders = append(folders, name)
		case d.IsDir():
		default:
			im.present.Add(name)
			files = im.found(files, name, d, hidden)
		}
		return nil
	})
	im.around = format.Surroundings{
		Folder: dialect.Recognise(im.fsys, names, im.opts.Dialect), Languages: format.NewLanguages(folders), Now: im.now(),
	}
	return files, err
}

// isHidden reports whether a file, or a folder that it is in, has a name that begins with
// a dot.
func isHidden(name string) bool {
	return name != "." && (strings.HasPrefix(name, ".") || strings.Contains(name, "/."))
}

// found adds a file that is read, and reports any other.
func (im *importer) found(files []file, name string, d fs.DirEntry, hidden bool) []file {
	markdown := slices.Contains(markdownExtensions, strings.ToLower(path.Ext(name)))
	const isHidden, isLink = "hidden: its name or its folder begins with a dot",
		"not a regular file; symbolic links are not followed"
	switch {
	case hidden && markdown:
		im.report.skip(name, isHidden)
	case !markdown:
		o := &other{reason: unreadReason(name), regular: d.Type().IsRegular()}
		if hidden {
			o.reason = isHidden
		} else if !o.regular {
			o.reason = isLink
		}
		im.others[name] = o
	case !d.Type().IsRegular():
		im.report.reject(name, 0, isLink)
	default:
		info, err := d.Info()
		if err != nil {
			im.report.reject(name, 0, "cannot be read")
			return files
		}
		return append(files, file{name: name, size: info.Size()})
	}
	return files
}

// unreadReason returns why a file that is not Markdown is not read.
func unreadReason(name string) string {
	ext := strings.ToLower(path.Ext(name))
	layout, page := pageFormats[ext]
	switch {
	case page:
		return "not read: " + ext + " is " + layout + ", not Markdown"
	case slices.Contains(configExtensions, ext):
		return "a configuration file (" + ext + "), not an article"
	case ext == "" || ext == ".":
		return "not read: its name has no extension; articles end in " + strings.Join(markdownExtensions, ", ")
	}
	if kb.IsAttachment(name) {
		return "not an article, and no article names it"
	}
	return "not an article: the extension " + shownName(ext) + " is not read"
}
