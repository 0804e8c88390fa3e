package storetest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/blob"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
)

// newFile returns a file with this content.
func newFile(t *testing.T, name string, content []byte) blob.File {
	t.Helper()
	f, err := blob.New(name, bytes.NewReader(content))
	must(t, err)
	return f
}

// putFiles stores the texts as contents and returns them as the files of an article.
func putFiles(t *testing.T, s *store.Store, texts ...string) []kb.File {
	t.Helper()
	var out []kb.File
	for _, text := range texts {
		f := newFile(t, text+".txt", []byte(text))
		must(t, s.PutFiles(t.Context(), []blob.File{f}))
		out = append(out, kb.File{Path: "files/" + text + ".txt", Info: f.Info})
	}
	return out
}

// attached returns the texts as files of a message.
func attached(t *testing.T, s *store.Store, texts ...string) []desk.File {
	t.Helper()
	var out []desk.File
	for _, f := range putFiles(t, s, texts...) {
		out = append(out, desk.File{Name: "name of " + f.Path, Info: f.Info})
	}
	return out
}

func files(t *testing.T, fresh func(t *testing.T) Opener) {
	t.Run("a content is read back, whole and in parts", func(t *testing.T) { fileContents(t, fresh(t)(t)) })
	t.Run("a content under two names is stored once", func(t *testing.T) { fileOnce(t, fresh(t)) })
	t.Run("an article's file is where its revision is", func(t *testing.T) { articleFiles(t, fresh(t)(t)) })
	t.Run("a draft's file and an upload", func(t *testing.T) { draftFiles(t, fresh(t)(t)) })
	t.Run("a form's file is kept for who sent it", func(t *testing.T) { formFiles(t, fresh(t)(t)) })
	t.Run("a ticket's file is where its message is", func(t *testing.T) { ticketFiles(t, fresh(t)(t)) })
	t.Run("what nothing names is swept", func(t *testing.T) { sweptFiles(t, fresh(t)(t)) })
	t.Run("what is not stored cannot be named", func(t *testing.T) {
		s := fresh(t)(t)
		a := article("a_1", 1)
		a.Files = []kb.File{{Path: "x.png", Info: newFile(t, "x.png", []byte("x")).Info}}
		wantKind(t, s.SaveArticles(t.Context(), []kb.Article{a}, journal.Entry{}), fault.NotFound)
		_, err := s.Article(t.Context(), "a_1", all)
		wantKind(t, err, fault.NotFound)
	})
}

var everywhere = kb.FileSight{Visibility: all, Drafts: true}

// named stores a content and an article that names it, and returns the content as read.
func named(t *testing.T, s *store.Store, content []byte) blob.File {
	t.Helper()
	f := newFile(t, "port.png", content)
	must(t, s.PutFiles(t.Context(), []blob.File{f}))
	a := article("a_"+f.ID[:8], 1)
	a.Files = []kb.File{{Path: "img/port.png", Info: f.Info}}
	saveArticle(t, s, a)
	got, err := s.ArticleFile(t.Context(), f.ID, everywhere)
	must(t, err)
	wantEqual(t, got.Info, f.Info)
	wantEqual(t, got.Name, "port.png")
	return got
}

func fileContents(t *testing.T, s *store.Store) {
	const part = 256 << 10
	for _, size := range []int{1, part - 1, part, part + 1, 5*part + 7, blob.MaxSize} {
		content := make([]byte, size)
		for i := range content {
			content[i] = byte(i>>16) ^ byte(i>>8) ^ byte(i)
		}
		got := named(t, s, content)
		whole, err := io.ReadAll(got.Content)
		must(t, err)
		if !bytes.Equal(whole, content) {
			t.Fatalf("the content of %d bytes is another", size)
		}
		for _, at := range []int{0, 1, size / 2, size - 1, size, part} {
			if at > size {
				continue
			}
			pos, err := got.Content.Seek(int64(at-size), io.SeekEnd)
			must(t, err)
			rest, err := io.ReadAll(io.LimitReader(got.Content, 1000))
			must(t, err)
			if want := content[at:min(size, at+1000)]; pos != int64(at) || !bytes.Equal(rest, want) {
				t.Fatalf("from %d of %d it reads %d bytes", at, size, len(rest))
			}
		}
		if _, err := got.Content.Seek(-1, io.SeekStart); err == nil {
			t.Error("it seeks before its beginning")
		}
	}
}

