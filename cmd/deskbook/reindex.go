package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
)

func newReindex(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use:   "reindex",
		Short: "Build the search index anew from the store",
		Long:  "Build the search index anew from the store, beside the old one, and swap. Searches go on meanwhile.",
		Args:  exactly(0),
		RunE: with(cfg, func(ctx context.Context, cmd *cobra.Command, a *app, _ []string) error {
			idx, done, err := a.openIndex(ctx)
			if err != nil {
				return err
			}
			err = idx.Rebuild(ctx)
			if err == nil {
				err = idx.CatchUp(ctx)
			}
			if err = errors.Join(err, done()); err != nil {
				return err
			}
			return cfg.result(cmd, map[string]bool{"rebuilt": true}, "the index was built anew")
		}),
	}
}
