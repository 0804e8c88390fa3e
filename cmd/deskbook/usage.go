package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"
)

// usageError is a command line that cannot be carried out as written.
type usageError struct{ error }

// exactly requires n arguments.
func exactly(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return usageError{fmt.Errorf("%s takes %s, not %d\nusage: %s",
				cmd.CommandPath(), arguments(n), len(args), cmd.UseLine())}
		}
		if slices.Contains(args, "") {
			return usageError{fmt.Errorf("%s: an argument is empty\nusage: %s", cmd.CommandPath(), cmd.UseLine())}
		}
		return nil
	}
}

// atLeast requires n arguments or more.
func atLeast(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < n {
			return usageError{fmt.Errorf("%s takes at least %s\nusage: %s",
				cmd.CommandPath(), arguments(n), cmd.UseLine())}
		}
		return nil
	}
}

func arguments(n int) string {
	switch n {
	case 0:
		return "no arguments"
	case 1:
		return "one argument"
	}
	return fmt.Sprintf("%d arguments", n)
}
