package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/retrieval/triage"
)

// newTriage makes the service that learns how tickets are sorted and proposes it.
func (s *server) newTriage() *triage.Service {
	return triage.New(triage.Deps{Ledger: s.store, Model: s.model.Model, Now: time.Now, Log: s.log})
}

// triage measures triage on a set of tickets with a topic or a priority.
func (t evalTask) triage(cfg *config, cmd *cobra.Command, dir string) error {
	p, err := t.period()
	if err != nil {
		return err
	}
	field, examples, err := eval.LoadExamples(dir)
	if err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	o := eval.TriageOptions{Field: field, Examples: examples, Since: p.Since, Before: p.Before, Progress: progress(cmd, "sorting")}
	if o.Newest, err = cmd.Flags().GetInt("newest"); err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	r, err := eval.Triage(cmd.Context(), o)
	if err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	return cfg.result(cmd, r, "%s", r)
}
