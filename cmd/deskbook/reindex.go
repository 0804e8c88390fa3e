package main

import (
	"context"

	"github.com/spf13/cobra"
)

func newReindex(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use:   "reindex",
		Short: "Rebuild the search index from the database",
		Long: `Rebuild the search index from the database, next to the old one, which is replaced when
the new one is complete. Search keeps working in the meantime.`,
		Args: exactly(0),
		RunE: with(cfg, func(ctx context.Context, cmd *cobra.Command, a *app, _ []string) error {
			err := a.withIndex(ctx, func(idx index) error {
				if err := idx.Rebuild(ctx); err != nil {
					return err
				}
				return idx.CatchUp(ctx)
			})
			if err != nil {
				return err
			}
			return cfg.result(cmd, map[string]bool{"rebuilt": true}, "the index was rebuilt")
		}),
	}
}
