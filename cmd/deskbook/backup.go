package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

func newBackup(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Back up everything into one file, even while a server is running",
		Args:  exactly(1),
		RunE: with(cfg, func(ctx context.Context, cmd *cobra.Command, a *app, args []string) error {
			files := map[string]string{}
			// What stands there instead of a file is damage; the database has the model in force.
			if info, err := os.Stat(cfg.path(modelFileName)); err == nil && info.Mode().IsRegular() {
				files[modelFileName] = cfg.path(modelFileName)
			}
			if err := a.store.Backup(ctx, args[0], files); err != nil {
				return fmt.Errorf("backup: %w", err)
			}
			return cfg.result(cmd, map[string]string{"file": args[0]}, "the backup is in %s", args[0])
		}),
	}
}
