package store_test

import (
	"path/filepath"
	"testing"

	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/internal/store/storetest"
	"github.com/deskbook/deskbook/retrieval/truth"
)

var _ truth.Source = (*store.Store)(nil)

// fresh makes an empty SQLite database.
func fresh(t *testing.T) storetest.Opener {
	path := filepath.Join(t.TempDir(), "a folder #1?", store.FileName)
	return func(t *testing.T) *store.Store { return openAt(t, path) }
}

func openAt(t *testing.T, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
