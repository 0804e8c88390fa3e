package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/deskbook/deskbook/internal/eval"
)

// evalTask is one thing that eval measures: a subcommand.
type evalTask struct {
	name, args, short string
	flags             []string
	// measure returns the result, and as text what is printed without --json.
	measure func(e evaluation, set string) (result any, text string, err error)
}

func evalTasks() []evalTask {
	return []evalTask{
		{
			name: "ranking", args: "SET", short: "Rank the articles for the queries of a set",
			flags: []string{
				"qrels", "history", "with", "stream", "no-learning", "run", "fit", "weights", "vectors", "vectors-file",
				"embeddings-base-url", "embeddings-model", "embeddings-api-key-file",
				"reranker", "scores-file", "reading-time", "layers",
			},
			measure: evaluation.ranking,
		},
		{
			name: "similar", args: "SET", short: "Find duplicates of tickets, and similar ones",
			flags:   []string{"qrels", "run"},
			measure: evaluation.similar,
		},
		{
			name: "titles", args: "SET", short: "Search for the title of every article of a set, or of a folder of Markdown",
			flags:   []string{"with", "show"},
			measure: evaluation.titles,
		},
		{
			name: "searches", args: "SET", short: "Search for the titles of a set's queries, and see where the lists end",
			flags:   []string{"qrels"},
			measure: evaluation.searches,
		},
		{
			name: "calibration", args: "SET", short: "Compare probabilities with what came true, by size of the history",
			flags:   []string{"qrels", "with", "vectors", "vectors-file", "weights"},
			measure: evaluation.calibration,
		},
		{
			name: "handoff", args: "SET", short: "Write hand-off summaries of resolved threads",
			flags:   []string{"since", "before"},
			measure: evaluation.handoff,
		},
		{
			name: "draft", args: "SET", short: "Draft articles from resolved threads",
			flags:   []string{"since", "before", "show"},
			measure: evaluation.draft,
		},
		{
			name: "answer", args: "SET", short: "Answer the queries of a set, or questions made from its articles",
			flags:   []string{"qrels", "with", "show", "fit"},
			measure: evaluation.answer,
		},
		{
			name: "triage", args: "SET", short: "Sort tickets by topic or priority, learned from earlier ones",
			flags:   []string{"since", "before", "newest"},
			measure: evaluation.triage,
		},
		{
			name: "redact", args: "[SET]", short: "Redact a family of texts; with SET, also count what is redacted there",
			flags:   []string{"family", "since", "before", "show"},
			measure: evaluation.redact,
		},
	}
}

// evaluation is one run of a task: its flags and the command it belongs to.
type evaluation struct {
	cmd *cobra.Command

	qrels, runFile, fit, weights string
	vectors, vectorsFile         string
	embeddings                   embeddings
	reranker, scoresFile         string
	readingTime                  time.Duration
	layers                       bool
	history, with                []string
	stream, noLearning           bool
	since, before, family        string
	show, newest                 int
}

// flags defines the flags of all tasks. Several tasks share a flag.
func (e *evaluation) flags() *pflag.FlagSet {
	f := pflag.NewFlagSet("eval", pflag.ContinueOnError)
	f.StringVar(&e.qrels, "qrels", "test", "judgements to measure against: qrels/NAME.tsv")
	f.StringArrayVar(&e.history, "history", nil,
		"SET:NAME, earlier tickets with the articles that resolved them; may be repeated")
	f.StringArrayVar(&e.with, "with", nil, "set whose articles are added to the corpus; may be repeated")
	f.BoolVar(&e.stream, "stream", false, "once a ticket is ranked, let later ones learn from what resolved it")
	f.BoolVar(&e.noLearning, "no-learning", false, "rank by text alone")
	f.StringVar(&e.runFile, "run", "", "write the rankings to this file, in TREC format")
	f.StringVar(&e.fit, "fit", "", "instead of measuring, fit the weights to the judgements and write them to this file")
	f.StringVar(&e.weights, "weights", "", "rank with the weights in this file instead of the built-in ones")
	f.StringVar(&e.vectors, "vectors", "", vectorsUsage)
	f.StringVar(&e.vectorsFile, "vectors-file", "", "store vectors in this file for the next evaluation")
	e.embeddings.flags(f)
	f.StringVar(&e.reranker, "reranker", "", rerankerUsage)
	f.StringVar(&e.scoresFile, "scores-file", "", "store what the cross-encoder says in this file for the next evaluation")
	f.DurationVar(&e.readingTime, "reading-time", 0, "read passages for at most this long a query; 0 for all of them")
	f.BoolVar(&e.layers, "layers", false, "rank by words alone, with the encoder, with the reranker and with both")
	f.StringVar(&e.since, "since", "",
		"only threads created on this day (2006-01-02) or later; for triage, the first day to test on")
	f.StringVar(&e.before, "before", "", "only threads and tickets created before this day (2006-01-02)")
	f.StringVar(&e.family, "family", "held",
		"texts to use: held or written-held for reporting, dev or written-dev for tuning")
	f.IntVar(&e.show, "show", 0, "print this many results on standard error")
	f.IntVar(&e.newest, "newest", 0, "learn from this many of the earlier tickets, the newest; 0 for all")
	return f
}

