package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/deskbook/deskbook/internal/eval"
)

// evalSimilar measures similar tickets on a set whose corpus are tickets.
func evalSimilar(cfg *config, cmd *cobra.Command, dir string) error {
	o := eval.SimilarOptions{Dir: dir, Progress: progress(cmd, "comparing")}
	var err error
	if o.Qrels, err = cmd.Flags().GetString("qrels"); err != nil {
		return err
	}
	if o.RunFile, err = cmd.Flags().GetString("run"); err != nil {
		return err
	}
	r, err := eval.Similar(cmd.Context(), o)
	if err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	ci := r.CI95["ndcg@10"]
	return cfg.result(cmd, r,
		"%d queries among %d tickets  nDCG@10 %.3f [%.3f, %.3f]  R@1 %.3f  R@10 %.3f  MRR@10 %.3f\nhalf tuned on %.3f (%d)  other half %.3f (%d)  p50 %.1f ms  p99 %.1f ms",
		r.Queries, r.Tickets, r.NDCG10, ci[0], ci[1], r.Recall1, r.Recall10, r.MRR10,
		r.Tune.NDCG10, r.Tune.Queries, r.Report.NDCG10, r.Report.Queries, r.MS.P50, r.MS.P99)
}
