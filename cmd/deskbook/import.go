package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb/dialect"
	"github.com/deskbook/deskbook/kb/folder"
)

// importResult is the report of an import, with what its index took.
type importResult struct {
	folder.Report
	IndexSeconds float64 `json:"index_seconds"`
}

func newImport(cfg *config) *cobra.Command {
	var audience, tool, source string
	var opts folder.Options
	cmd := &cobra.Command{
		Use:   "import FOLDER",
		Short: "Import a folder of Markdown articles",
		Long: `Import every Markdown file below FOLDER. A file that has not changed since it was last
imported is left alone, a changed one becomes a new revision, and a bad one is reported
with its line while the others are imported. The pictures and attachments that an article
names are stored with it, up to 50 MiB each, and listed as "attached"; those that the
folder lacks are listed too. A file that moved is still the same article.
An article that was edited here as well is not overwritten: its file goes into the review
queue. Articles that came from this folder and whose files are gone are listed; --prune
archives them. It is safe to run the import again, and to run it while a server is running.`,
		Args: exactly(1),
		RunE: with(cfg, func(ctx context.Context, cmd *cobra.Command, a *app, args []string) error {
			if !isAudience(audience) {
				return usageError{fmt.Errorf("--audience must be internal, customer or public, not %q", audience)}
			}
			name, ok := dialect.Parse(tool)
			if tool != "" && !ok {
				return usageError{fmt.Errorf("--dialect must be one of %v, not %q", dialect.Names(), tool)}
			}
			opts.Audience, opts.Dialect, opts.Progress = access.Audience(audience), name, progress(cmd, "importing")
			var err error
			if opts.Source, err = sourceOf(source, args[0]); err != nil {
				return fmt.Errorf("import: %w", err)
			}
			result, err := a.importFolder(ctx, args[0], opts)
			if err != nil {
				return err
			}
			if !cfg.json {
				printImport(cmd.OutOrStdout(), result.Report, opts)
			}
			return cfg.result(cmd, result, "%s", importSummary(result.Report, opts.DryRun))
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&audience, "audience", "",
		"audience of articles whose front matter names none: internal, customer or public (default: public)")
	flags.StringVar(&tool, "dialect", "",
		"the tool that the files were written for, such as mkdocs or obsidian (default: recognised from the files)")
	flags.StringVar(&source, "source", "",
		"a name for the folder, if its path changes from one import to the next (default: its path)")
	flags.BoolVar(&opts.Draft, "draft", false,
		"import articles as not validated, unless their front matter says otherwise")
	flags.BoolVar(&opts.Prune, "prune", false, "archive the articles that came from this folder and whose files are gone")
	flags.BoolVar(&opts.DryRun, "dry-run", false, "report what an import would do, and change nothing")
	return cmd
}

// sourceOf returns what identifies a folder: the given name, else its path without links.
func sourceOf(name, dir string) (string, error) {
	if name != "" {
		return name, nil
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if target, err := filepath.EvalSymlinks(abs); err == nil {
		return target, nil
	}
	return abs, nil
}

// importFolder imports a folder and brings the index up to date.
func (a *app) importFolder(ctx context.Context, dir string, opts folder.Options) (importResult, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return importResult{}, fmt.Errorf("import: %w", err)
	}
	report, err := a.folders().Import(ctx, root.FS(), opts)
	if err = errors.Join(err, root.Close()); err != nil || opts.DryRun {
		return importResult{Report: report}, err
	}
	start := time.Now()
	if err := a.catchUp(ctx); err != nil {
		return importResult{}, fmt.Errorf("the articles were imported, but the index is not up to date: %w", err)
	}
	return importResult{report, time.Since(start).Seconds()}, nil
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