// newEval returns eval with a subcommand for each task. eval itself takes a SET and
// --task NAME with the flags of every task: the form that came before the subcommands.
func newEval(cfg *config) *cobra.Command {
	var e evaluation
	var name string
	flags, tasks := e.flags(), evalTasks()
	run := func(t evalTask) func(*cobra.Command, []string) error {
		return func(cmd *cobra.Command, args []string) error {
			e.cmd = cmd
			result, text, err := t.measure(e, cmp.Or(args...))
			if err != nil {
				return fmt.Errorf("eval: %w", err)
			}
			return cfg.result(cmd, result, "%s", text)
		}
	}
	find := func(name string) int {
		return slices.IndexFunc(tasks, func(t evalTask) bool { return t.name == name })
	}
	cmd := &cobra.Command{
		Use:   "eval SET",
		Short: "Measure ranking, written texts, triage or redaction on a labelled set",
		Long: `Measure on a labelled set, in a temporary store; live data is not touched.

A set is a folder with corpus.jsonl or articles/, queries.jsonl and qrels/NAME.tsv;
handoff and draft read its threads-resolved.jsonl, triage its triage-topic.jsonl.

"deskbook eval SET" is short for "deskbook eval ranking SET"; with --task NAME it
measures another task, with the flags of that task. Write ./NAME for a folder that
has the name of a task.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if i := find(name); i >= 0 {
				return tasks[i].checkArgs(cmd, args)
			}
			return exactly(1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			i := find(name)
			if i < 0 {
				return usageError{fmt.Errorf("--task must be one of %s, not %q", taskNames(tasks), name)}
			}
			return run(tasks[i])(cmd, args)
		},
	}
	for _, t := range tasks {
		sub := &cobra.Command{Use: t.name + " " + t.args, Short: t.short, Args: t.checkArgs, RunE: run(t)}
		for _, flag := range t.flags {
			sub.Flags().AddFlag(flags.Lookup(flag))
		}
		cmd.AddCommand(sub)
	}
	flags.VisitAll(func(f *pflag.Flag) {
		hidden := *f // each task lists its own
		hidden.Hidden = true
		cmd.Flags().AddFlag(&hidden)
	})
	cmd.Flags().StringVar(&name, "task", "ranking", "what to measure with SET: "+taskNames(tasks))
	return cmd
}

func (t evalTask) checkArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 && strings.HasPrefix(t.args, "[") {
		return nil
	}
	return exactly(1)(cmd, args)
}

func taskNames(tasks []evalTask) string {
	var names []string
	for _, t := range tasks {
		names = append(names, t.name)
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// period returns the time that --since and --before select.
func (e evaluation) period() (p eval.Period, err error) {
	for _, d := range []struct {
		text string
		at   *time.Time
	}{{e.since, &p.Since}, {e.before, &p.Before}} {
		if d.text == "" {
			continue
		}
		if *d.at, err = time.Parse(time.DateOnly, d.text); err != nil {
			return p, usageError{errors.New("write a day as 2006-01-02: " + err.Error())}
		}
	}
	return p, nil
}

func (e evaluation) progress(what string) func(done, total int) { return progress(e.cmd, what) }
