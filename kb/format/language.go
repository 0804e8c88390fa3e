package format

import (
	_ "embed"
	"path"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/internal/wordlist"
	"github.com/deskbook/deskbook/kb/front"
)

//go:embed language.txt
var languageWords string

var languageLists = wordlist.Parse(languageWords)

// plainLanguages are language codes that are hardly ever anything else as the name of a
// folder; it (a department), hr, is and the like count only among others.
var plainLanguages = languageLists.Of("plain")

var ambiguousLanguages = languageLists.Of("ambiguous")

// Languages are the folders that are named after the language of what is in them.
type Languages map[string]string // path → locale

// NewLanguages finds them among the folders of an import. A folder counts if those
// beside it are languages too, or if its name is hardly anything else.
func NewLanguages(folders []string) Languages {
	beside := map[string][]string{}
	for _, name := range folders {
		beside[path.Dir(name)] = append(beside[path.Dir(name)], path.Base(name))
	}
	out := Languages{}
	for parent, names := range beside {
		certain, other := 0, 0
		for _, name := range names {
			switch code := folderLanguage(name); {
			case code == "":
				other++
			case !isAmbiguous(name):
				certain++
			}
		}
		for _, name := range names {
			code := folderLanguage(name)
			if code == "" || isAmbiguous(name) && (certain == 0 || certain == 1 && other > 0) {
				continue
			}
			out[path.Join(parent, name)] = code
		}
	}
	return out
}

func isAmbiguous(name string) bool {
	return len(name) == 2 && slices.Contains(ambiguousLanguages, strings.ToLower(name))
}

// folderLanguage returns the language that the name of a folder can mean, "" if none.
func folderLanguage(name string) string {
	base, region, _ := strings.Cut(strings.ReplaceAll(name, "_", "-"), "-")
	known := slices.Contains(plainLanguages, strings.ToLower(base)) || slices.Contains(
		ambiguousLanguages, strings.ToLower(base),
	)
	if !known || region == "" && name != strings.ToLower(name) || region != "" && len(region) != 2 && len(region) != 4 {
		return ""
	}
	return front.ParseLocale(name)
}

// of returns the language of a file: that of its name, as in page.de.md, or of the
// innermost folder that has one.
func (l Languages) of(name string) string {
	stem := strings.TrimSuffix(path.Base(name), path.Ext(name))
	if code := strings.TrimPrefix(front.LocaleEnding(stem), "."); folderLanguage(code) != "" && !isAmbiguous(code) {
		return front.ParseLocale(code)
	}
	for dir := path.Dir(name); dir != "." && dir != "/"; dir = path.Dir(dir) {
		if code, ok := l[dir]; ok {
			return code
		}
	}
	return ""
}
