package eval_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/eval"
)

// TestSearches searches for the titles of the judged queries; one without a title is no search.
func TestSearches(t *testing.T) {
	got, err := eval.Searches(t.Context(), load(t, smallSet(t), "test"), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := eval.SearchReport{Queries: 1, Listed: 1, Ninth: 1, Kept: 1, Ten: 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	none, err := eval.Searches(t.Context(), load(t, smallSet(t), "dev"), nil)
	if err != nil || none != (eval.SearchReport{}) {
		t.Errorf("without titles: %+v, %v", none, err)
	}
}
