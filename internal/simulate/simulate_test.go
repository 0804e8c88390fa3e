package simulate_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk/history"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/simulate"
	"github.com/deskbook/deskbook/internal/store"
)

func generate(t *testing.T, o simulate.Options) string {
	t.Helper()
	folder := t.TempDir()
	if err := simulate.Generate(t.Context(), folder, o); err != nil {
		t.Fatal(err)
	}
	return folder
}

// contents returns the files of a folder.
func contents(t *testing.T, folder string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		out[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSeed: the same seed produces the same bytes, another one others, and a larger desk has the
// same articles under the same numbers.
func TestSeed(t *testing.T) {
	one := contents(t, generate(t, simulate.Options{Seed: 7, Tickets: 300, Articles: 50}))
	again := contents(t, generate(t, simulate.Options{Seed: 7, Tickets: 300, Articles: 50}))
	other := contents(t, generate(t, simulate.Options{Seed: 8, Tickets: 300, Articles: 50}))
	if len(one) != 54 {
		t.Errorf("%d files", len(one))
	}
	for name, text := range one {
		if again[name] != text {
			t.Errorf("%s differs with the same seed", name)
		}
	}
	if one["tickets.jsonl"] == other["tickets.jsonl"] {
		t.Error("another seed produces the same tickets")
	}
}

// TestMovesIn: every generated ticket comes in, with every name known to the generated service
// model, and moves on unchanged from there.
func TestMovesIn(t *testing.T) {
	folder := generate(t, simulate.Options{Seed: 3, Tickets: 1500})
	text := contents(t, folder)
	current, err := model.Parse([]byte(text["service-model.yaml"]))
	if err != nil {
		t.Fatal(err)
	}
	bring := func(lines string) (history.Report, string) {
		st, err := store.Open(t.Context(), "", store.Options{Dir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		s := history.New(history.Deps{
			Store: st, Model: func() *model.Service { return current }, NewID: auth.NewUserID, Now: time.Now,
		})
		r, err := s.Import(t.Context(), bytes.NewReader([]byte(lines)), history.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if _, err := s.Export(t.Context(), &out, nil); err != nil {
			t.Fatal(err)
		}
		if err := st.Close(); err != nil {
			t.Error(err)
		}
		return r, out.String()
	}
	r, out := bring(text["tickets.jsonl"])
	u := r.Unknown
	if r.Created != 1500 || len(r.Rejected)+len(u.Services)+len(u.Categories)+len(u.Groups) > 0 {
		t.Errorf("report: %+v", r)
	}
	r, again := bring(out)
	if r.Created != 1500 || again != out {
		t.Errorf("exported, imported and exported again it differs; created %d, rejected %+v", r.Created, r.Rejected)
	}
}

// TestLife: a desk has what real ones have, in realistic numbers.
func TestLife(t *testing.T) {
	const n = 4000
	text := contents(t, generate(t, simulate.Options{Seed: 5, Tickets: n}))
	count, messages, night := map[string]int{}, 0, 0
	last := ""
	lines := bufio.NewScanner(bytes.NewReader([]byte(text["tickets.jsonl"])))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var l history.Line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		if l.Created < last {
			t.Fatalf("%s comes after a later ticket", l.ID)
		}
		last = l.Created
		at, err := time.Parse(time.RFC3339, l.Created)
		if err != nil {
			t.Fatal(err)
		}
		if h := at.Hour(); h < 7 || h > 18 || at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
			night++
		}
		messages += len(l.Messages)
		seen := map[history.Act]bool{}
		for _, e := range l.Events {
			if !seen[e.Do] {
				count[string(e.Do)]++
			}
			seen[e.Do] = true
			if e.Do == history.DoResolve && len(e.Articles) > 0 {
				count["applied"]++
			}
		}
	}
	for what, want := range map[string][2]int{
		"resolve": {85, 99}, "applied": {50, 80}, "close": {70, 95}, "escalate": {8, 16}, "reopen": {2, 8},
		"merge": {1, 8}, "status": {35, 55}, "assign": {90, 100}, "category": {15, 40},
	} {
		if share := count[what] * 100 / n; share < want[0] || share > want[1] {
			t.Errorf("%s: %d%% of the tickets, want %v", what, share, want)
		}
	}
	if share := night * 100 / n; share > 8 {
		t.Errorf("%d%% come in at night or at a weekend", share)
	}
	if mean := float64(messages) / n; mean < 4 || mean > 6 {
		t.Errorf("%.1f messages a ticket", mean)
	}
}

func TestRefuses(t *testing.T) {
	for _, o := range []simulate.Options{{}, {Tickets: -1}, {Tickets: 10_000_001}, {Tickets: 5, Articles: 51}} {
		if err := simulate.Generate(t.Context(), t.TempDir(), o); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
}

// TestStory: a quarter has what a service manager should find in it, and says where.
func TestStory(t *testing.T) {
	text := contents(t, generate(t, simulate.Options{Seed: 11, Tickets: 10_000}))
	var plots map[string][]string
	if err := json.Unmarshal([]byte(text["story.json"]), &plots); err != nil {
		t.Fatal(err)
	}
	lines, services, suppliers := map[string]history.Line{}, map[string]bool{}, map[string]bool{}
	for _, one := range strings.Split(strings.TrimSpace(text["tickets.jsonl"]), "\n") {
		var l history.Line
		if err := json.Unmarshal([]byte(one), &l); err != nil {
			t.Fatal(err)
		}
		lines[l.ID] = l
		services[l.Service] = true
		for _, e := range l.Events {
			if e.Supplier != "" {
				suppliers[e.Supplier] = true
			}
		}
	}
	delete(services, "")
	if len(lines) != 10_000 || len(services) != 6 || len(suppliers) != 2 {
		t.Errorf("%d tickets, services %v, suppliers %v", len(lines), services, suppliers)
	}
	first, last := lines["T-1"].Created, lines["T-10000"].Created
	if first > "2025-09-25" || first < "2025-09-15" || last < "2025-12-12" {
		t.Errorf("the quarter is from %s to %s", first, last)
	}
	for plot, least := range map[string]int{
		"outage": 30, "bad_release": 80, "lapsed_workaround": 120, "priority_lowered": 8, "closed_elsewhere": 8,
		"pending_as_pause": 8, "split": 9,
	} {
		if len(plots[plot]) < least {
			t.Errorf("%s: %d tickets, want at least %d", plot, len(plots[plot]), least)
		}
	}
	back, all := [2]int{}, [2]int{} // of the workaround: before and after it lapsed
	for _, id := range plots["lapsed_workaround"] {
		late := 0
		if lines[id].Created > "2025-11-24" {
			late = 1
		}
		all[late]++
		if slices.ContainsFunc(lines[id].Events, func(e history.Event) bool { return e.Do == history.DoReopen }) {
			back[late]++
		}
	}
	if back[0]*8 > all[0] || back[1]*2 < all[1] {
		t.Errorf("the workaround: %v of %v came back before and after it lapsed", back, all)
	}
	for _, id := range plots["outage"] {
		if c := lines[id].Created; c[:10] != lines[plots["outage"][0]].Created[:10] || lines[id].Impact != 1 {
			t.Errorf("%s is no ticket of the outage: %s", id, c)
		}
	}
	for _, what := range []string{"New certificate on the gateway", "Release of", "Roll-back of"} {
		if !strings.Contains(text["changes.jsonl"], what) {
			t.Errorf("no change %q", what)
		}
	}
}
