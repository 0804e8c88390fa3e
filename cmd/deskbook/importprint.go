package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/deskbook/deskbook/kb/folder"
)

// maxPrinted is how many lines of one kind an import prints.
const maxPrinted = 20

// printImport writes what became of the files that are not simply in, kind by kind.
func printImport(w io.Writer, r folder.Report, opts folder.Options) {
	missing := "Came from this folder earlier and is not there any more (--prune archives it):"
	if opts.Prune {
		missing = "Archived, because the file is not there any more:"
	}
	printKind(w, "Moved, and still the same article:", r.Moved,
		func(m folder.Move) string { return m.From + " → " + m.To })
	printKind(w, "Rejected:", r.Rejected, func(b folder.Rejection) string {
		if b.Line == 0 {
			return b.File + ": " + b.Reason
		}
		return fmt.Sprintf("%s:%d: %s", b.File, b.Line, b.Reason)
	})
	printKind(w, "Skipped:", r.Skipped, func(s folder.Skipped) string { return s.File + ": " + s.Reason })
	printKind(w, missing, r.Missing, func(slug string) string { return slug })
	printKind(w, "Changed in the folder and here; the file's text is in review:", r.Conflicts,
		func(c folder.Conflict) string {
			return fmt.Sprintf("%s: article %s, review %s", c.File, c.Article, c.Review)
		})
	printKind(w, "Pictures and attachments that the folder lacks:", r.MissingFiles,
		func(m folder.MissingFile) string { return m.File + ": " + strings.Join(m.Names, ", ") })
	printKind(w, "Links that lead nowhere:", r.Dead,
		func(d folder.DeadEnd) string { return fmt.Sprintf("%s:%d: %s", d.File, d.Line, d.Link) })
	printKind(w, "Please check:", r.Notices, func(n folder.Notice) string { return n.File + ": " + n.Notice })
}

// printKind writes a list under its heading, nothing if it is empty.
func printKind[T any](w io.Writer, heading string, list []T, line func(T) string) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintln(w, heading)
	for i, item := range list {
		if i == maxPrinted {
			fmt.Fprintf(w, "  and %d more (--json lists all)\n", len(list)-i)
			break
		}
		fmt.Fprintf(w, "  %s\n", line(item))
	}
}

// importSummary returns the last line of an import.
func importSummary(r folder.Report, dry bool) string {
	text := fmt.Sprintf("%d files: %d created, %d updated, %d unchanged, %d moved, %d in review, %d attached, "+
		"%d rejected, %d skipped in %.1f s", r.Files, r.Created, r.Updated, r.Unchanged, len(r.Moved), len(r.Conflicts),
		len(r.Attached), len(r.Rejected), len(r.Skipped), r.Seconds)
	if dry {
		return text + " (dry run: nothing was changed)"
	}
	return text
}
