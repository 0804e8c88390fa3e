package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/blob"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
)

// rows returns every row of every table of a closed database.
func rows(t *testing.T, path string) map[string][]string {
	t.Helper()
	db := rawDB(t, path)
	tables := column(t, db, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
	all := map[string][]string{}
	for _, table := range tables {
		columns := column(t, db, "SELECT group_concat('quote('||name||')', '||'',''||') FROM pragma_table_info(?)", table)
		all[table] = column(t, db, "SELECT "+columns[0]+" AS row FROM "+table+" ORDER BY row")
	}
	must(t, db.Close())
	return all
}

// column returns the only column of a query's rows.
func column(t *testing.T, db *sql.DB, query string, args ...any) (out []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	must(t, err)
	defer func() { must(t, rows.Close()) }()
	for rows.Next() {
		var v string
		must(t, rows.Scan(&v))
		out = append(out, v)
	}
	must(t, rows.Err())
	return out
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestBackupRestoresEverything(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "data", store.FileName)
	s := openAt(t, path)
	ctx := t.Context()
	for i := range 20 {
		_, err := addTicket(ctx, s, fmt.Sprintf("text %d with \x01 and Ümläut", i))
		must(t, err)
		must(t, addArticle(ctx, s, fmt.Sprintf("a_%d", i%7), i/7+1))
	}
	f, err := blob.New("x.bin", bytes.NewReader(bytes.Repeat([]byte{0, 1, 0xff}, 300_000)))
	must(t, err)
	must(t, s.SaveUpload(ctx, kb.Upload{Author: "u", File: kb.File{Path: "x.bin", Info: f.Info}, At: time.Now()}, f))
	model := filepath.Join(dir, "data", "model.yaml")
	must(t, os.WriteFile(model, []byte("groups: [service-desk]\n"), 0o644))
	file := filepath.Join(dir, "backup.tar.gz")
	must(t, s.Backup(ctx, file, map[string]string{
		"service-model.yaml": model, "sub/copy.yaml": model, "missing.yaml": model + ".missing",
	}))
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup has the mode %v (%v)", info.Mode(), err)
	}
	if err := s.Backup(ctx, file, nil); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second backup under the same name: %v", err)
	}
	want := rows(t, path)
	target := filepath.Join(dir, "restored", "data")
	must(t, store.Restore(ctx, file, target))
	if diff := cmp.Diff(want, rows(t, filepath.Join(target, store.FileName))); diff != "" {
		t.Errorf("the restored rows differ:\n%s", diff)
	}
	files := folder(t, target)
	delete(files, store.FileName)
	if diff := cmp.Diff(map[string]string{
		"service-model.yaml": "groups: [service-desk]\n", "sub": "", "sub/copy.yaml": "groups: [service-desk]\n",
	}, files); diff != "" {
		t.Errorf("the other files differ:\n%s", diff)
	}
	left, err := filepath.Glob(filepath.Join(dir, ".deskbook*"))
	if err != nil || len(left) > 0 {
		t.Errorf("the backup left %v (%v)", left, err)
	}
	restored := openAt(t, filepath.Join(target, store.FileName))
	stored, err := restored.ArticleFile(ctx, f.ID, kb.FileSight{Uploader: "u"})
	must(t, err)
	if got, err := blob.New("x.bin", stored.Content); err != nil || got.Info != f.Info {
		t.Errorf("the restored file is %v (%v)", got.Info, err)
	}
	id, err := addTicket(ctx, restored, "after the restore")
	if err != nil || id != "1021" {
		t.Errorf("the next ticket is %s (%v)", id, err)
	}
}

