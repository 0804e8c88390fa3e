package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval/ranker"
)

func (e evaluation) ranking(dir string) (any, string, error) {
	set, err := eval.LoadSet(dir, e.qrels)
	if err != nil {
		return nil, "", err
	}
	o := eval.RankingOptions{
		Set: set, History: e.history, With: e.with, Stream: e.stream, NoLearning: e.noLearning,
		RunFile: e.runFile, Progress: e.progress("ranking"), Vectors: e.vectorsFile,
	}
	if o.Encoder, _, err = openEncoder(e.vectors, e.embeddings); err != nil {
		return nil, "", err
	}
	o.Encoding = e.encoding()
	if m, err := openReranker(e.reranker); err != nil {
		return nil, "", err
	} else if m != nil {
		o.Reranker, o.Scores, o.ReadingTime = m, e.scoresFile, e.readingTime
	}
	switch {
	case e.fit != "":
		return e.fitRanking(o)
	case e.layers:
		l, err := eval.RankLayers(e.cmd.Context(), o)
		return l, l.String(), err
	}
	if o.Ranker, err = readRanker(e.weights); err != nil {
		return nil, "", err
	}
	r, err := eval.Ranking(e.cmd.Context(), o)
	if err != nil {
		return nil, "", err
	}
	ci := r.CI95["ndcg@10"]
	return r, fmt.Sprintf("%d queries  nDCG@10 %.3f [%.3f, %.3f]  R@1 %.3f  R@10 %.3f  MRR@10 %.3f  hit@1 %.3f\n"+
		"below the floor of %.2f: %.3f  precision above it %.3f  calibration error %.3f\n"+
		"p50 %.1f ms  p99 %.1f ms  indexed in %.1f s",
		r.Queries, r.NDCG10, ci[0], ci[1], r.Recall1, r.Recall10, r.MRR10, r.Hit1,
		r.Floor, r.Below, r.Precision, r.CalibrationError, r.MS.P50, r.MS.P99, r.IndexSeconds), nil
}

// fitRanking fits the ranker's weights, as those that ship were.
func (e evaluation) fitRanking(o eval.RankingOptions) (any, string, error) {
	o.Progress = e.progress("fitting")
	w, r, err := eval.FitRanker(e.cmd.Context(), o)
	if err == nil {
		err = os.WriteFile(e.fit, []byte(w.JSON()+"\n"), 0o644)
	}
	if err != nil {
		return nil, "", fmt.Errorf("fit: %w", err)
	}
	return r, fmt.Sprintf("%d tickets, weights %s written to %s", w.Tickets, w.Hash(), e.fit), nil
}

// readRanker reads the weights in a file; nil when path is "".
func readRanker(path string) (*ranker.Weights, error) {
	if path == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	w, err := ranker.Parse(string(raw))
	return &w, err
}

func (e evaluation) similar(dir string) (any, string, error) {
	r, err := eval.Similar(e.cmd.Context(), eval.SimilarOptions{
		Dir: dir, Qrels: e.qrels, RunFile: e.runFile, Progress: e.progress("comparing"),
	})
	if err != nil {
		return nil, "", err
	}
	ci := r.CI95["ndcg@10"]
	return r, fmt.Sprintf("%d queries among %d tickets  nDCG@10 %.3f [%.3f, %.3f]  R@1 %.3f  R@10 %.3f  MRR@10 %.3f\n"+
		"half tuned on %.3f (%d)  other half %.3f (%d)  p50 %.1f ms  p99 %.1f ms",
		r.Queries, r.Tickets, r.NDCG10, ci[0], ci[1], r.Recall1, r.Recall10, r.MRR10,
		r.Tune.NDCG10, r.Tune.Queries, r.Report.NDCG10, r.Report.Queries, r.MS.P50, r.MS.P99), nil
}

func (e evaluation) titles(dir string) (any, string, error) {
	var articles []kb.Article
	for _, folder := range append([]string{dir}, e.with...) {
		set, err := eval.LoadSet(folder, "")
		if err != nil {
			return nil, "", err
		}
		articles = append(articles, set.Articles...)
	}
	r, err := eval.Titles(e.cmd.Context(), articles, e.progress("searching"))
	for _, title := range r.Misses[:min(len(r.Misses), e.show)] {
		fmt.Fprintln(e.cmd.ErrOrStderr(), title)
	}
	return r, r.String(), err
}

func (e evaluation) searches(dir string) (any, string, error) {
	set, err := eval.LoadSet(dir, e.qrels)
	if err != nil {
		return nil, "", err
	}
	r, err := eval.Searches(e.cmd.Context(), set, e.progress("searching"))
	return r, r.String(), err
}

