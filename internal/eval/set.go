package eval

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

const maxLine = 16 << 20 // bytes of one line of a set's files

// Set is a labelled set: articles, queries, and which article resolved which query.
type Set struct {
	Dir      string
	Name     string // of the judgements
	Articles []kb.Article
	Queries  []SetQuery
	// Judged gives, by query, the articles judged and their scores.
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
	if s.Queries, err = loadQueries(filepath.Join(dir, "queries.jsonl")); err != nil {
		return nil, err
	}
	s.Judged, err = loadJudgements(filepath.Join(dir, "qrels", qrels+".tsv"))
	return s, err
}

// loadArticles reads corpus.jsonl, else articles/**/*.md.
func loadArticles(dir string) (articles []kb.Article, rejected int, err error) {
	path := filepath.Join(dir, "corpus.jsonl")
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return loadMarkdown(filepath.Join(dir, "articles"))
	}
	if err != nil {
		return nil, 0, invalid(path, 0, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	err = eachLine(f, path, func(line []byte) error {
		var row struct {
			ID    string `json:"_id"`
			Title string `json:"title"`
			Text  string `json:"text"`
		}
		if err := json.Unmarshal(line, &row); err != nil {
			return err
		}
		articles = append(articles, kb.Article{
			ID: row.ID, Slug: row.ID, Title: row.Title, Revision: 1, Kind: kb.Troubleshooting,
			Confidence: kb.Validated, Audience: access.AudiencePublic, Markdown: row.Text,
			Passages: kb.SplitPassages(row.ID, row.Text, nil),
		})
		return nil
	})
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
		a, err := kb.ParseArticle(filepath.ToSlash(rel), data)
		if err != nil {
			rejected++
			return nil
		}
		a.ID = setID(a.Front, filepath.ToSlash(rel))
		a.Revision = 1
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

// setID is the id of a file of a set: the front matter's id, else its slug, else
// the path without its ending.
func setID(front, path string) string {
	var keys struct {
		ID   string `yaml:"id"`
		Slug string `yaml:"slug"`
	}
	text := strings.Trim(strings.TrimSpace(front), "-")
	// Front matter that is not YAML was accepted as text; it names nothing then.
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

func loadQueries(path string) (out []SetQuery, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // articles alone, to be used with other sets
	}
	if err != nil {
		return nil, invalid(path, 0, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	err = eachLine(f, path, func(line []byte) error {
		var row struct {
			ID       string `json:"_id"`
			Text     string `json:"text"`
			Metadata struct {
				Title        string `json:"title"`
				Created      string `json:"created"`
				Unanswerable bool   `json:"unanswerable"`
			} `json:"metadata"`
		}
		if err := json.Unmarshal(line, &row); err != nil {
			return err
		}
		q := SetQuery{ID: row.ID, Body: row.Text, Unanswerable: row.Metadata.Unanswerable}
		if rest, ok := strings.CutPrefix(row.Text, row.Metadata.Title); ok {
			q.Title, q.Body = row.Metadata.Title, strings.TrimSpace(rest)
		}
		if c := row.Metadata.Created; c != "" {
			var err error
			if q.Created, err = parseTime(c); err != nil {
				return err
			}
		}
		out = append(out, q)
		return nil
	})
	return out, err
}

func parseTime(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err == nil {
		return t, nil
	}
	return time.Parse("2006-01-02 15:04:05 -0700", s)
}

func loadJudgements(path string) (out map[string]map[string]int, err error) {
	out = map[string]map[string]int{}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err != nil {
		return nil, invalid(path, 0, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	header := true
	err = eachLine(f, path, func(line []byte) error {
		cells := strings.Split(strings.TrimRight(string(line), "\r"), "\t")
		if header {
			header = false
			return nil
		}
		if len(cells) != 3 {
			return fmt.Errorf("want query-id, corpus-id and score, have %d columns", len(cells))
		}
		score, err := strconv.Atoi(cells[2])
		if err != nil {
			return fmt.Errorf("score %q is no number", cells[2])
		}
		if out[cells[0]] == nil {
			out[cells[0]] = map[string]int{}
		}
		if score > 0 {
			out[cells[0]][cells[1]] = score
		}
		return nil
	})
	return out, err
}

// eachLine visits the lines of a file that are not empty.
func eachLine(r io.Reader, path string, visit func(line []byte) error) error {
	scan := bufio.NewScanner(r)
	scan.Buffer(make([]byte, 0, 64<<10), maxLine)
	for n := 1; scan.Scan(); n++ {
		line := scan.Bytes()
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if err := visit(line); err != nil {
			return invalid(path, n, err)
		}
	}
	if err := scan.Err(); err != nil {
		return invalid(path, 0, err)
	}
	return nil
}

func invalid(path string, line int, err error) error {
	if line > 0 {
		return fault.Wrap(fault.Invalid, err, "%s:%d: %v", path, line, err)
	}
	if cause := (*fs.PathError)(nil); errors.As(err, &cause) {
		err = cause.Err
	}
	return fault.New(fault.Invalid, "%s: %v", path, err)
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
