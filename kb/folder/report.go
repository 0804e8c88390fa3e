package folder

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/kb/plain"
)

// Report is the outcome of an import. Every file that was seen is counted in
// exactly one of Created, Updated, Unchanged, Moved, Rejected, Skipped, Conflicts and
// Attached. No list is nil; all are sorted.
type Report struct {
	Created      int           `json:"created"`
	Updated      int           `json:"updated"`
	Unchanged    int           `json:"unchanged"`
	Moved        []Move        `json:"moved"` // some with a changed text too
	Rejected     []Rejection   `json:"rejected"`
	Skipped      []Skipped     `json:"skipped"`
	Missing      []string      `json:"missing"` // slugs of articles whose files are gone
	Conflicts    []Conflict    `json:"conflicts"`
	Attached     []string      `json:"attached"` // pictures and attachments that articles name
	MissingFiles []MissingFile `json:"missing_files"`
	Dead         []DeadEnd     `json:"dead"`
	Notices      []Notice      `json:"notices"`
	Files        int           `json:"files"` // all that were seen
	Seconds      float64       `json:"seconds"`
}

// Move is a file that has another path than at the last import.
type Move struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Rejection is a file that did not go in.
type Rejection struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

// Skipped is a file that is no article.
type Skipped struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
}

// Conflict is a changed file of an article that was edited here as well. The review
// proposes the file's text.
type Conflict struct {
	File    string `json:"file"`
	Article string `json:"article"` // slug
	Review  string `json:"review"`  // id of the draft
}

// MissingFile lists the pictures and attachments that a file names and that the folder
// lacks.
type MissingFile struct {
	File  string   `json:"file"`
	Names []string `json:"names"`
}

// DeadEnd is a link that leads nowhere.
type DeadEnd struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Link string `json:"link"`
}

// Notice is what its owner should know about a file that went in.
type Notice struct {
	File   string `json:"file"`
	Notice string `json:"notice"`
}

func newReport() Report {
	return Report{
		Moved: []Move{}, Rejected: []Rejection{}, Skipped: []Skipped{}, Missing: []string{}, Conflicts: []Conflict{},
		Attached: []string{}, MissingFiles: []MissingFile{}, Dead: []DeadEnd{}, Notices: []Notice{},
	}
}

// finish sorts the lists and counts the files.
func (r *Report) finish() {
	slices.SortFunc(r.Moved, func(a, b Move) int { return cmp.Compare(a.To, b.To) })
	slices.SortStableFunc(r.Rejected, func(a, b Rejection) int { return cmp.Compare(a.File, b.File) })
	slices.SortFunc(r.Skipped, func(a, b Skipped) int { return cmp.Compare(a.File, b.File) })
	slices.Sort(r.Missing)
	slices.SortFunc(r.Conflicts, func(a, b Conflict) int { return cmp.Compare(a.File, b.File) })
	slices.SortFunc(r.MissingFiles, func(a, b MissingFile) int { return cmp.Compare(a.File, b.File) })
	slices.SortStableFunc(r.Dead, func(a, b DeadEnd) int { return cmp.Compare(a.File, b.File) })
	slices.SortStableFunc(r.Notices, func(a, b Notice) int { return cmp.Compare(a.File, b.File) })
	r.Files = r.Created + r.Updated + r.Unchanged + len(r.Moved) + len(r.Rejected) + len(r.Skipped) + len(r.Conflicts) +
		len(r.Attached)
}

func (r *Report) reject(name string, line int, format string, args ...any) {
	r.Rejected = append(r.Rejected, Rejection{shownName(name), line, fmt.Sprintf(format, args...)})
}

func (r *Report) skip(name, format string, args ...any) {
	r.Skipped = append(r.Skipped, Skipped{shownName(name), fmt.Sprintf(format, args...)})
}

// shownName returns a file's name as a line of valid text.
func shownName(name string) string { return plain.OneLine(strings.ToValidUTF8(name, "\uFFFD")) }
