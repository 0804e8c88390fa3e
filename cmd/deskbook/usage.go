package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// usageError is a command line that cannot be carried out as written.
type usageError struct{ error }

// exactly is cobra.ExactArgs with an error that counts as wrong use.
func exactly(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := cobra.ExactArgs(n)(cmd, args); err != nil {
			return usageError{fmt.Errorf("%w\nusage: %s", err, cmd.UseLine())}
		}
		return nil
	}
}
