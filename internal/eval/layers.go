package eval

import (
	"context"
	"fmt"
	"strings"
)

// Layer is the ranking of a set with some of what the engine may have besides words.
type Layer struct {
	Name   string        `json:"layer"`
	Report RankingReport `json:"report"`
}

// Layers are the rankings of a set with and without each layer.
type Layers []Layer

// RankLayers ranks a set by words alone, then with the encoder, with the reranker and with both, as
// far as there are any.
func RankLayers(ctx context.Context, o RankingOptions) (Layers, error) {
	var out Layers
	encoder, reranker := o.Encoder, o.Reranker
	for _, l := range []struct {
		name           string
		encodes, reads bool
	}{{"words", false, false}, {"+ encoder", true, false}, {"+ reranker", false, true}, {"+ both", true, true}} {
		if l.encodes && encoder == nil || l.reads && reranker == nil {
			continue
		}
		o.Encoder, o.Reranker = nil, nil
		if l.encodes {
			o.Encoder = encoder
		}
		if l.reads {
			o.Reranker = reranker
		}
		r, err := Ranking(ctx, o)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.name, err)
		}
		out = append(out, Layer{l.name, r})
	}
	return out, nil
}

// String returns the layers as a table in Markdown.
func (l Layers) String() string {
	var b strings.Builder
	b.WriteString("| | nDCG@10 | 95% | R@10 | right first | refused without an answer, at a tenth of the others | " +
		"calibration error | p50, p99 ms |\n|---|---|---|---|---|---|---|---|")
	for _, x := range l {
		r, refused := x.Report, ""
		if r.RefusedAtTenth != nil {
			refused = fmt.Sprintf("%.3f", *r.RefusedAtTenth)
		}
		ci := r.CI95["ndcg@10"]
		fmt.Fprintf(&b, "\n| %s | %.3f | %.3f to %.3f | %.3f | %.3f | %s | %.3f | %.0f, %.0f |",
			x.Name, r.NDCG10, ci[0], ci[1], r.Recall10, r.Hit1, refused, r.CalibrationError, r.MS.P50, r.MS.P99)
	}
	return b.String()
}
