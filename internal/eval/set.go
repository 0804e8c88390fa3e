package eval

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/format"
)

// Set is a labelled set: articles, queries, and which article resolved which query.
type Set struct {
	Dir      string
	Name     string // of the judgements
	Articles []kb.Article
	Queries  []SetQuery
	// Judged holds, by query, the judged articles and their scores.
	Judged map[string]map[string]int
	// Rejected counts article files that could not be read.
	Rejected int
}

// SetQuery is a query of a set; Title is "" where it has none.
type SetQuery struct {
	ID           string
	Title        string
	Body         string // without the title
	Created      time.Time
	Unanswerable bool
}

// LoadSet reads the set in a folder with the judgements qrels/<qrels>.tsv
// ("test" when empty). Errors are fault.Invalid and name file and line.
func LoadSet(dir, qrels string) (*Set, error) {
	if qrels == "" {
		qrels = "test"
	}
	s := &Set{Dir: filepath.Clean(dir), Name: qrels}
	var err error
	if s.Articles, s.Rejected, err = loadArticles(dir); err != nil {
		return nil, err
	}
	if s.Queries, err = loadQueries(dir); err != nil {
		return nil, err
	}
	s.Judged, err = loadJudgements(dir, qrels)
	return s, err
}

// corpusRow is a document of corpus.jsonl.
type corpusRow struct {
	ID    string `json:"_id"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// ticketRow is a document of a corpus.jsonl that holds tickets.
type ticketRow struct {
	corpusRow
	Metadata struct {
		Created  string `json:"created"`
		Priority string `json:"priority"`
	} `json:"metadata"`
}

const (
	corpusFile  = "corpus.jsonl"
	queriesFile = "queries.jsonl"
)

func qrelsFile(name string) string { return filepath.Join("qrels", name+".tsv") }

// loadArticles reads corpus.jsonl, else articles/**/*.md.
func loadArticles(dir string) (articles []kb.Article, rejected int, err error) {
	err = readRows(filepath.Join(dir, corpusFile), func(row corpusRow) error {
		articles = append(articles, kb.Article{
			ID: row.ID, Slug: row.ID, Title: row.Title, Revision: 1, Kind: kb.Troubleshooting,
			Confidence: kb.Validated, Audience: access.AudiencePublic, Markdown: row.Text,
			Passages: kb.SplitPassages(row.ID, row.Text, nil),
		})
		return nil
	})
	if missing(err) {
		inner := filepath.Join(dir, "articles")
		if info, err := os.Stat(inner); err == nil && info.IsDir() {
			dir = inner
		}
		return loadMarkdown(dir)
	}
	return articles, 0, err
}

func loadMarkdown(dir string) (articles []kb.Article, rejected int, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".md") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		a, ok := parseArticle(filepath.ToSlash(rel), data)
		if !ok {
			rejected++
			return nil
		}
		a.ID, a.Revision = setID(a.Front, filepath.ToSlash(rel)), 1
		for i := range a.Passages {
			a.Passages[i].ID = a.ID + "." + strconv.Itoa(i+1)
		}
		articles = append(articles, a)
		return nil
	})
	if err != nil {
		return nil, 0, invalid(dir, 0, err)
	}
	return articles, rejected, nil
}

// parseArticle reads an article file; ok is false where it is none.
func parseArticle(path string, data []byte) (a kb.Article, ok bool) {
	a, err := format.Read(path, data)
	return a, err == nil
}

// setID returns the id of an article file of a set: the id or else the slug of the front
// matter, or else the path without its ending.
func setID(front, path string) string {
	var keys struct {
		ID   string `yaml:"id"`
		Slug string `yaml:"slug"`
	}
	text := strings.Trim(strings.TrimSpace(front), "-")
	// Front matter that is not YAML was accepted as text; then it has no id.
	if err := yaml.Unmarshal([]byte(text), &keys); err == nil {
		if id := strings.TrimSpace(keys.ID); id != "" {
			return id
		}
		if slug := strings.TrimSpace(keys.Slug); slug != "" {
			return slug
		}
	}
	return strings.TrimSuffix(path, ".md")
}

// queryRow is a query of queries.jsonl.
type queryRow struct {
	ID       string `json:"_id"`
	Text     string `json:"text"`
	Metadata struct {
		Title        string `json:"title"`
		Created      string `json:"created"`
		Unanswerable bool   `json:"unanswerable"`
	} `json:"metadata"`
}

// loadQueries reads queries.jsonl of the set; a set of articles alone has none.
func loadQueries(dir string) (out []SetQuery, err error) {
	err = readRows(filepath.Join(dir, queriesFile), func(row queryRow) (err error) {
		q := SetQuery{ID: row.ID, Body: row.Text, Unanswerable: row.Metadata.Unanswerable}
		if rest, ok := strings.CutPrefix(row.Text, row.Metadata.Title); ok {
			q.Title, q.Body = row.Metadata.Title, strings.TrimSpace(rest)
		}
		if row.Metadata.Created != "" {
			if q.Created, err = parseTime(row.Metadata.Created); err != nil {
				return err
			}
		}
		out = append(out, q)
		return nil
	})
	if missing(err) {
		return nil, nil
	}
	return out, err
}

// loadJudgements reads qrels/<name>.tsv of the set, which may be missing.
func loadJudgements(dir, name string) (map[string]map[string]int, error) {
	out := map[string]map[string]int{}
	header := true
	err := readLines(filepath.Join(dir, qrelsFile(name)), func(line []byte) error {
		if header {
			header = false
			return nil
		}
		cells := strings.Split(strings.TrimRight(string(line), "\r"), "\t")
		if len(cells) != 3 {
			return fmt.Errorf("want query-id, corpus-id and score, have %d columns", len(cells))
		}
		score, err := strconv.Atoi(cells[2])
		if err != nil {
			return fmt.Errorf("score %q is not a number", cells[2])
		}
		if out[cells[0]] == nil {
			out[cells[0]] = map[string]int{}
		}
		if score > 0 {
			out[cells[0]][cells[1]] = score
		}
		return nil
	})
	if missing(err) {
		return out, nil
	}
	return out, err
}

// relevant lists the judged articles of a query in order of id.
func (s *Set) relevant(query string) []string {
	var out []string
	for id := range s.Judged[query] {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}
