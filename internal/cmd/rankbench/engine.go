package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/index/scorch"
	_ "modernc.org/sqlite" // the driver

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/eval"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/retrieval"
)

const hits = 10

// deskbook is the text ranking of this program.
type deskbook struct {
	e          *retrieval.Engine
	remembered int // resolved tickets
}

func (d *deskbook) build(ctx context.Context, dir string, docs []document) (err error) {
	source := eval.NewSnapshot()
	articles := make([]kb.Article, len(docs))
	for i, x := range docs {
		id := fmt.Sprintf("a%07d", i)
		articles[i] = kb.Article{
			ID: id, Slug: id, Title: x.title, Revision: 1, Kind: kb.Troubleshooting, Confidence: kb.Validated,
			Audience: access.AudiencePublic, Markdown: x.body, Passages: []kb.Passage{{ID: id, Text: x.body}},
		}
	}
	source.PutArticles(articles...)
	source.PutTickets(resolved(newQuestions(docs), d.remembered)...)
	if d.e, err = retrieval.Open(ctx, retrieval.Options{Dir: dir, Source: source}); err != nil {
		return err
	}
	return d.e.CatchUp(ctx)
}

func (d *deskbook) rank(ctx context.Context, text string) (int, error) {
	found, err := d.e.RankText(ctx, "", text, retrieval.AllVisible(), hits)
	return len(found), err
}

func (d *deskbook) close() error { return d.e.Close() }

// resolved makes up n tickets, each about one document, which resolved it.
func resolved(q *questions, n int) []desk.Ticket {
	day := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	out := make([]desk.Ticket, n)
	for i := range out {
		about, text := q.about(ticketWords / 2)
		at := day.Add(time.Duration(i) * time.Minute)
		id := fmt.Sprintf("a%07d", about)
		out[i] = desk.Ticket{
			ID: strconv.Itoa(1000 + i), Subject: q.words(3), Status: desk.Resolved, CreatedAt: at, ResolvedAt: at,
			Requester:  "u" + strconv.Itoa(i%5000),
			Messages:   []desk.Message{{N: 1, Kind: desk.Reply, Visibility: desk.PublicReply, Text: text}},
			Resolution: &desk.Resolution{Code: desk.Fixed, At: at, Articles: []string{id}},
			Links:      []desk.Link{{Kind: desk.ArticleLink, Target: id, Applied: true}},
		}
	}
	return out
}

// suggestion is what this program computes for a ticket: its ranking learns from resolved tickets,
// and passages and reasons are found.
type suggestion struct{ of *deskbook }

func (s *suggestion) build(context.Context, string, []document) error { return nil }

func (s *suggestion) rank(ctx context.Context, text string) (int, error) {
	found, err := s.of.e.Suggest(ctx, desk.SuggestRequest{
		Body: text, Visibility: retrieval.AllVisible(), Tickets: true,
	})
	return len(found.Articles), err
}

func (s *suggestion) close() error { return nil }

// bleveIndex is Bleve with its English analysis and its own scoring.
type bleveIndex struct{ index bleve.Index }

func newBleve() engine { return &bleveIndex{} }

func (b *bleveIndex) build(_ context.Context, dir string, docs []document) (err error) {
	m := bleve.NewIndexMapping()
	m.DefaultAnalyzer = en.AnalyzerName
	m.StoreDynamic, m.DocValuesDynamic = false, false
	if b.index, err = bleve.NewUsing(filepath.Join(dir, "index"), m, scorch.Name, scorch.Name, nil); err != nil {
		return err
	}
	batch := b.index.NewBatch()
	for i, d := range docs {
		if err := batch.Index(fmt.Sprint(i), map[string]any{"title": d.title, "body": d.body}); err != nil {
			return err
		}
		if batch.Size() == 1000 || i == len(docs)-1 {
			if err := b.index.Batch(batch); err != nil {
				return err
			}
			batch.Reset()
		}
	}
	return nil
}

func (b *bleveIndex) rank(ctx context.Context, text string) (int, error) {
	title, body := bleve.NewMatchQuery(text), bleve.NewMatchQuery(text)
	title.SetField("title")
	body.SetField("body")
	request := bleve.NewSearchRequestOptions(bleve.NewDisjunctionQuery(title, body), hits, 0, false)
	r, err := b.index.SearchInContext(ctx, request)
	if err != nil {
		return 0, err
	}
	return len(r.Hits), nil
}

func (b *bleveIndex) close() error { return b.index.Close() }

// fts5 is SQLite's full-text search with its BM25.
type fts5 struct{ db *sql.DB }

func newFTS5() engine { return &fts5{} }

func (f *fts5) build(ctx context.Context, dir string, docs []document) (err error) {
	if f.db, err = sql.Open("sqlite", filepath.Join(dir, "fts.db")); err != nil {
		return err
	}
	f.db.SetMaxOpenConns(1)
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	_, err = tx.ExecContext(ctx, "CREATE VIRTUAL TABLE d USING fts5(title, body, tokenize='porter unicode61')")
	if err != nil {
		return err
	}
	insert, err := tx.PrepareContext(ctx, "INSERT INTO d (title, body) VALUES (?, ?)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, insert.Close()) }()
	for _, d := range docs {
		if _, err = insert.ExecContext(ctx, d.title, d.body); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func (f *fts5) rank(ctx context.Context, text string) (n int, err error) {
	var words []string
	seen := map[string]bool{}
	for _, w := range strings.Fields(text) {
		w = strings.Map(func(r rune) rune {
			if r == '"' {
				return -1
			}
			return r
		}, w)
		if w != "" && !seen[w] {
			seen[w] = true
			words = append(words, `"`+w+`"`)
		}
	}
	rows, err := f.db.QueryContext(ctx, "SELECT rowid FROM d WHERE d MATCH ? ORDER BY rank LIMIT ?",
		strings.Join(words, " OR "), hits)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		n++
	}
	return n, rows.Err()
}

func (f *fts5) close() error { return f.db.Close() }
