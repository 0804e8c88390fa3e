package kb

import (
	"path"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/internal/access"
)

// Target is an article that a link can lead to.
type Target struct {
	ID, Slug, Path, Locale string
	Title                  string
	Audience               access.Audience
	Confidence             Confidence
	SupersededBy           string
	Former                 bool // an earlier revision had the name, the current one has not
	Headings               []Heading
	Unread                 bool // its headings are not known
}

// Finding returns the articles that bear these names; see [Article.Names].
type Finding func(names []string) (map[string][]Target, error)

// pick returns the article that the likeliest of the names means. Of several with the same
// name it prefers one that still has it, then the one whose path was written, one in the
// same language, and the nearest.
func (l *linker) pick(names []string, written string, byStem bool) (Target, bool) {
	for _, name := range names {
		targets := slices.Clone(l.known[name])
		if len(targets) == 0 || byStem && strings.HasPrefix(name, titleName) && len(targets) > 1 {
			continue // a file that moved is found by its name alone if no other has it
		}
		slices.SortStableFunc(targets, func(a, b Target) int { return l.rank(b, written) - l.rank(a, written) })
		if t := targets[0]; t.Slug != "" && cleanAddress(articlePath+t.Slug) {
			return t, true
		}
	}
	return Target{}, false
}

func (l *linker) rank(t Target, written string) int {
	score := 0
	if !t.Former {
		score += 10_000
	}
	written = strings.Trim(strings.ToLower(path.Clean("/"+written)), "/")
	bare := strings.ToLower(t.Path)
	if bare == written || strings.HasSuffix(bare, "/"+written) || pageExtension.ReplaceAllString(bare, "") == written ||
		strings.HasSuffix(pageExtension.ReplaceAllString(bare, ""), "/"+written) {
		score += 4000
	}
	if l.from.Locale != "" && t.Locale == l.from.Locale {
		score += 2000
	}
	return score + 10*commonFolders(l.from.Path, t.Path) - strings.Count(t.Path, "/")
}

// commonFolders returns how many folders two paths share.
func commonFolders(a, b string) int {
	x, y := strings.Split(path.Dir(a), "/"), strings.Split(path.Dir(b), "/")
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}
