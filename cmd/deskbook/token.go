package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
)

func newToken(cfg *config) *cobra.Command {
	cmd := &cobra.Command{Use: "token", Short: "Manage bearer tokens for the API"}
	cmd.AddCommand(newTokenCreate(cfg))
	return cmd
}

func newTokenCreate(cfg *config) *cobra.Command {
	var scopes []string
	var expires time.Duration
	var name string
	cmd := &cobra.Command{
		Use:   "create EMAIL",
		Short: "Create a token with the rights of a user, or fewer, and print it",
		Args:  exactly(1),
		RunE: with(cfg, func(ctx context.Context, cmd *cobra.Command, a *app, args []string) error {
			u, err := a.users.UserByEmail(ctx, operator(), args[0])
			if err != nil {
				return err
			}
			in := auth.NewToken{Name: name, Life: expires}
			for _, s := range scopes {
				in.Scopes = append(in.Scopes, access.Permission(s))
			}
			secret, t, err := a.users.CreateToken(ctx, operator(), u.ID, in)
			if err != nil {
				return err
			}
			return cfg.result(cmd, map[string]any{"id": t.ID, "token": secret}, "%s", secret)
		}),
	}
	cmd.Flags().StringSliceVar(&scopes, "scopes", nil,
		"limit the token to these permissions, separated by commas (default: all that the user's roles grant)")
	cmd.Flags().DurationVar(&expires, "expires", 0, "how long the token is valid, e.g. 720h (default: until revoked)")
	cmd.Flags().StringVar(&name, "name", "command line", "what the token is for")
	return cmd
}
