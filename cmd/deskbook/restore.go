package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/deskbook/deskbook/internal/store"
)

func newRestore(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Bring everything back from a backup into an empty data folder",
		Args:  exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := store.Restore(cmd.Context(), args[0], cfg.data); err != nil {
				return fmt.Errorf("restore: %w", err)
			}
			a, err := open(cmd.Context(), cmd, cfg)
			if err != nil {
				return err
			}
			defer a.close()
			if err := a.catchUp(cmd.Context()); err != nil {
				return fmt.Errorf("everything is back, the index is not: %w", err)
			}
			return cfg.result(cmd, map[string]string{"restored": cfg.data}, "everything is back in %s", cfg.data)
		},
	}
}
