package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
)

// asRole adds --as, the role that a command reads with.
func asRole(cmd *cobra.Command, role *string) {
	cmd.Flags().StringVar(role, "as", "agent", "role to read with: visitor, requester or agent")
}

// viewer returns the actor that --as names.
func viewer(role string) (access.Actor, error) {
	switch role {
	case "visitor":
		return access.Actor{}, nil
	case "requester":
		return access.Actor{ID: "operator", Roles: []access.Role{access.Requester}}, nil
	case "agent":
		return operator(), nil
	}
	return access.Actor{}, usageError{fmt.Errorf("--as must be visitor, requester or agent, not %q", role)}
}

func newSearch(cfg *config) *cobra.Command {
	var role string
	q := retrieval.Query{}
	cmd := &cobra.Command{
		Use:   "search WORDS...",
		Short: "Search the articles",
		Args:  atLeast(1),
		RunE: with(cfg, func(ctx context.Context, cmd *cobra.Command, a *app, args []string) error {
			actor, err := viewer(role)
			if err != nil {
				return err
			}
			q.Text, q.Visibility = strings.Join(args, " "), kb.VisibleTo(actor)
			var res retrieval.Results
			err = a.withIndex(ctx, func(idx index) (err error) {
				if err := idx.CatchUp(ctx); err != nil {
					return err
				}
				res, err = idx.Search(ctx, q)
				return err
			})
			if err != nil {
				return err
			}
			return cfg.result(cmd, res, "%s", hitsText(res.Hits))
		}),
	}
	asRole(cmd, &role)
	cmd.Flags().IntVar(&q.Limit, "limit", 10, "number of results, 1 to 50")
	cmd.Flags().StringVar(&q.Kind, "kind", "", "only articles of this kind")
	cmd.Flags().StringVar(&q.Service, "service", "", "only articles of this service")
	return cmd
}

func hitsText(hits []desk.ArticleHit) string {
	if len(hits) == 0 {
		return "nothing found"
	}
	var b strings.Builder
	for i, h := range hits {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%2d. %.2f  %s  [%s]\n", i+1, h.Score, h.Article.Title, h.Article.Slug)
		if h.Passage.Text != "" {
			fmt.Fprintf(&b, "          %s\n", strings.Join(strings.Fields(h.Passage.Text), " "))
		}
		fmt.Fprintf(&b, "          %s", strings.Join(h.Why, "; "))
	}
	return b.String()
}
