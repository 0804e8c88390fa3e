package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/deskbook/deskbook/internal/simulate"
)

func newSimulate(cfg *config) *cobra.Command {
	var o simulate.Options
	var out string
	cmd := &cobra.Command{
		Use:   "simulate --out FOLDER",
		Short: "Generate a desk of any size: articles, tickets, changes and a service model",
		Long: `Generate a service desk into FOLDER: tickets.jsonl, in the form that tickets import reads,
articles/, changes.jsonl and service-model.yaml. The same seed produces the same bytes.

Up to 20,000 tickets are a quarter of a desk with six services and two suppliers, in which something happens:
an outage, a bad release that is taken back, a workaround that lapses, and a queue that is made to look better
than it is. story.json lists the tickets of each. More tickets are years of a desk with twelve services.`,
		Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return usageError{fmt.Errorf("--out is missing; name the folder to write")}
			}
			draw := progress(cmd, "generating")
			o.Progress = func(done int) { draw(done, o.Tickets) }
			if err := simulate.Generate(cmd.Context(), out, o); err != nil {
				return fmt.Errorf("simulate: %w", err)
			}
			return cfg.result(cmd, map[string]any{"tickets": o.Tickets, "folder": out},
				"%d tickets written to %s", o.Tickets, out)
		},
	}
	cmd.Flags().Uint64Var(&o.Seed, "seed", 1, "what the desk is generated from")
	cmd.Flags().IntVar(&o.Tickets, "tickets", 10_000, "number of tickets")
	cmd.Flags().IntVar(&o.Articles, "articles", 0, "number of articles (default: one for ten tickets)")
	cmd.Flags().StringVar(&out, "out", "", "the folder to write")
	return cmd
}
