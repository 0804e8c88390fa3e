package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/dialect"
)

func newImport(cfg *config) *cobra.Command {
	var audience, tool string
	var draft bool
	cmd := &cobra.Command{
		Use:   "import FOLDER",
		Short: "Import a folder of Markdown articles",
		Long: `Import every Markdown file below FOLDER. A file that has not changed since it was last
imported is left alone, a changed one becomes a new revision, and a bad one is reported
with its line while the others are imported. It is safe to run the import again, and to
run it while a server is running.`,
		Args: exactly(1),
		RunE: with(cfg, func(ctx context.Context, cmd *cobra.Command, a *app, args []string) error {
			if !isAudience(audience) {
				return usageError{fmt.Errorf("--audience must be internal, customer or public, not %q", audience)}
			}
			name, ok := dialect.Parse(tool)
			if tool != "" && !ok {
				return usageError{fmt.Errorf("--dialect must be one of %v, not %q", dialect.Names(), tool)}
			}
			root, err := os.OpenRoot(args[0])
			if err != nil {
				return fmt.Errorf("import: %w", err)
			}
			report, err := a.articles.Import(ctx, root.FS(), kb.ImportOptions{
				Audience: access.Audience(audience), Draft: draft, Dialect: name, Progress: progress(cmd, "importing"),
			})
			if err = errors.Join(err, root.Close()); err != nil {
				return err
			}
			if err := a.catchUp(ctx); err != nil {
				return fmt.Errorf("the articles were imported, but the index is not up to date: %w", err)
			}
			for _, r := range report.Rejected {
				fmt.Fprintf(cmd.ErrOrStderr(), "%s:%d: %s\n", r.File, r.Line, r.Reason)
			}
			for _, n := range report.Notices {
				fmt.Fprintf(cmd.ErrOrStderr(), "%s: %s\n", n.File, n.Notice)
			}
			return cfg.result(cmd, report, "%d created, %d updated, %d unchanged, %d rejected in %.1f s",
				report.Created, report.Updated, report.Unchanged, len(report.Rejected), report.Seconds)
		}),
	}
	cmd.Flags().StringVar(&audience, "audience", "",
		"audience of articles whose front matter names none: internal, customer or public (default: public)")
	cmd.Flags().StringVar(&tool, "dialect", "",
		"the tool that the files were written for, such as mkdocs or obsidian (default: recognised from the files)")
	cmd.Flags().BoolVar(&draft, "draft", false,
		"import articles as not validated, unless their front matter says otherwise")
	return cmd
}

// isAudience reports whether the value of --audience is one, or is left out.
func isAudience(audience string) bool {
	switch access.Audience(audience) {
	case "", access.Internal, access.Customer, access.AudiencePublic:
		return true
	}
	return false
}

// progress returns a function that draws a progress bar on standard error, if that is a
// terminal.
func progress(cmd *cobra.Command, what string) func(done, total int) {
	f, ok := cmd.ErrOrStderr().(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return func(int, int) {}
	}
	var bar *progressbar.ProgressBar
	return func(done, total int) {
		if bar == nil {
			bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(f),
				progressbar.OptionSetDescription(what), progressbar.OptionClearOnFinish())
		}
		if err := bar.Set(done); err != nil {
			return // not a reason to stop the command
		}
	}
}
