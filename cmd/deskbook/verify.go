package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/deskbook/deskbook/retrieval"
)

func newVerify(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Check that the index and the database agree",
		Long: `Compare the index, that of the running server if there is one, with the database. If they
differ, report how and exit with 1.`,
		Args: exactly(0),
		RunE: with(cfg, func(ctx context.Context, cmd *cobra.Command, a *app, _ []string) error {
			if err := a.store.Check(ctx); err != nil {
				return fmt.Errorf("the database is damaged: %w", err)
			}
			var report retrieval.VerifyReport
			err := a.withIndex(ctx, func(idx index) (err error) {
				if err := idx.CatchUp(ctx); err != nil {
					return err
				}
				report, err = idx.Verify(ctx)
				return err
			})
			if err != nil {
				return err
			}
			state := "index and database agree"
			if !report.OK {
				state = "index and database differ:\n  " + strings.Join(report.Differences, "\n  ")
			}
			err = cfg.result(cmd, report, "%s (%d articles, %d resolved tickets, change %d of %d)",
				state, report.Articles, report.Tickets, report.Sequence, report.LastChange)
			if err == nil && !report.OK {
				err = errors.New("verify: index and database differ; 'deskbook reindex' rebuilds the index")
			}
			return err
		}),
	}
}