func fileOnce(t *testing.T, open Opener) {
	one, two := open(t), open(t)
	content := bytes.Repeat([]byte("same"), 200_000)
	errs := make([]error, 8)
	contents := make([]blob.File, len(errs))
	for i := range contents {
		contents[i] = newFile(t, fmt.Sprintf("%d.png", i), content)
	}
	together(len(errs), func(i int) {
		s := one
		if i%2 == 1 {
			s = two
		}
		errs[i] = s.PutFiles(t.Context(), []blob.File{contents[i]})
	})
	for _, err := range errs {
		must(t, err)
	}
	a := article("a_1", 1)
	a.Files = []kb.File{{Path: "a.png", Info: contents[0].Info}, {Path: "b.png", Info: contents[0].Info}}
	saveArticle(t, one, a)
	got, err := two.ArticleFile(t.Context(), contents[0].ID, everywhere)
	must(t, err)
	wantEqual(t, got.Name, "a.png")
	read, err := io.ReadAll(got.Content)
	must(t, err)
	if !bytes.Equal(read, content) {
		t.Errorf("it reads %d bytes, want %d", len(read), len(content))
	}
}

func articleFiles(t *testing.T, s *store.Store) {
	got := putFiles(t, s, "old", "new")
	first, second := article("a_1", 1), article("a_1", 2)
	first.Audience, first.Files = access.Internal, got[:1]
	second.Files = got[1:]
	saveArticle(t, s, first)
	saveArticle(t, s, second)
	public := kb.Visibility{
		Audiences: []access.Audience{access.AudiencePublic}, Confidences: []kb.Confidence{kb.Validated},
	}
	staff := kb.Visibility{
		Audiences:   []access.Audience{access.Internal, access.AudiencePublic},
		Confidences: []kb.Confidence{kb.Validated},
	}
	for _, tt := range []struct {
		name  string
		id    string
		sight kb.FileSight
		want  bool
	}{
		{"the current revision's, by a visitor", got[1].ID, kb.FileSight{Visibility: public}, true},
		{"an internal revision's, by a visitor", got[0].ID, kb.FileSight{Visibility: public}, false},
		{"an internal revision's, by staff", got[0].ID, kb.FileSight{Visibility: staff}, true},
		{"by somebody who sees nothing", got[1].ID, kb.FileSight{}, false},
		{"by an uploader of nothing", got[1].ID, kb.FileSight{Uploader: "u_anna"}, false},
	} {
		_, err := s.ArticleFile(t.Context(), tt.id, tt.sight)
		if ok := err == nil; ok != tt.want || !ok && !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	third := article("a_1", 3)
	third.Audience = access.Internal
	saveArticle(t, s, third)
	_, err := s.ArticleFile(t.Context(), got[1].ID, kb.FileSight{Visibility: public})
	wantKind(t, err, fault.NotFound)
}

func draftFiles(t *testing.T, s *store.Store) {
	ctx := t.Context()
	got := putFiles(t, s, "drafted", "replaced")
	d := draft("r_1", 1)
	d.Files = got
	must(t, s.SaveDraft(ctx, d, journal.Entry{}))
	d.Version, d.Files = 2, got[:1]
	must(t, s.SaveDraft(ctx, d, journal.Entry{}))
	_, err := s.ArticleFile(ctx, got[0].ID, kb.FileSight{Drafts: true})
	must(t, err)
	_, err = s.ArticleFile(ctx, got[1].ID, kb.FileSight{Drafts: true})
	wantKind(t, err, fault.NotFound)
	_, err = s.ArticleFile(ctx, got[0].ID, kb.FileSight{Visibility: all, Uploader: "u_anna"})
	wantKind(t, err, fault.NotFound)

	f := newFile(t, "x.png", []byte("uploaded"))
	up := kb.Upload{Author: "u_anna", File: kb.File{Path: "files/x.png", Info: f.Info}, At: noon}
	must(t, s.SaveUpload(ctx, up, f))
	f = newFile(t, "x.png", []byte("uploaded"))
	must(t, s.SaveUpload(ctx, up, f)) // once more
	_, err = s.ArticleFile(ctx, f.ID, kb.FileSight{Uploader: "u_anna"})
	must(t, err)
	_, err = s.ArticleFile(ctx, f.ID, kb.FileSight{Visibility: all, Drafts: true, Uploader: "u_bob"})
	wantKind(t, err, fault.NotFound)
	for author, want := range map[string][]kb.File{"u_anna": {up.File}, "u_bob": nil} {
		found, err := s.Uploads(ctx, author, []string{"files/y.png", "files/x.png"})
		must(t, err)
		wantEqual(t, found, want)
	}
}

func formFiles(t *testing.T, s *store.Store) {
	ctx := t.Context()
	sent := []blob.File{newFile(t, "a b.png", []byte("first")), newFile(t, "log.txt", []byte("second"))}
	must(t, s.KeepFiles(ctx, "u_anna", noon, sent))
	first, second := desk.File{Name: "a b.png", Info: sent[0].Info}, desk.File{Name: "log.txt", Info: sent[1].Info}
	renamed := desk.File{Name: "other.png", Info: first.Info}
	paths := []string{second.Kept(), renamed.Kept(), first.Kept(), "ticket/" + first.ID, ""}
	for author, want := range map[string]map[string]desk.File{
		"u_anna": {first.Kept(): first, second.Kept(): second}, "u_bob": {}, "": {},
	} {
		got, err := s.KeptFiles(ctx, author, paths)
		must(t, err)
		wantEqual(t, got, want)
	}
}

func ticketFiles(t *testing.T, s *store.Store) {
	ctx := t.Context()
	x := ticket("No mail")
	x.Messages[0].Files = attached(t, s, "public", "second")
	note := message(2, "A note")
	note.Visibility, note.Files = desk.InternalNote, attached(t, s, "internal")
	x.Messages = append(x.Messages, note)
	created := open(t, s, x)
	wantEqual(t, created.Messages, x.Messages)
	read, err := s.Ticket(ctx, created.ID, everyone)
	must(t, err)
	wantEqual(t, read.Messages, x.Messages)

	public, internal := x.Messages[0].Files[0], note.Files[0]
	anna, bob := desk.Scope{Requester: "u_anna"}, desk.Scope{Requester: "u_bob"}
	for _, tt := range []struct {
		name  string
		file  desk.File
		scope desk.Scope
		notes bool
		want  bool
	}{
		{"a public one by the desk", public, everyone, true, true},
		{"an internal one by the desk", internal, everyone, true, true},
		{"a public one by the requester", public, anna, false, true},
		{"an internal one by the requester", internal, anna, false, false},
		{"a public one by another", public, bob, false, false},
		{"by nobody", public, desk.Scope{}, true, false},
	} {
		got, err := s.TicketFile(ctx, tt.file.ID, tt.scope, tt.notes)
		if ok := err == nil; ok != tt.want || !ok && !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", tt.name, err)
		}
		if tt.want && got.Name != blob.CleanName(tt.file.Name) {
			t.Errorf("%s is called %q", tt.name, got.Name)
		}
	}
	_, err = s.ArticleFile(ctx, public.ID, everywhere)
	wantKind(t, err, fault.NotFound)
}