func (e evaluation) threads(dir string) ([]eval.Thread, error) {
	p, err := e.period()
	if err != nil {
		return nil, err
	}
	return eval.LoadThreads(dir, p)
}

func (e evaluation) handoff(dir string) (any, string, error) {
	threads, err := e.threads(dir)
	if err != nil {
		return nil, "", err
	}
	r, err := eval.Handoff(e.cmd.Context(), threads, e.progress("summarising"))
	if err != nil {
		return nil, "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d threads (%d of six messages or more); %.3f of the summaries' lines are supported\n",
		r.Threads, r.LongThreads, r.Supported)
	fmt.Fprintf(&b, "%-9s %8s %8s %8s %8s %6s %8s %6s",
		"", "solution", "long", "cited", "size", "lines", "polite", "junk")
	for _, name := range []string{"summary", "lead-3", "lead", "textrank"} {
		s := r.Systems[name]
		fmt.Fprintf(&b, "\n%-9s %8.3f %8.3f %8.3f %8.3f %6.1f %8.3f %6.3f",
			name, s.Solution, s.SolutionLong, s.Evidence, s.Compression, s.Lines, s.Pleasantry, s.Junk)
	}
	return r, b.String(), nil
}

func (e evaluation) draft(dir string) (any, string, error) {
	threads, err := e.threads(dir)
	if err != nil {
		return nil, "", err
	}
	set, err := eval.LoadSet(dir, "")
	if err != nil {
		return nil, "", err
	}
	r, err := eval.Draft(e.cmd.Context(), eval.DraftOptions{
		Threads: threads, Articles: set.Articles, Progress: e.progress("drafting"),
		Show: e.show, Log: e.cmd.ErrOrStderr(),
	})
	return r, fmt.Sprint(r), err
}

func (e evaluation) answer(dir string) (any, string, error) {
	set, err := eval.LoadSet(dir, e.qrels)
	if err != nil {
		return nil, "", err
	}
	o := eval.AnswerOptions{Set: set, Progress: e.progress("answering"), Show: e.show, Log: e.cmd.ErrOrStderr()}
	for _, dir := range e.with {
		more, err := eval.LoadSet(dir, "")
		if err != nil {
			return nil, "", err
		}
		o.With = append(o.With, more.Articles)
	}
	if e.fit != "" {
		return e.fitAnswer(o)
	}
	r, err := eval.Answer(e.cmd.Context(), o)
	return r, fmt.Sprint(r), err
}

// fitAnswer fits the weights that answers are judged by, as those that ship were.
func (e evaluation) fitAnswer(o eval.AnswerOptions) (any, string, error) {
	r, err := eval.FitAnswer(e.cmd.Context(), o)
	if err != nil {
		return nil, "", fmt.Errorf("fit: %w", err)
	}
	data, err := json.MarshalIndent(r, "", "  ")
	if err == nil {
		err = os.WriteFile(e.fit, append(data, '\n'), 0o644)
	}
	if err != nil {
		return nil, "", fmt.Errorf("fit: %w", err)
	}
	return r, fmt.Sprint(r), nil
}

func (e evaluation) triage(dir string) (any, string, error) {
	p, err := e.period()
	if err != nil {
		return nil, "", err
	}
	field, examples, err := eval.LoadExamples(dir)
	if err != nil {
		return nil, "", err
	}
	r, err := eval.Triage(e.cmd.Context(), eval.TriageOptions{
		Field: field, Examples: examples, Since: p.Since, Before: p.Before, Newest: e.newest,
		Progress: e.progress("sorting"),
	})
	return r, fmt.Sprint(r), err
}

func (e evaluation) redact(dir string) (any, string, error) {
	o := eval.RedactionOptions{Family: e.family, Show: e.show, Log: e.cmd.ErrOrStderr()}
	if dir != "" {
		var err error
		if o.Texts, err = e.realTexts(dir); err != nil {
			return nil, "", err
		}
	}
	r, err := eval.Redaction(e.cmd.Context(), o)
	return r, fmt.Sprint(r), err
}

// realTexts reads the threads of a set, or its articles or tickets if it has no threads.
func (e evaluation) realTexts(dir string) ([]eval.RedactionText, error) {
	if _, err := os.Stat(filepath.Join(dir, "threads-resolved.jsonl")); err == nil {
		threads, err := e.threads(dir)
		return eval.RedactionTexts(threads), err
	}
	set, err := eval.LoadSet(dir, "")
	if err != nil {
		return nil, err
	}
	var out []eval.RedactionText
	for _, a := range set.Articles {
		out = append(out, eval.RedactionText{ID: a.ID, Text: a.Title + "\n\n" + a.Markdown})
	}
	return out, nil
}
