package kb

import (
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// DiffOp is what happened to a line.
type DiffOp string

// The line operations. Skipped stands for unchanged lines that are left out.
const (
	Kept    DiffOp = "kept"
	Added   DiffOp = "added"
	Removed DiffOp = "removed"
	Skipped DiffOp = "skipped"
)

// DiffLine is one line of a diff, without its line break.
type DiffLine struct {
	Op   DiffOp `json:"op"`
	Text string `json:"text"`
}

const diffContext = 3

// UnifiedDiff returns the changes from base to proposed in unified format, "" when
// there are none.
func UnifiedDiff(base, proposed string) string {
	edits := udiff.Lines(base, proposed)
	if len(edits) == 0 {
		return ""
	}
	diff, err := udiff.ToUnified("base", "proposed", base, edits, diffContext)
	if err != nil {
		// The edits were computed from these texts. Should they ever not apply, both
		// whole texts are still a correct diff.
		return wholeDiff(base, proposed)
	}
	return diff
}

func wholeDiff(base, proposed string) string {
	var b strings.Builder
	for _, part := range []struct{ mark, text string }{{"-", base}, {"+", proposed}} {
		for line := range strings.Lines(part.text) {
			b.WriteString(part.mark + strings.TrimRight(line, "\n") + "\n")
		}
	}
	return b.String()
}

// LineDiff returns the same changes line by line, for pages.
func LineDiff(base, proposed string) []DiffLine {
	edits := udiff.Lines(base, proposed)
	if len(edits) == 0 {
		return nil
	}
	diff, err := udiff.ToUnifiedDiff("base", "proposed", base, edits, diffContext)
	if err != nil {
		var out []DiffLine
		for line := range strings.Lines(wholeDiff(base, proposed)) {
			op := Added
			if line[0] == '-' {
				op = Removed
			}
			out = append(out, DiffLine{op, strings.TrimRight(line[1:], "\r\n")})
		}
		return out
	}
	var out []DiffLine
	for i, h := range diff.Hunks {
		if i > 0 || h.FromLine > 1 {
			out = append(out, DiffLine{Op: Skipped})
		}
		for _, l := range h.Lines {
			op := Kept
			switch l.Kind {
			case udiff.Insert:
				op = Added
			case udiff.Delete:
				op = Removed
			case udiff.Equal:
			}
			out = append(out, DiffLine{op, strings.TrimRight(l.Content, "\r\n")})
		}
	}
	return out
}
