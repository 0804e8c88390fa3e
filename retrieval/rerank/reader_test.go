package rerank_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskbook/deskbook/retrieval/rerank"
)

// model scores a passage by the words that it has in common with the question, and takes its time.
type model struct {
	took    time.Duration // for each pair
	failing bool
	read    []string
}

func (m *model) Scores(ctx context.Context, question string, passages []string, _ int) ([]float32, error) {
	if m.failing {
		return nil, errors.New("out of order")
	}
	var out []float32
	for _, p := range passages {
		timer := time.NewTimer(m.took)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-timer.C:
		}
		m.read = append(m.read, p)
		n := float32(0)
		for _, w := range strings.Fields(p) {
			if slices.Contains(strings.Fields(question), w) {
				n++
			}
		}
		out = append(out, n)
	}
	return out, nil
}

func passages(n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("passage %d", i))
	}
	return out
}

func TestReadAll(t *testing.T) {
	m := &model{}
	r := rerank.New(m, 0, nil)
	got := r.Read(t.Context(), "printer is offline", []string{"the printer is on", "vpn", "offline printer is here"})
	if want := []float64{2, 0, 3}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := r.Read(t.Context(), "printer", nil); len(got) != 0 {
		t.Errorf("no passages have the scores %v", got)
	}
}

// TestBudget: the best passages are read first, and a batch that would end too late is not begun.
func TestBudget(t *testing.T) {
	for _, tt := range []struct {
		took time.Duration
		want int
	}{{0, 10}, {10 * time.Millisecond, 10}, {30 * time.Millisecond, 4}, {70 * time.Millisecond, 2}, {time.Second, 0}} {
		synctest.Test(t, func(t *testing.T) {
			m := &model{took: tt.took}
			r := rerank.New(m, rerank.DefaultBudget, nil)
			start := time.Now()
			got := r.Read(t.Context(), "passage", passages(10))
			if d := time.Since(start); d > rerank.DefaultBudget {
				t.Errorf("%v a pair: took %v", tt.took, d)
			}
			if len(got) != tt.want || !slices.Equal(m.read, passages(10)[:tt.want]) {
				t.Errorf("%v a pair: read %v", tt.took, m.read)
			}
		})
	}
}

// TestRemembered: what was read for a question is not read again, so that the next request comes
// further.
func TestRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &model{took: 30 * time.Millisecond}
		r := rerank.New(m, rerank.DefaultBudget, nil)
		for range 3 {
			r.Read(t.Context(), "passage", passages(10))
		}
		if got := r.Read(t.Context(), "passage", passages(10)); len(got) != 10 || len(m.read) != 10 {
			t.Errorf("%d scores after reading %v", len(got), m.read)
		}
		r.Read(t.Context(), "another question", passages(1))
		if len(m.read) != 11 {
			t.Error("another question has the scores of the first")
		}
	})
}

func TestFailingModel(t *testing.T) {
	m := &model{failing: true}
	r := rerank.New(m, 0, nil)
	if got := r.Read(t.Context(), "q", passages(3)); len(got) != 0 {
		t.Errorf("got %v from a model that fails", got)
	}
	m.failing = false
	if got := r.Read(t.Context(), "q", passages(3)); len(got) != 3 {
		t.Errorf("got %v from a model that works again", got)
	}
}
