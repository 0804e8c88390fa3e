package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/deskbook/deskbook/internal/store"
)

func newRestore(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Restore a backup into an empty data folder",
		Args:  exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := store.Restore(cmd.Context(), args[0], cfg.data); err != nil {
				return fmt.Errorf("restore: %w", err)
			}
			a, err := open(cmd.Context(), cmd, cfg)
			if err != nil {
				return err
			}
			if err := errors.Join(a.catchUp(cmd.Context()), a.close()); err != nil {
				return fmt.Errorf("the data was restored, but the index is not up to date: %w", err)
			}
			return cfg.result(cmd, map[string]string{"restored": cfg.data}, "the backup was restored to %s", cfg.data)
		},
	}
}
