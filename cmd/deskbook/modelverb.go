package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/desk/replay"
	"github.com/deskbook/deskbook/internal/fault"
)

func newModel(cfg *config) *cobra.Command {
	cmd := &cobra.Command{Use: "model", Short: "Check a service model, and replay it on past tickets"}
	cmd.AddCommand(newModelCheck(cfg), newModelReplay(cfg))
	return cmd
}

func newModelCheck(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use:   "check FILE",
		Short: "Check the text of a service model",
		Long:  "Check the text of a service model. For each problem, report line, column, reason and what is allowed there.",
		Args:  exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			type problem struct {
				Line   int    `json:"line"`
				Column int    `json:"column"`
				Path   string `json:"path"`
				Reason string `json:"reason"`
			}
			report := struct {
				OK       bool      `json:"ok"`
				Problems []problem `json:"problems"`
			}{Problems: []problem{}}
			text, err := os.ReadFile(args[0])
			if err != nil {
				return fmt.Errorf("read %s: %w", args[0], err)
			}
			m, err := model.Parse(text)
			var list model.Problems
			switch {
			case err == nil:
				report.OK = true
				return cfg.result(cmd, report, "%s is good: version %d of %s", args[0], m.Version, m.Name)
			case !errors.As(err, &list):
				return err
			}
			var lines []string
			for _, p := range list {
				report.Problems = append(report.Problems, problem{p.Line, p.Column, p.Path, p.Reason})
				lines = append(lines, args[0]+": "+p.String())
			}
			if err := cfg.result(cmd, report, "%s", strings.Join(lines, "\n")); err != nil {
				return err
			}
			return fmt.Errorf("%s has problems (%d)", args[0], len(list))
		},
	}
}

func newModelReplay(cfg *config) *cobra.Command {
	var since string
	cmd := &cobra.Command{
		Use:   "replay FILE --since DATE",
		Short: "Show what a changed service model would have done to past tickets",
		Long: `Run the tickets that were opened since DATE twice: under the service models that were in
force, and under that of FILE. Report which tickets would have another group, type, priority, outcome
of a target, escalation or automation. The text in force changes nothing.`,
		Args: exactly(1),
		RunE: with(cfg, func(ctx context.Context, cmd *cobra.Command, a *app, args []string) error {
			from, err := parseSince(since)
			if err != nil {
				return err
			}
			text, err := os.ReadFile(args[0])
			if err != nil {
				return fmt.Errorf("read %s: %w", args[0], err)
			}
			models, err := a.models(ctx)
			if err != nil {
				return err
			}
			s := replay.Service{Store: a.store, Models: models, Now: time.Now}
			r, err := s.Run(ctx, string(text), from)
			if err != nil {
				return fmt.Errorf("replay %s: %w", args[0], err)
			}
			return cfg.result(cmd, r, "%s", replayText(r))
		}),
	}
	cmd.Flags().StringVar(&since, "since", "", "the day or time from which on tickets count, such as 2026-01-31")
	return cmd
}

// parseSince parses a date or a time.
func parseSince(s string) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.Parse(layout, s); err == nil {
			return at, nil
		}
	}
	return time.Time{}, usageError{fmt.Errorf("--since must be a date such as 2026-01-31, not %q", s)}
}

// replayText returns a report for people.
func replayText(r replay.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d tickets, %d changes\n", r.Tickets, len(r.Changed))
	for _, f := range replay.Fields() {
		fmt.Fprintf(&b, "  %-16s %d\n", f, r.Totals[f])
	}
	b.WriteString("missed targets (then, with the change)\n")
	for _, m := range r.Misses {
		fmt.Fprintf(&b, "  %-16s %d → %d\n", m.Target, m.Before, m.After)
	}
	for _, w := range r.Worst {
		fmt.Fprintf(&b, "  ticket %s would miss its %s by %s\n", w.Ticket, w.Target,
			time.Duration(w.Over*float64(time.Second)).Round(time.Minute))
	}
	return strings.TrimRight(b.String(), "\n")
}

// models returns the service models of the store; a desk that never ran has the shipped one.
func (a *app) models(ctx context.Context) (replay.Models, error) {
	r := model.NewRegistry(a.store, time.Now)
	err := r.Load(ctx)
	if fault.Is(err, fault.NotFound) {
		m, err := model.Parse(content.ServiceModel())
		return shipped{m}, err
	}
	return r, err
}

// shipped is the service model of a desk that never ran.
type shipped struct{ model *model.Service }

// Timeline returns the shipped service model.
func (s shipped) Timeline(context.Context) ([]model.InForce, error) {
	return []model.InForce{{Model: s.model}}, nil
}

// Current returns the shipped service model.
func (s shipped) Current() model.Version { return model.Version{Text: string(content.ServiceModel())} }
