package storetest

import (
	"strconv"
	"testing"

	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// modelVersions checks the versions of the service model.
func modelVersions(t *testing.T, fresh func(t *testing.T) Opener) {
	open := fresh(t)
	s, other := open(t), open(t)
	ctx := t.Context()
	_, err := s.LastModelVersion(ctx)
	wantKind(t, err, fault.NotFound)
	add := func(text string) model.Version {
		t.Helper()
		v := model.Version{Text: text, Author: model.AuthorFile, Reason: "because of " + text, At: noon}
		v, err := s.AddModelVersion(ctx, v, func(v model.Version) journal.Entry {
			return entry(journal.Model, strconv.Itoa(v.Number), "changed")
		})
		must(t, err)
		return v
	}
	first, second := add("a: 1\n"), add("a: 2\n")
	wantEqual(t, first.Number, 1)
	wantEqual(t, second.Number, 2)
	last, err := other.LastModelVersion(ctx)
	must(t, err)
	want := model.Version{Number: 2, Text: "a: 2\n", Author: "file", Reason: "because of a: 2\n", At: noon}
	wantEqual(t, last, want)
	wantEqual(t, add("a: 2\n"), want) // the same text is the same version
	wantEqual(t, add("a: 1\n").Number, 3)
	for number, n := range map[string]int{"1": 1, "2": 1, "3": 1, "4": 0} {
		events, err := other.Events(ctx, journal.Model, number)
		must(t, err)
		wantEqual(t, len(events), n)
	}
}