// TestBackupUnderLoad takes backups while two stores write: each contains only complete
// writes, and all that were acknowledged before it began.
func TestBackupUnderLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, store.FileName)
	one, two := openAt(t, path), openAt(t, path)
	var acknowledged atomic.Int64
	stop, done := make(chan struct{}), make(chan struct{})
	for i, s := range []*store.Store{one, two} {
		go func() {
			defer func() { done <- struct{}{} }()
			for n := 1; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				if _, err := addTicket(context.Background(), s, "text"); err != nil {
					t.Error(err)
				}
				if err := addArticle(context.Background(), s, fmt.Sprintf("a_%d", i), n); err != nil {
					t.Error(err)
				}
				acknowledged.Add(1)
			}
		}()
	}
	for i := range 5 {
		before := acknowledged.Load()
		file := filepath.Join(dir, fmt.Sprintf("%d.tar.gz", i))
		must(t, one.Backup(t.Context(), file, nil))
		target := filepath.Join(dir, fmt.Sprintf("restored %d", i))
		must(t, store.Restore(t.Context(), file, target))
		db := rawDB(t, filepath.Join(target, store.FileName))
		completeWrites(t, db)
		var tickets int64
		must(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM ticket").Scan(&tickets))
		if tickets < before {
			t.Errorf("the backup contains %d tickets, %d were acknowledged before it", tickets, before)
		}
		must(t, db.Close())
	}
	close(stop)
	<-done
	<-done
}

// completeWrites fails the test when the database contains a part of a write.
func completeWrites(t *testing.T, db *sql.DB) {
	t.Helper()
	for what, query := range map[string]string{
		"tickets without message 1": `SELECT number FROM ticket
			WHERE number NOT IN (SELECT ticket FROM ticket_message WHERE n = 1)`,
		"threads with gaps": "SELECT ticket FROM ticket_message GROUP BY ticket HAVING max(n) <> count(*)",
		"versions without an event": `SELECT number FROM ticket t WHERE version <>
			(SELECT count(*) FROM event WHERE object = 'ticket' AND object_id = CAST(t.number AS TEXT))`,
		"versions without a message": `SELECT number FROM ticket t WHERE version <>
			(SELECT count(*) FROM ticket_message WHERE ticket = t.number)`,
		"versions without a change": `SELECT number FROM ticket t WHERE version <>
			(SELECT count(*) FROM change_log WHERE object = 'ticket' AND object_id = CAST(t.number AS TEXT))`,
		"tickets without their job": "SELECT number FROM ticket WHERE 'draft '||number NOT IN (SELECT key FROM job)",
		"jobs without their ticket": "SELECT key FROM job WHERE key NOT IN (SELECT 'draft '||number FROM ticket)",
		"events without their object": `SELECT object_id FROM event
			WHERE object = 'ticket' AND CAST(object_id AS INTEGER) NOT IN (SELECT number FROM ticket)
			OR object = 'article' AND object_id NOT IN (SELECT id FROM article)`,
		"articles without a revision": `SELECT id FROM article a WHERE revision <>
			(SELECT count(*) FROM article_revision WHERE article_id = a.id)`,
		"revisions without an event": `SELECT id FROM article a WHERE revision <>
			(SELECT count(*) FROM event WHERE object = 'article' AND object_id = a.id)`,
		"revisions without a change": `SELECT id FROM article a WHERE revision <>
			(SELECT count(*) FROM change_log WHERE object = 'article' AND object_id = a.id)`,
		"drafts approved in part": `SELECT id FROM draft d WHERE (status = 'approved') <> (article_id <> '')
			OR (article_id <> '' AND article_id NOT IN (SELECT id FROM article))`,
		"files in part": `SELECT id FROM blob b WHERE size <> (SELECT coalesce(sum(length(data)), 0) FROM blob_part
			WHERE blob = b.id)`,
		"users without an event": `SELECT id FROM account a WHERE NOT EXISTS
			(SELECT 1 FROM event WHERE object = 'user' AND object_id = a.id)`,
		"numbers without a row": `SELECT name FROM counter WHERE value <> CASE name
			WHEN 'ticket' THEN 1000 + (SELECT count(*) FROM ticket)
			WHEN 'event' THEN (SELECT count(*) FROM event)
			ELSE (SELECT count(*) FROM change_log) END`,
		"foreign keys": `SELECT "table" FROM pragma_foreign_key_check`,
		"damage":       "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
	} {
		if found := column(t, db, query); len(found) > 0 {
			t.Errorf("%s: %v", what, found)
		}
	}
}
