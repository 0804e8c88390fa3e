package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

func newExport(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use:   "export FOLDER",
		Short: "Export all articles, with their pictures and attachments, so that they import back byte for byte",
		Args:  exactly(1),
		RunE: with(cfg, func(ctx context.Context, cmd *cobra.Command, a *app, args []string) error {
			report, err := a.folders().Export(ctx, args[0])
			if err != nil {
				return fmt.Errorf("export: %w", err)
			}
			for _, r := range report.Renamed {
				fmt.Fprintf(cmd.ErrOrStderr(), "%s: written as %s, because another has this path\n", r.From, r.To)
			}
			return cfg.result(cmd, report, "%d articles and %d files written to %s", report.Exported, report.Files, args[0])
		}),
	}
}
