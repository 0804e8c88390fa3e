// Package arch tests the import directions of the project.
//
// The table below is the architecture: which packages of this module each package may
// import, and which packages may import certain outside libraries. A new import between
// packages is a decision, made here and in docs/design.md, not an accident.
package arch_test

import (
	_ "embed"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/deskbook/deskbook"

// pure packages may be imported by every package.
var pure = []string{
	"internal/fault", "internal/access", "internal/journal", "internal/word", "internal/wordlist", "internal/stat",
	"internal/reply",
}

// alone lists packages that import nothing of this module, not even the pure ones, so that
// they could be used elsewhere unchanged.
var alone = []string{
	"content", "kb/dialect", "kb/plain", "internal/access", "internal/fault", "internal/journal", "internal/jobs",
	"internal/testkit", "internal/word", "internal/wordlist", "internal/stat", "internal/recent", "internal/prepared",
	"retrieval/measure", "retrieval/topk", "retrieval/meaning/nn",
}

//go:embed imports.txt
var table string

// allowed returns, for every package of the module, the packages that its production code may
// import in addition to the pure ones, as the table lists them.
func allowed() map[string][]string {
	rows := map[string][]string{}
	var pkg string
	for line := range strings.Lines(table) {
		name := strings.TrimSpace(line)
		switch {
		case name == "" || strings.HasPrefix(name, "#"):
		case strings.HasPrefix(line, " "):
			rows[pkg] = append(rows[pkg], name)
		default:
			pkg = name
			rows[pkg] = []string{}
		}
	}
	groups := map[string][]string{"SHOWN": rows["SHOWN"], "STORED": rows["STORED"]}
	for name := range groups {
		delete(rows, name)
	}
	for pkg, names := range rows {
		for _, name := range names {
			rows[pkg] = append(rows[pkg], groups[name]...)
		}
	}
	return rows
}

// below lists packages whose sub-packages follow the same rule.
var below = []string{"api/web"}

// fenced lists, for outside libraries (path prefixes), the only packages that may import
// them.
var fenced = map[string][]string{
	"github.com/blevesearch/bleve":              {"retrieval", "internal/cmd/rankbench"},
	"github.com/blevesearch/bleve_index_api":    {"retrieval"},
	"github.com/blevesearch/scorch_segment_api": {"retrieval"},
	"github.com/blevesearch/vellum":             {"retrieval"},
	"github.com/blevesearch/snowballstem":       {"internal/word"},
	"github.com/RoaringBitmap/roaring":          {"retrieval"},
	"go.etcd.io/bbolt":                          {"retrieval", "retrieval/sense"},
	"github.com/sashabaranov":                   {"internal/llm"},
	"github.com/failsafe-go":                    {"internal/llm"},
	"github.com/zricethezav":                    {"summarize/redact"},
	"github.com/spf13/viper":                    {"summarize/redact"},
	"github.com/labstack/echo":                  {"api", "api/web", "api/route"},
	"github.com/yuin/goldmark": {
		"kb", "kb/dialect", "kb/markdown", "kb/format", "summarize/draft", "retrieval",
	},
	"github.com/yuin/goldmark-emoji": {"kb/dialect"},
	"github.com/pelletier/go-toml":   {"kb/front", "kb/format"},
	"github.com/gabriel-vasile":      {"internal/blob"},
	"modernc.org/sqlite":             {"internal/store", "internal/cmd/rankbench"},
	"github.com/mmcloughlin/avo":     {"internal/tools/kernels"},
	"golang.org/x/sys/cpu":           {"retrieval/meaning/nn"},
	"google.golang.org/protobuf":     {"retrieval/meaning"},
	"database/sql":                   {"internal/store", "internal/prepared", "internal/cmd/rankbench"},
	"github.com/pressly/goose":       {"internal/store"},
	"github.com/microcosm-cc":        {"kb/markdown"},
	"github.com/alecthomas/chroma":   {"kb/highlight"},
	"github.com/prometheus":          {"api"},
	"github.com/rickar/cal":          {"desk/model"},
	"github.com/spf13/cobra":         {"cmd/deskbook"},
	"github.com/spf13/pflag":         {"cmd/deskbook"},
	"golang.org/x/net/publicsuffix":  {"summarize/redact"},
	"testing":                        {"internal/store/storetest"},
	"net/http": {
		"api", "api/web", "api/route", "internal/llm", "internal/auth", "internal/testkit",
		"internal/cmd/llmcheck", "internal/cmd/bench", "cmd/deskbook",
	},
}

func TestImports(t *testing.T) {
	imports := productionImports(t)
	if len(imports) < 10 {
		t.Fatalf("found only %d packages: is the test running in the module?", len(imports))
	}
	rows := allowed()
	for pkg, paths := range imports {
		rule := ruleOf(pkg)
		may, known := rows[rule]
		if !known {
			t.Errorf("%s is not in the table of packages: add a row with what it may import", pkg)
			continue
		}
		for _, p := range paths {
			if rest, ours := strings.CutPrefix(p, module+"/"); ours {
				target := ruleOf(rest)
				if slices.Contains(alone, rule) {
					t.Errorf("%s imports %s, but it must import nothing of this module", pkg, rest)
				}
				if target != rule && !slices.Contains(pure, target) && !slices.Contains(may, target) {
					t.Errorf("%s imports %s, which the table does not allow", pkg, rest)
				}
				continue
			}
			for prefix, only := range fenced {
				if (p == prefix || strings.HasPrefix(p, prefix+"/")) && !slices.Contains(only, rule) {
					t.Errorf("%s imports %s, which only %v may import", pkg, p, only)
				}
			}
		}
	}
}

// TestTable checks that the table contains only packages that exist.
func TestTable(t *testing.T) {
	imports := productionImports(t)
	rows := allowed()
	for _, pkg := range alone {
		if may, ok := rows[pkg]; !ok || len(may) > 0 {
			t.Errorf("%s must import nothing of this module, but the table allows %s", pkg, may)
		}
	}
	for pkg := range rows {
		if _, ok := imports[pkg]; !ok && pkg != "internal/arch" {
			t.Errorf("the table names %s, which does not exist", pkg)
		}
	}
}

func ruleOf(pkg string) string {
	for _, b := range below {
		if strings.HasPrefix(pkg, b+"/") {
			return b
		}
	}
	return pkg
}

// productionImports parses every non-test file of the module.
func productionImports(t *testing.T) map[string][]string {
	t.Helper()
	root := filepath.Join("..", "..")
	imports := make(map[string][]string)
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && name != root || d.Name() == "testdata" || d.Name() == "data") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		pkg := path.Dir(filepath.ToSlash(rel))
		imports[pkg] = append(imports[pkg], []string{}...)
		for _, spec := range f.Imports {
			p, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imports[pkg] = append(imports[pkg], p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return imports
}
