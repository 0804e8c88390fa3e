package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func newVerify(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Check that index and store agree",
		Long:  "Compare the index, in the running server if there is one, with the store. Exit 1 and say what differs when they disagree.",
		Args:  exactly(0),
		RunE: with(cfg, func(ctx context.Context, cmd *cobra.Command, a *app, _ []string) error {
			if err := a.store.Check(ctx); err != nil {
				return fmt.Errorf("the database is damaged: %w", err)
			}
			idx, done, err := a.openIndex(ctx)
			if err != nil {
				return err
			}
			err = idx.CatchUp(ctx)
			if err != nil {
				return errors.Join(err, done())
			}
			report, err := idx.Verify(ctx)
			if err = errors.Join(err, done()); err != nil {
				return err
			}
			state := "index and store agree"
			if !report.OK {
				state = "index and store differ:\n  " + strings.Join(report.Differences, "\n  ")
			}
			err = cfg.result(cmd, report, "%s (%d articles, %d resolved tickets, change %d of %d)",
				state, report.Articles, report.Tickets, report.Sequence, report.LastChange)
			if err == nil && !report.OK {
				err = errors.New("verify: index and store differ; 'deskbook reindex' builds the index anew")
			}
			return err
		}),
	}
}
