// Package arch tests the import directions of the project.
//
// The table below is the architecture: which packages of this module each package may
// import, and which packages may import certain outside libraries. A new import between
// packages is a decision, made here and in docs/design.md, not an accident.
package arch_test

import (
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
var pure = []string{"internal/fault", "internal/access", "internal/journal", "internal/word", "internal/reply"}

// alone lists packages that import nothing of this module, not even the pure ones, so that
// they could be used elsewhere unchanged.
var alone = []string{
	"content", "kb/dialect", "kb/plain", "internal/access", "internal/fault", "internal/journal", "internal/jobs",
	"internal/testkit", "internal/word", "internal/reply", "internal/recent",
	"summarize/redact", "summarize/lexicon", "retrieval/measure", "retrieval/topk",
	"retrieval/meaning/nn",
}

// allowed lists, for every package of the module, the packages that its production code may
// import in addition to the pure ones.
var allowed = map[string]string{
	"internal/fault":   "",
	"internal/access":  "",
	"internal/journal": "",
	"internal/word":    "",
	"internal/reply":   "",
	"internal/auth":    "",
	"internal/blob":    "",
	"internal/jobs":    "",
	"internal/arch":    "",
	"internal/recent":  "",
	"content":          "",
	"kb/plain":         "",
	"kb/front":         "kb/plain",
	"kb/dialect":       "",
	"kb/tool":          "kb/dialect",
	"kb/highlight":     "",
	"kb/markdown":      "kb/plain kb/dialect kb/highlight",
	"kb":               "kb/plain kb/front kb/dialect kb/highlight kb/markdown internal/blob internal/recent",
	"kb/format":        "kb kb/plain kb/front kb/dialect kb/tool kb/markdown",
	"kb/folder":        "kb kb/plain kb/front kb/dialect kb/tool kb/format internal/blob",
	"desk/model":       "kb",
	"desk":             "desk/model kb internal/blob",
	"desk/history":     "desk desk/model",

	"retrieval/measure":    "",
	"retrieval/topk":       "",
	"retrieval/regress":    "retrieval/measure",
	"retrieval/version":    "",
	"retrieval/meaning/nn": "",
	"retrieval/meaning":    "retrieval/meaning/nn",
	"retrieval/terms":      "kb",
	"retrieval/sense":      "retrieval/terms retrieval/topk retrieval/meaning/nn desk kb",
	"retrieval/memory":     "retrieval/terms retrieval/measure retrieval/topk retrieval/sense desk",
	"retrieval/posting":    "",
	"retrieval/rerank":     "internal/recent",
	"retrieval/topic":      "retrieval/terms",
	"retrieval/passage":    "retrieval/terms retrieval/measure desk kb",
	"retrieval/ranker":     "retrieval/terms retrieval/memory retrieval/measure retrieval/regress retrieval/sense desk kb",
	"retrieval": "retrieval/terms retrieval/memory retrieval/passage retrieval/measure retrieval/ranker " +
		"retrieval/topk retrieval/posting retrieval/topic retrieval/sense internal/recent desk kb",
	"retrieval/learning": "retrieval retrieval/ranker retrieval/terms retrieval/memory retrieval/measure " +
		"retrieval/version desk kb",
	"retrieval/triage": "retrieval/terms retrieval/measure retrieval/version desk desk/model",

	"summarize/redact":   "",
	"summarize/lexicon":  "",
	"summarize/thread":   "summarize/lexicon desk",
	"summarize/evidence": "summarize/lexicon summarize/thread summarize/redact desk kb",
	"summarize/ask":      "summarize/thread summarize/evidence summarize/redact kb",
	"summarize/handoff":  "summarize/lexicon summarize/redact summarize/thread summarize/evidence summarize/ask desk kb",
	"summarize/answer": "summarize/lexicon summarize/thread summarize/evidence summarize/ask internal/recent " +
		"retrieval desk desk/model kb",
	"summarize/draft": "summarize/lexicon summarize/thread summarize/evidence summarize/ask " +
		"retrieval retrieval/terms desk kb",
	"summarize": "summarize/ask summarize/handoff summarize/answer summarize/draft summarize/redact " +
		"retrieval desk desk/model kb",

	"api/route": "",
	"api/port":  shown,
	"api/web":   "api/port api/route " + shown,
	"api":       "api/port api/route " + shown,

	"internal/llm":             "summarize/ask",
	"internal/store":           stored,
	"internal/store/storetest": "internal/store " + stored,
	"internal/testkit":         "",
	"internal/budget":          "summarize/ask desk/model",
	"internal/capture":         "internal/jobs summarize/draft desk desk/model kb",
	"internal/simulate":        "desk desk/history",
	"internal/cmd/structure":   "",
	"internal/tools/kernels":   "",
	"internal/cmd/loop":        "internal/testkit",
	"internal/cmd/bench":       "internal/testkit",
	"internal/cmd/rankbench":   "retrieval internal/eval kb",
	"internal/cmd/llmcheck":    "internal/testkit",

	"internal/eval": "retrieval retrieval/terms retrieval/memory retrieval/learning retrieval/measure retrieval/regress " +
		"retrieval/ranker retrieval/rerank retrieval/triage retrieval/sense summarize summarize/thread summarize/evidence summarize/ask " +
		"summarize/handoff " +
		"summarize/answer summarize/draft summarize/redact desk kb kb/format",
	"cmd/deskbook": "content api api/route api/web summarize summarize/ask summarize/evidence summarize/handoff " +
		"summarize/draft summarize/redact summarize/thread " +
		"retrieval retrieval/ranker retrieval/terms retrieval/learning retrieval/triage " +
		"retrieval/rerank retrieval/version retrieval/meaning retrieval/sense desk desk/model desk/history kb kb/dialect kb/folder internal/auth " +
		"internal/jobs internal/store internal/llm internal/budget internal/capture internal/simulate internal/eval",
}

const (
	// shown are the packages whose results the API and the pages show.
	shown = "retrieval retrieval/ranker retrieval/learning retrieval/measure retrieval/triage " +
		"retrieval/version summarize/ask " +
		"summarize/evidence summarize/handoff summarize/answer desk desk/model kb internal/auth internal/blob"
	// stored are the packages whose types the store saves or whose interfaces it implements.
	stored = "retrieval retrieval/learning retrieval/triage retrieval/version summarize/ask summarize/handoff " +
		"desk desk/model desk/history kb internal/auth internal/blob internal/jobs"
)

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
	"database/sql":                   {"internal/store", "internal/cmd/rankbench"},
	"github.com/pressly/goose":       {"internal/store"},
	"github.com/microcosm-cc":        {"kb/markdown"},
	"github.com/alecthomas/chroma":   {"kb/highlight"},
	"github.com/prometheus":          {"api"},
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
	for pkg, paths := range imports {
		rule := ruleOf(pkg)
		row, known := allowed[rule]
		may := strings.Fields(row)
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
	for _, pkg := range alone {
		if may, ok := allowed[pkg]; !ok || may != "" {
			t.Errorf("%s must import nothing of this module, but the table allows %s", pkg, may)
		}
	}
	for pkg := range allowed {
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
