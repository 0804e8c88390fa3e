package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
)

// rawDB opens the file without the store, for tests that damage or inspect it.
func rawDB(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(15000)")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	return db
}

func run(t *testing.T, path string, statements ...string) {
	t.Helper()
	db := rawDB(t, path)
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestOpenAddresses(t *testing.T) {
	cases := []struct {
		name, url, dir string
		kind           fault.Kind
		want           string // in the message
	}{
		{"PostgreSQL", "postgres://user:secret@host/db", "", fault.Unavailable, "not supported by this version"},
		{"PostgreSQL, long form", "postgresql://host/db", "", fault.Unavailable, "not supported by this version"},
		{"another engine", "mysql://root:secret@host/db", "", fault.Invalid, "mysql"},
		{"no folder", "sqlite", "", fault.Invalid, "data folder"},
		{"a folder", ".", "", fault.Unavailable, "cannot"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := store.Open(t.Context(), c.url, store.Options{Dir: c.dir})
			message, _, _ := fault.Public(err)
			if !fault.Is(err, c.kind) || !strings.Contains(message, c.want) {
				t.Errorf("error is %v", err)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error repeats the password: %v", err)
			}
		})
	}
}

func TestOpenKeepsFilesPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "data")
	s, err := store.Open(t.Context(), "sqlite", store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { must(t, s.Close()) })
	must(t, s.AddAttempt(t.Context(), "key", time.Unix(1, 0)))
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Fatalf("%d files (%v), want the database, its log and the log's index", len(entries), err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v (%v)", e.Name(), info.Mode(), err)
		}
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has the mode %v (%v)", info.Mode(), err)
	}
}

func TestOpenSettings(t *testing.T) {
	s := fresh(t)(t)
	for name, want := range map[string]string{
		"journal_mode": "wal wal", "synchronous": "2 2", "foreign_keys": "1 0", "busy_timeout": "15000 15000",
		"query_only": "0 1",
	} {
		writer, reader, err := store.Pragmas(t.Context(), s, name)
		if got := writer + " " + reader; err != nil || got != want {
			t.Errorf("%s is %s (%v), want %s", name, got, err, want)
		}
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestOpenTogether opens a store several times at once in a folder without a database: all
// succeed, whichever creates the schema.
func TestOpenTogether(t *testing.T) {
	for range 5 {
		path := filepath.Join(t.TempDir(), store.FileName)
		errs := make([]error, 8)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				s, err := store.Open(context.Background(), path, store.Options{})
				if err == nil {
					err = errors.Join(s.AddAttempt(context.Background(), "key", time.Unix(1, 0)), s.Close())
				}
				errs[i] = err
			})
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	newer := filepath.Join(t.TempDir(), store.FileName)
	if err := openAndClose(newer); err != nil {
		t.Fatal(err)
	}
	run(t, newer, "INSERT INTO schema_version (version_id, is_applied) VALUES (9999, 1)")
	foreign := filepath.Join(t.TempDir(), store.FileName)
	run(t, foreign, "CREATE TABLE bookmarks (id INTEGER)")
	garbage := filepath.Join(t.TempDir(), store.FileName)
	if err := os.WriteFile(garbage, bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, path string
		kind       fault.Kind
		want       string
	}{
		{"a newer schema", newer, fault.Unavailable, "schema 9999"},
		{"another program's database", foreign, fault.Invalid, "another program"},
		{"not a database", garbage, fault.Unavailable, "damaged"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			before := folder(t, filepath.Dir(c.path))
			err := openAndClose(c.path)
			message, _, _ := fault.Public(err)
			if !fault.Is(err, c.kind) || !strings.Contains(message, c.want) {
				t.Errorf("error is %v", err)
			}
			if diff := cmp.Diff(before, folder(t, filepath.Dir(c.path))); diff != "" {
				t.Errorf("the folder changed:\n%s", diff)
			}
		})
	}
}

func openAndClose(path string) error {
	s, err := store.Open(context.Background(), path, store.Options{})
	if err != nil {
		return err
	}
	return s.Close()
}

// folder returns the content of every file below dir by its name.
func folder(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		files[name] = ""
		if d.Type().IsRegular() {
			data, err := os.ReadFile(path)
			files[name] = string(data)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestFullDisk checks that a write for which there is no space leaves nothing behind and
// that smaller writes still succeed.
func TestFullDisk(t *testing.T) {
	s := fresh(t)(t)
	ctx := t.Context()
	if err := store.LimitPages(ctx, s, 8); err != nil {
		t.Fatal(err)
	}
	create := func(text string) error {
		_, err := s.CreateTicket(ctx, func(id string) (desk.Ticket, journal.Entry) {
			return desk.Ticket{Subject: "printer", Messages: []desk.Message{{N: 1, Text: text}}},
				journal.Entry{Changes: []journal.Change{{Object: journal.Ticket, ID: id}}}
		})
		return err
	}
	err := create(strings.Repeat("a", 200_000))
	if message, _, _ := fault.Public(err); !fault.Is(err, fault.Unavailable) || !strings.Contains(message, "full") {
		t.Errorf("error is %v", err)
	}
	if err := create("short"); err != nil {
		t.Error(err)
	}
	counts, err := s.CountTickets(ctx, desk.Scope{All: true})
	if err != nil || counts.Total != 1 {
		t.Errorf("%d tickets (%v), want 1", counts.Total, err)
	}
	if last, err := s.LastChange(ctx); err != nil || last != 1 {
		t.Errorf("the last change is %d (%v), want 1", last, err)
	}
	if err := s.Check(ctx); err != nil {
		t.Error(err)
	}
}

// TestCancelledWrite checks that a cancelled write is rolled back and does not block the
// next one.
func TestCancelledWrite(t *testing.T) {
	s := fresh(t)(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.CreateTicket(ctx, func(string) (desk.Ticket, journal.Entry) {
		cancel()
		return desk.Ticket{Subject: "printer"}, journal.Entry{}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	must(t, s.AddAttempt(t.Context(), "key", time.Unix(1, 0)))
	counts, err := s.CountTickets(t.Context(), desk.Scope{All: true})
	if err != nil || counts.Total != 0 {
		t.Errorf("%d tickets (%v), want none", counts.Total, err)
	}
}