func sweptFiles(t *testing.T, s *store.Store) {
	ctx := t.Context()
	kept := named(t, s, []byte("named by an article"))
	open(t, s, func() desk.Ticket {
		x := ticket("No mail")
		x.Messages[0].Files = attached(t, s, "ticket")
		return x
	}())
	d := draft("r_1", 1)
	d.Files = putFiles(t, s, "draft")
	must(t, s.SaveDraft(ctx, d, journal.Entry{}))
	orphan := putFiles(t, s, "orphan")
	f := newFile(t, "x.png", []byte("uploaded"))
	must(t, s.SaveUpload(ctx, kb.Upload{Author: "u_anna", File: kb.File{Path: "x.png", Info: f.Info}, At: time.Now()}, f))
	for _, tt := range []struct {
		before time.Time
		want   int64
	}{
		{time.Now().Add(-time.Hour), 0}, {time.Now().Add(time.Hour), 2}, {time.Now().Add(time.Hour), 0},
	} {
		removed, err := s.SweepFiles(ctx, tt.before)
		must(t, err)
		wantEqual(t, removed, tt.want)
	}
	got, err := s.ArticleFile(ctx, kept.ID, everywhere)
	must(t, err)
	_, err = io.ReadAll(got.Content)
	must(t, err)
	a := article("a_2", 1)
	a.Files = orphan
	wantKind(t, s.SaveArticles(context.WithoutCancel(ctx), []kb.Article{a}, journal.Entry{}), fault.NotFound)
	putFiles(t, s, "orphan")
	saveArticle(t, s, a)
}
