package plain_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/kb/plain"
)

func TestLists(t *testing.T) {
	got := plain.ParseLists("# A comment.\n\none:\na b\nc:\n\ntwo:\r\n0\r\n")
	if diff := cmp.Diff(plain.Lists{"one": {"a b", "c:"}, "two": {"0"}}, got); diff != "" {
		t.Error(diff)
	}
	defer func() {
		if recover() == nil {
			t.Error("a list that is missing did not panic")
		}
	}()
	got.Of("three")
}
