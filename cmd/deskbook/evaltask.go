package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/retrieval"
	"github.com/deskbook/deskbook/summarize"
)

// evalTask is what "eval --task" measures instead of the ranking.
type evalTask struct {
	name          string
	since, before string
	show          int
	family        string
}

// withTasks adds the tasks of language to the command that measures the ranking.
func withTasks(cfg *config, cmd *cobra.Command) *cobra.Command {
	var t evalTask
	f := cmd.Flags()
	f.StringVar(&t.name, "task", "ranking", "what to measure: ranking, handoff, draft, answer, similar, triage or redact (which needs no SET)")
	f.StringVar(&t.since, "since", "", "of threads, those created on this day or later (2006-01-02); triage is tested on the tickets from then on")
	f.StringVar(&t.before, "before", "", "of threads and tickets to sort, those created before this day")
	f.IntVar(&t.show, "show", 0, "of drafts, answers and what redaction takes, print this many on standard error")
	f.StringVar(&t.family, "family", "held", "of redaction, the generated texts: held for figures, dev for tuning")
	f.Int("newest", 0, "of triage, how many of the earlier tickets are learned from, the newest; 0 for all")
	args := cmd.Args
	cmd.Args = func(cmd *cobra.Command, given []string) error {
		if t.name == "redact" && len(given) == 0 {
			return nil
		}
		return args(cmd, given)
	}
	rank := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		switch t.name {
		case "ranking":
			return rank(cmd, args)
		case "handoff":
			return t.handoff(cfg, cmd, args[0])
		case "draft":
			return t.draft(cfg, cmd, args[0])
		case "answer":
			return t.answer(cfg, cmd, args[0])
		case "similar":
			return evalSimilar(cfg, cmd, args[0])
		case "triage":
			return t.triage(cfg, cmd, args[0])
		case "redact":
			return t.redact(cfg, cmd, args)
		}
		return usageError{fmt.Errorf("--task %q: want ranking, handoff, draft, answer, similar, triage or redact", t.name)}
	}
	return cmd
}

// period reads --since and --before.
func (t evalTask) period() (p summarize.Period, err error) {
	for _, d := range []struct {
		text string
		at   *time.Time
	}{{t.since, &p.Since}, {t.before, &p.Before}} {
		if d.text == "" {
			continue
		}
		if *d.at, err = time.Parse(time.DateOnly, d.text); err != nil {
			return p, usageError{fmt.Errorf("a day is written as 2006-01-02: %w", err)}
		}
	}
	return p, nil
}

func (t evalTask) threads(dir string) ([]summarize.EvalThread, error) {
	p, err := t.period()
	if err != nil {
		return nil, err
	}
	return summarize.LoadThreads(dir, p)
}

func (t evalTask) handoff(cfg *config, cmd *cobra.Command, dir string) error {
	threads, err := t.threads(dir)
	if err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	r, err := summarize.EvaluateHandoff(cmd.Context(), threads, progress(cmd, "summarising"))
	if err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	if cfg.json {
		return cfg.result(cmd, r, "")
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%d threads (%d of six messages or more); %.3f of the summaries' lines are supported\n", r.Threads, r.LongThreads, r.Supported)
	fmt.Fprintf(cmd.OutOrStdout(), "%-9s %8s %8s %8s %8s %6s %8s %6s\n", "", "solution", "long", "cited", "size", "lines", "polite", "junk")
	for _, name := range []string{"summary", "lead-3", "lead", "textrank"} {
		s := r.Systems[name]
		fmt.Fprintf(cmd.OutOrStdout(), "%-9s %8.3f %8.3f %8.3f %8.3f %6.1f %8.3f %6.3f\n",
			name, s.Solution, s.SolutionLong, s.Evidence, s.Compression, s.Lines, s.Pleasantry, s.Junk)
	}
	return nil
}

func (t evalTask) draft(cfg *config, cmd *cobra.Command, dir string) error {
	threads, err := t.threads(dir)
	if err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	set, err := retrieval.LoadSet(dir, "")
	if err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	o := summarize.DraftEval{Threads: threads, Articles: set.Articles, Progress: progress(cmd, "drafting"), Show: t.show, Log: cmd.ErrOrStderr()}
	r, err := summarize.EvaluateDraft(cmd.Context(), o)
	if err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	return cfg.result(cmd, r, "%s", r)
}

func (t evalTask) answer(cfg *config, cmd *cobra.Command, dir string) error {
	qrels, err := cmd.Flags().GetString("qrels")
	if err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	with, err := cmd.Flags().GetStringArray("with")
	if err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	set, err := retrieval.LoadSet(dir, qrels)
	if err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	o := summarize.AnswerEval{Set: set, Progress: progress(cmd, "answering"), Show: t.show, Log: cmd.ErrOrStderr()}
	for _, w := range with {
		more, err := retrieval.LoadSet(w, "")
		if err != nil {
			return fmt.Errorf("eval: %w", err)
		}
		o.With = append(o.With, more.Articles)
	}
	if fit, err := cmd.Flags().GetString("fit"); err != nil || fit != "" {
		return fitAnswer(cfg, cmd, o, fit)
	}
	r, err := summarize.EvaluateAnswer(cmd.Context(), o)
	if err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	return cfg.result(cmd, r, "%s", r)
}

// realTexts reads the threads of a set, else its articles or tickets.
func (t evalTask) realTexts(dir string) (out []eval.RedactionText, err error) {
	if _, err := os.Stat(filepath.Join(dir, "threads-resolved.jsonl")); err == nil {
		threads, err := t.threads(dir)
		for _, th := range threads {
			out = append(out, eval.RedactionText{ID: th.ID, Text: th.Title})
			for i, m := range th.Messages {
				out = append(out, eval.RedactionText{ID: fmt.Sprintf("%s/%d", th.ID, i+1), Text: m.Text})
			}
		}
		return out, err
	}
	set, err := retrieval.LoadSet(dir, "")
	if err != nil {
		return nil, err
	}
	for _, a := range set.Articles {
		out = append(out, eval.RedactionText{ID: a.ID, Text: a.Title + "\n\n" + a.Markdown})
	}
	return out, nil
}

// redact measures redaction on generated texts and, with a SET, counts what it takes
// from the set's threads.
func (t evalTask) redact(cfg *config, cmd *cobra.Command, dirs []string) error {
	o := eval.RedactionOptions{Family: t.family, Show: t.show, Log: cmd.ErrOrStderr()}
	for _, dir := range dirs {
		texts, err := t.realTexts(dir)
		if err != nil {
			return fmt.Errorf("eval: %w", err)
		}
		o.Texts = append(o.Texts, texts...)
	}
	r, err := eval.Redaction(cmd.Context(), o)
	if err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	return cfg.result(cmd, r, "%s", r)
}

// fitAnswer fits the weights that answers are judged by and writes them: what ships was
// made by this.
func fitAnswer(cfg *config, cmd *cobra.Command, o summarize.AnswerEval, path string) error {
	r, err := summarize.FitAnswer(cmd.Context(), o)
	if err != nil {
		return fmt.Errorf("fit: %w", err)
	}
	data, err := json.MarshalIndent(r, "", "  ")
	if err == nil {
		err = os.WriteFile(path, append(data, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("fit: %w", err)
	}
	return cfg.result(cmd, r, "%s", r)
}
