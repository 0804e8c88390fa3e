package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
)

// maxTicketText bounds what suggest reads from standard input, in bytes.
const maxTicketText = 4 << 20

func newSuggest(cfg *config) *cobra.Command {
	var role, subject string
	cmd := &cobra.Command{
		Use:   "suggest [--subject TEXT] < TICKET",
		Short: "Suggest what resolves the ticket whose text is on standard input",
		Args:  exactly(0),
		RunE: with(cfg, func(ctx context.Context, cmd *cobra.Command, a *app, _ []string) error {
			actor, err := viewer(role)
			if err != nil {
				return err
			}
			body, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), maxTicketText))
			if err != nil {
				return err
			}
			if strings.TrimSpace(subject+string(body)) == "" {
				return usageError{errors.New("pass the text of the ticket on standard input, or its subject with --subject")}
			}
			var s desk.Suggestions
			err = a.withIndex(ctx, func(idx index) (err error) {
				if err := idx.CatchUp(ctx); err != nil {
					return err
				}
				s, err = idx.Suggest(ctx, desk.SuggestRequest{
					Subject: subject, Body: string(body), Visibility: kb.VisibleTo(actor), Tickets: actor.ReadsAllTickets(),
				})
				return err
			})
			if err != nil {
				return err
			}
			return cfg.result(cmd, s, "%s", suggestionsText(s))
		}),
	}
	asRole(cmd, &role)
	cmd.Flags().StringVar(&subject, "subject", "", "subject of the ticket")
	return cmd
}

func suggestionsText(s desk.Suggestions) string {
	var b strings.Builder
	if len(s.KnownErrors) > 0 {
		fmt.Fprintf(&b, "Known errors\n%s\n", hitsText(s.KnownErrors))
	}
	if s.BelowFloor {
		b.WriteString("No article is likely enough to resolve this.")
	} else {
		fmt.Fprintf(&b, "Articles\n%s", hitsText(s.Articles))
	}
	for i, t := range s.Tickets {
		if i == 0 {
			b.WriteString("\nSimilar resolved tickets")
		}
		fmt.Fprintf(&b, "\n%2d. %.2f  #%s %s\n          %s", i+1, t.Score, t.ID, t.Subject, t.Resolution)
	}
	return b.String()
}
