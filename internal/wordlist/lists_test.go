package wordlist_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/wordlist"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       wordlist.Lists
	}{
		{
			"named", "# A comment.\n\none:\na b\nc:\n\n# Another.\ntwo:\r\n0\r\n",
			wordlist.Lists{{Name: "one", Entries: []string{"a b", "c:"}}, {Name: "two", Entries: []string{"0"}}},
		},
		{"unnamed", "# A comment.\na\n\n# More.\nb\n", wordlist.Lists{{Entries: []string{"a", "b"}}}},
		{
			"unnamed first", "a\n\npart:\nb",
			wordlist.Lists{{Entries: []string{"a"}}, {Name: "part", Entries: []string{"b"}}},
		},
		{"empty", "# Nothing.\n", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, wordlist.Parse(c.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOf(t *testing.T) {
	l := wordlist.Parse("one:\na b\nc | d\n")
	if diff := cmp.Diff([]string{"a", "b", "c", "|", "d"}, wordlist.Words(l.Of("one"))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"c", "d"}, wordlist.Cells(l.Of("one")[1])); diff != "" {
		t.Error(diff)
	}
	defer func() {
		if recover() == nil {
			t.Error("a list that is missing did not panic")
		}
	}()
	l.Of("three")
}
