package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

func newExport(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use:   "export FOLDER",
		Short: "Export all articles as Markdown that imports back byte for byte",
		Args:  exactly(1),
		RunE: with(cfg, func(ctx context.Context, cmd *cobra.Command, a *app, args []string) error {
			n, err := a.articles.Export(ctx, args[0])
			if err != nil {
				return fmt.Errorf("export: %w", err)
			}
			return cfg.result(cmd, map[string]int{"exported": n}, "%d articles written to %s", n, args[0])
		}),
	}
}
