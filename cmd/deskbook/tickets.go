package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskbook/deskbook/desk/history"
	"github.com/deskbook/deskbook/internal/auth"
)

// restShare is the share of its time that an import leaves the database to a running server.
const restShare = 0.25

func newTickets(cfg *config) *cobra.Command {
	cmd := &cobra.Command{Use: "tickets", Short: "Move tickets in and out"}
	cmd.AddCommand(newTicketsImport(cfg), newTicketsExport(cfg))
	return cmd
}

func newTicketsImport(cfg *config) *cobra.Command {
	var o history.Options
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Import tickets of another tool, with messages, events and the articles that resolved them",
		Long: `Import tickets, one JSON object a line, from FILE or, with -, from standard input.
docs/operations.md describes the format.

A ticket keeps its times and the id it had, by which it is found here too. Nothing is sent
to anybody. A bad line is reported with its number and reason, and the others go in. It is
safe to run the import again: a ticket that did not change stays as it is, one that did is
replaced, and one that was changed here since is rejected. An import that was stopped goes
on where it was. It is safe while a server is running, which follows.`,
		Args: exactly(1),
		RunE: with(cfg, func(ctx context.Context, cmd *cobra.Command, a *app, args []string) error {
			in, size, err := openInput(cmd, args[0])
			if err != nil {
				return err
			}
			report, err := a.importTickets(ctx, cmd, in, size, o)
			err = errors.Join(err, in.Close())
			if err != nil {
				return err
			}
			if !cfg.json {
				printTicketImport(cmd.ErrOrStderr(), report)
			}
			return cfg.result(cmd, report, "%d tickets created, %d updated, %d unchanged, %d lines rejected",
				report.Created, report.Updated, report.Unchanged, len(report.Rejected))
		}),
	}
	cmd.Flags().BoolVar(&o.Drafts, "drafts", false, "also make drafts of articles from the resolutions")
	return cmd
}

// openInput opens a file, or standard input for "-"; size is -1 if it is not known.
func openInput(cmd *cobra.Command, name string) (in io.ReadCloser, size int64, err error) {
	if name == "-" {
		return io.NopCloser(cmd.InOrStdin()), -1, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	if !info.Mode().IsRegular() {
		return f, -1, nil
	}
	return f, info.Size(), nil
}

// importTickets imports tickets and brings the index up to date.
func (a *app) importTickets(
	ctx context.Context, cmd *cobra.Command, in io.Reader, size int64, o history.Options,
) (history.Report, error) {
	model, err := openModel(ctx, a.cfg, a.store, a.log)
	if err != nil {
		return history.Report{}, err
	}
	if info, err := readServer(a.cfg); err == nil && newControlClient(info).ping(ctx) == nil {
		o.Rest = restShare
	}
	draw := progress(cmd, "importing")
	o.Progress = func(read int64) { draw(int(read), int(size)) }
	moving := history.New(history.Deps{Store: a.store, Model: model.Model, NewID: auth.NewUserID, Now: time.Now})
	report, err := moving.Import(ctx, in, o)
	if err != nil {
		return report, err
	}
	if err := a.catchUp(ctx); err != nil {
		return report, fmt.Errorf("the tickets were imported, but the index is not up to date: %w", err)
	}
	return report, nil
}

// maxNamesPrinted is how many unknown names of a kind are printed; --json has more.
const maxNamesPrinted = 10

// printTicketImport lists what did not go in, and what is not known here.
func printTicketImport(out io.Writer, r history.Report) {
	for _, x := range r.Rejected {
		fmt.Fprintf(out, "line %d: %s\n", x.Line, x.Reason)
	}
	for _, u := range []struct {
		what  string
		names []string
	}{
		{"services", names(r.Unknown.Services)},
		{"categories", names(r.Unknown.Categories)},
		{"groups", names(r.Unknown.Groups)},
		{"articles", names(r.Unknown.Articles)},
		{"tickets that others are merged into", r.Unknown.Tickets},
	} {
		if n := len(u.names); n > maxNamesPrinted {
			fmt.Fprintf(out, "unknown %s, stored as text: %s and %d more\n",
				u.what, strings.Join(u.names[:maxNamesPrinted], ", "), n-maxNamesPrinted)
		} else if n > 0 {
			fmt.Fprintf(out, "unknown %s, stored as text: %s\n", u.what, strings.Join(u.names, ", "))
		}
	}
}

// names lists the counted names, those of most tickets first.
func names(counts map[string]int) []string {
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
}

func newTicketsExport(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use:   "export FILE",
		Short: "Export all tickets in the form that tickets import reads",
		Args:  exactly(1),
		RunE: with(cfg, func(ctx context.Context, cmd *cobra.Command, a *app, args []string) error {
			moving := history.New(history.Deps{Store: a.store, Now: time.Now})
			if args[0] == "-" {
				_, err := moving.Export(ctx, cmd.OutOrStdout(), nil)
				return err
			}
			f, err := os.OpenFile(args[0], os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
			if err != nil {
				return err
			}
			n, err := moving.Export(ctx, f, nil)
			if err = errors.Join(err, f.Close()); err != nil {
				return err
			}
			return cfg.result(cmd, map[string]int{"tickets": n}, "%d tickets written to %s", n, args[0])
		}),
	}
}
