package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/retrieval"
)

func newEval(cfg *config) *cobra.Command {
	var o eval.RankingOptions
	var qrels, fit, weights string
	cmd := &cobra.Command{
		Use:   "eval SET",
		Short: "Measure the ranking, the texts, triage or redaction on a labelled set",
		Long: `Measure on a labelled set, in a temporary store; live data is not touched. Without --task
the queries of the set (a folder with corpus.jsonl or articles/, queries.jsonl and
qrels/NAME.tsv) are ranked. The other tasks:

  similar          find duplicates of tickets and similar ones
  handoff, draft   summarise and draft from resolved threads (threads-resolved.jsonl)
  answer           answer the queries, or questions made of a folder of articles
  triage           sort tickets that have a topic or a priority, learned from earlier ones
  redact           find what was put into generated texts, or list what is taken from a set`,
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			set, err := eval.LoadSet(args[0], qrels)
			if err != nil {
				return fmt.Errorf("eval: %w", err)
			}
			o.Set, o.Progress = set, progress(cmd, "ranking")
			if fit != "" {
				return fitRanker(cfg, cmd, set, fit)
			}
			if o.Ranker, err = rankerIn(weights); err != nil {
				return fmt.Errorf("eval: %w", err)
			}
			r, err := eval.Ranking(cmd.Context(), o)
			if err != nil {
				return fmt.Errorf("eval: %w", err)
			}
			ci := r.CI95["ndcg@10"]
			return cfg.result(cmd, r,
				"%d queries  nDCG@10 %.3f [%.3f, %.3f]  R@1 %.3f  R@10 %.3f  MRR@10 %.3f  hit@1 %.3f\nbelow the floor of %.2f: %.3f  precision above it %.3f  calibration error %.3f\np50 %.1f ms  p99 %.1f ms  indexed in %.1f s",
				r.Queries, r.NDCG10, ci[0], ci[1], r.Recall1, r.Recall10, r.MRR10, r.Hit1, r.Floor, r.Below, r.Precision, r.CalibrationError, r.MS.P50, r.MS.P99, r.IndexSeconds)
		},
	}
	f := cmd.Flags()
	f.StringVar(&qrels, "qrels", "test", "which judgements to rank and measure: qrels/NAME.tsv")
	f.StringArrayVar(&o.History, "history", nil, "SET:NAME, earlier tickets with the articles that resolved them; may be repeated")
	f.StringArrayVar(&o.With, "with", nil, "a set whose articles are added to the corpus; may be repeated")
	f.BoolVar(&o.Stream, "stream", false, "after a ticket is ranked, what resolved it is known for later ones")
	f.BoolVar(&o.NoLearning, "no-learning", false, "rank by text alone")
	f.StringVar(&o.RunFile, "run", "", "write the rankings to this file, in TREC format")
	f.StringVar(&fit, "fit", "", "instead of measuring, fit the weights of the ranking (or with --task answer of answering) on the judgements and write them to this file")
	f.StringVar(&weights, "weights", "", "rank with the weights in this file instead of those that ship")
	return withTasks(cfg, cmd)
}

// fitRanker fits weights on a set and writes them: what ships was made by this.
func fitRanker(cfg *config, cmd *cobra.Command, set *eval.Set, path string) error {
	w, r, err := eval.FitRanker(cmd.Context(), set, progress(cmd, "fitting"))
	if err == nil {
		err = os.WriteFile(path, []byte(w.JSON()+"\n"), 0o644)
	}
	if err != nil {
		return fmt.Errorf("fit: %w", err)
	}
	return cfg.result(cmd, r, "%d tickets, weights %s written to %s", w.Tickets, w.Hash(), path)
}

// rankerIn reads the weights in a file; nil where none is named.
func rankerIn(path string) (*retrieval.RankerWeights, error) {
	if path == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	w, err := retrieval.ParseRanker(string(raw))
	return &w, err
}
