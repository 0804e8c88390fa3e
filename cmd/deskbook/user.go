package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
)

func newUser(cfg *config) *cobra.Command {
	cmd := &cobra.Command{Use: "user", Short: "Manage users"}
	cmd.AddCommand(newUserAdd(cfg), newUserList(cfg), newUserDisable(cfg))
	return cmd
}

func newUserAdd(cfg *config) *cobra.Command {
	var roles []string
	var name string
	cmd := &cobra.Command{
		Use:   "add EMAIL --role ROLE [--role ROLE]",
		Short: "Add a user; the password is read from standard input",
		Args:  exactly(1),
		RunE: with(cfg, func(ctx context.Context, cmd *cobra.Command, a *app, args []string) error {
			parsed, err := parseRoles(roles)
			if err != nil {
				return err
			}
			password, err := readPassword(cmd)
			if err != nil {
				return err
			}
			u, err := a.users.CreateUser(ctx, operator(), auth.NewUser{
				Email: args[0], Name: name, Password: password, Roles: parsed,
			})
			if err != nil {
				return err
			}
			return cfg.result(cmd, map[string]any{"id": u.ID, "email": u.Email, "roles": u.Roles},
				"added %s (%s)", u.Email, u.ID)
		}),
	}
	cmd.Flags().StringArrayVar(&roles, "role", nil,
		"requester, agent, knowledge_manager, service_manager or admin; may be repeated")
	cmd.Flags().StringVar(&name, "name", "", "the user's name, as shown in threads")
	return cmd
}

func parseRoles(names []string) ([]access.Role, error) {
	if len(names) == 0 {
		return nil, usageError{errors.New("at least one --role is required")}
	}
	var roles []access.Role
	for _, list := range names {
		for _, name := range strings.Split(list, ",") {
			r, ok := access.ParseRole(strings.TrimSpace(name))
			if !ok {
				return nil, usageError{fmt.Errorf("--role: there is no role %q; the roles are %v", name, access.Roles())}
			}
			roles = append(roles, r)
		}
	}
	return roles, nil
}

// readPassword prompts for the password on a terminal, without echoing it, and otherwise
// reads the first line of standard input.
func readPassword(cmd *cobra.Command) (string, error) {
	if f, ok := cmd.InOrStdin().(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		fmt.Fprint(cmd.ErrOrStderr(), "Password: ")
		b, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(cmd.ErrOrStderr())
		return string(b), err
	}
	line, err := bufio.NewReader(io.LimitReader(cmd.InOrStdin(), 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", usageError{errors.New("pass the password on standard input")}
	}
	return line, nil
}

func newUserList(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List all users",
		Args:  exactly(0),
		RunE: with(cfg, func(ctx context.Context, cmd *cobra.Command, a *app, _ []string) error {
			users, err := a.users.Users(ctx, operator())
			if err != nil {
				return err
			}
			type row struct {
				ID       string        `json:"id"`
				Email    string        `json:"email"`
				Name     string        `json:"name"`
				Roles    []access.Role `json:"roles"`
				Disabled bool          `json:"disabled"`
			}
			rows := []row{}
			var lines []string
			for _, u := range users {
				rows = append(rows, row{u.ID, u.Email, u.Name, u.Roles, u.Disabled})
				state := ""
				if u.Disabled {
					state = "  (disabled)"
				}
				lines = append(lines, fmt.Sprintf("%s  %v%s", u.Email, u.Roles, state))
			}
			if len(lines) == 0 {
				lines = []string{"no users yet"}
			}
			return cfg.result(cmd, map[string]any{"users": rows}, "%s", strings.Join(lines, "\n"))
		}),
	}
}

func newUserDisable(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use:   "disable EMAIL",
		Short: "Stop a user from signing in, and end their sessions and tokens",
		Args:  exactly(1),
		RunE: with(cfg, func(ctx context.Context, cmd *cobra.Command, a *app, args []string) error {
			u, err := a.users.UserByEmail(ctx, operator(), args[0])
			if err != nil {
				return err
			}
			if err := a.users.Disable(ctx, operator(), u.ID); err != nil {
				return err
			}
			return cfg.result(cmd, map[string]string{"disabled": u.Email}, "%s can no longer sign in", u.Email)
		}),
	}
}
