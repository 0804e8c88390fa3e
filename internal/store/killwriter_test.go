package store_test

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/blob"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
)

// writeForever runs in the process that is killed. It returns only when a write fails.
func writeForever(path, name string) error {
	s, err := store.Open(bg, path, store.Options{})
	if err != nil {
		return err
	}
	w := &writer{s: s, name: name, path: path, out: os.Stdout}
	failed := make(chan error)
	for _, write := range []func(n int) error{w.tickets, w.articles, w.drafts, w.sessions, w.jobs, w.backups, w.files} {
		go func() {
			for n := 0; ; n++ {
				if err := write(n); err != nil {
					failed <- err
					return
				}
			}
		}()
	}
	return <-failed
}

// writer makes writes with ids that are unique to its process.
type writer struct {
	s          *store.Store
	name, path string
	out        io.Writer
}

// ack reports that a write is acknowledged, in one system call, so that a kill cannot mix
// two lines.
func (w *writer) ack(kind, id string, n int) error {
	_, err := fmt.Fprintf(w.out, "%s %s %d\n", kind, id, n)
	return err
}

func (w *writer) tickets(n int) error {
	id, err := addTicket(bg, w.s, strings.Repeat("long text ", n%500))
	if err != nil {
		return err
	}
	if err := w.ack("ticket", id, 1); err != nil {
		return err
	}
	if err := reply(w.s, id); err != nil {
		return err
	}
	return w.ack("ticket", id, 2)
}

func (w *writer) articles(n int) error {
	id := fmt.Sprintf("a_%s-%d", w.name, n/3)
	if err := addArticle(bg, w.s, id, n%3+1); err != nil {
		return err
	}
	return w.ack("article", id, n%3+1)
}

func (w *writer) drafts(n int) error {
	id := fmt.Sprintf("r_%s-%d", w.name, n)
	if err := addDraft(w.s, id); err != nil {
		return err
	}
	if err := w.ack("draft", id, 1); err != nil {
		return err
	}
	article := fmt.Sprintf("a_of_%s-%d", w.name, n)
	if err := publish(w.s, id, article); err != nil {
		return err
	}
	if err := w.ack("draft", id, 2); err != nil {
		return err
	}
	return w.ack("article", article, 1)
}

func (w *writer) sessions(n int) error {
	id, hash := fmt.Sprintf("u_%s-%d", w.name, n), fmt.Sprintf("h_%s-%d", w.name, n)
	if err := addAccount(w.s, id); err != nil {
		return err
	}
	x := auth.Session{Hash: hash, UserID: id, CreatedAt: time.Unix(0, 0), ExpiresAt: time.Unix(1<<31, 0)}
	if err := w.s.CreateSession(bg, x); err != nil {
		return err
	}
	if n%2 == 0 {
		return w.ack("session", hash, n)
	}
	if err := w.s.DeleteSession(bg, hash); err != nil {
		return err
	}
	return w.ack("sign-out", hash, n)
}

func (w *writer) jobs(int) error {
	now := time.Now()
	j, ok, err := w.s.LeaseJob(bg, []string{"draft"}, w.name, now, time.Second)
	if err != nil || !ok {
		return err
	}
	if err := w.s.FinishJob(bg, j.ID, w.name, now); err != nil {
		return err
	}
	return w.ack("job", j.Key[len("draft "):], j.Attempts)
}

// files stores contents of up to three parts, each twice, and sweeps those that an article
// did not name in the end.
func (w *writer) files(n int) error {
	text := strings.Repeat(fmt.Sprintf("%s %d. ", w.name, n/2), 1+n%7*9000)
	f, err := blob.New("x.txt", strings.NewReader(text))
	if err != nil {
		return err
	}
	up := kb.Upload{Author: w.name, File: kb.File{Path: f.ID, Info: f.Info}, At: time.Now()}
	if err := w.s.SaveUpload(bg, up, f); err != nil {
		return err
	}
	if err := w.ack("file", w.name+"/"+f.ID, n); err != nil {
		return err
	}
	_, err = w.s.SweepFiles(bg, time.Now().Add(-time.Hour))
	return err
}

func (w *writer) backups(n int) error {
	file := fmt.Sprintf("%s.%s-%d.tar.gz", w.path, w.name, n)
	if err := w.s.Backup(bg, file, nil); err != nil {
		return err
	}
	return w.ack("backup", file, n)
}
