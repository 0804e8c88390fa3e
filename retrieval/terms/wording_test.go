package terms_test

import (
	"testing"

	"github.com/deskbook/deskbook/retrieval/terms"
	"github.com/google/go-cmp/cmp"
)

func TestWordingsAreGrouped(t *testing.T) {
	texts := []string{
		"VPN drops at home", "Order a new laptop", "at home the VPN is dropping", "printer toner", "vpn drop home",
		"toner for the printer", "laptop order",
	}
	wordings := make([]string, len(texts))
	for i, x := range texts {
		wordings[i] = terms.Wording(x)
	}
	want := [][]int{{0, 2, 4}, {1, 6}, {3, 5}}
	if diff := cmp.Diff(want, terms.GroupWordings(wordings)); diff != "" {
		t.Errorf("%s\n%q", diff, wordings)
	}
	if got := terms.GroupWordings(nil); len(got) != 0 {
		t.Errorf("groups of nothing: %v", got)
	}
	if got := terms.GroupWordings([]string{"", ""}); len(got) != 1 {
		t.Errorf("groups of texts without words: %v", got)
	}
}
