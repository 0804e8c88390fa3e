package measure_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/deskbook/deskbook/desk/clock"
	"github.com/deskbook/deskbook/desk/history"
	"github.com/deskbook/deskbook/desk/measure"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/simulate"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
)

// afterwards is a moment after all simulated tickets.
var afterwards = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// manager may read reports.
var manager = access.Actor{ID: "u_sven", Roles: []access.Role{access.ServiceManager}}

// always are models with one that is in force for ever.
type always struct{ model *model.Service }

func (a always) Model() *model.Service { return a.model }

func (a always) Timeline(context.Context) ([]model.InForce, error) { return clock.Always(a.model), nil }

// quarter is a simulated desk in a real store.
type quarter struct {
	*measure.Service
	store *store.Store
	file  string              // the database
	plots map[string][]string // external ids of the tickets of each
	// external are the external ids by number.
	external map[string]string
}

func newQuarter(t *testing.T, tickets int) *quarter {
	t.Helper()
	ctx, folder, dir := t.Context(), t.TempDir(), t.TempDir()
	must(t, simulate.Generate(ctx, folder, simulate.Options{Seed: 4, Tickets: tickets, Articles: 120}))
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(folder, name))
		must(t, err)
		return b
	}
	m, err := model.Parse(read("service-model.yaml"))
	must(t, err)
	st, err := store.Open(ctx, "", store.Options{Dir: dir})
	must(t, err)
	t.Cleanup(func() { must(t, st.Close()) })
	addArticles(t, st, filepath.Join(folder, "articles"))
	moving := history.New(history.Deps{
		Store: st, Model: func() *model.Service { return m }, NewID: auth.NewUserID,
		Now: func() time.Time { return afterwards },
	})
	r, err := moving.Import(ctx, bytes.NewReader(read("tickets.jsonl")), history.Options{})
	must(t, err)
	if r.Created != tickets || len(r.Rejected)+len(r.Unknown.Articles) > 0 {
		t.Fatalf("%+v", r)
	}
	q := &quarter{store: st, file: filepath.Join(dir, store.FileName), external: map[string]string{}}
	must(t, json.Unmarshal(read("story.json"), &q.plots))
	for _, ids := range q.plots {
		known, err := st.Introduce(ctx, history.Names{Tickets: ids})
		must(t, err)
		for id, x := range known.Tickets {
			q.external[x.Number] = id
		}
	}
	q.Service = measure.New(measure.Deps{
		Store: st, Models: always{m}, Now: func() time.Time { return afterwards },
	})
	must(t, q.Follow(ctx))
	return q
}

// addArticles stores an article for every file.
func addArticles(t *testing.T, st *store.Store, folder string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*", "*.md"))
	must(t, err)
	for _, f := range files {
		slug := strings.TrimSuffix(filepath.Base(f), ".md")
		must(t, st.SaveArticles(t.Context(), []kb.Article{{
			ID: "a_" + slug, Slug: slug, Title: slug, Revision: 1, Kind: kb.Troubleshooting, Confidence: kb.Validated,
			Audience: access.AudiencePublic, Governance: kb.Experience, CreatedAt: afterwards, UpdatedAt: afterwards,
		}}, journal.Entry{}))
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// findsWhatIsPlanted tests that the signs of the simulated quarter are found where they are, and
// seldom elsewhere.
func (q *quarter) findsWhatIsPlanted(t *testing.T) {
	signs, err := q.Signs(t.Context(), manager, measure.Query{})
	must(t, err)
	for _, c := range []struct {
		plot, kind string
		share      float64 // of the tickets of the plot that have the sign; of a call with three tickets, two
		others     int     // at most so many of 10,000 that are not planted
	}{
		{"priority_lowered", "priority_near_breach", 1, 5},
		{"pending_as_pause", "pending_without_question", 0.5, 0}, // others are still pending on the last day
		{"closed_elsewhere", "resolved_at_limit", 0.5, 5},        // the others of them are opened again
		{"closed_elsewhere", "opened_again", 0.25, 150},
		{"split", "split", 0.66, 0},
	} {
		hit, others := 0, 0
		for _, s := range signs {
			switch {
			case s.Kind != c.kind:
			case slices.Contains(q.plots[c.plot], q.external[s.Ticket]):
				hit++
			default:
				others++
			}
		}
		all := len(q.plots[c.plot])
		t.Logf("%s: %d of %d tickets of %s, and %d others", c.kind, hit, all, c.plot, others)
		if float64(hit) < c.share*float64(all) || others > c.others {
			t.Errorf("%s: %d of %d planted tickets, and %d others", c.kind, hit, all, others)
		}
	}
}

// TestAgreement computes the measures of 10,000 simulated tickets in two ways, from the events alone:
// ticket after ticket in Go, and as sets in SQL. Both find the same.
func TestAgreement(t *testing.T) {
	q := newQuarter(t, 10_000)
	t.Run("signs", q.findsWhatIsPlanted)
	o := q.oracle(t)
	march := func(m time.Month, d int) time.Time { return time.Date(2025, m, d, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		name  string
		query measure.Query
	}{
		{"all", measure.Query{}},
		{"pending out", measure.Query{PendingOut: true}},
		{"October", measure.Query{From: march(10, 1), To: march(11, 1)}},
		{"a day, pending out", measure.Query{From: march(11, 18), To: march(11, 19), PendingOut: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := q.Report(t.Context(), manager, c.query)
			must(t, err)
			answers := o.ask(c.query)
			for _, v := range r.Values {
				want, ok := answers[v.Name]
				if !ok {
					continue
				}
				total := v.Value
				if v.Unit != measure.Tickets {
					total *= float64(v.N)
				}
				if v.N != want.n || math.Abs(total-want.total) > 1e-6*(1+math.Abs(want.total)) {
					t.Errorf("%s: Go finds %v of %d, SQL %v of %d", v.Name, total, v.N, want.total, want.n)
				}
			}
			if len(answers) != 16 {
				t.Errorf("SQL answers %d measures", len(answers))
			}
		})
	}
}

// answer is a measure as SQL finds it.
type answer struct {
	n     int
	total float64
}

// oracle computes measures in SQL.
type oracle struct {
	*testing.T
	db      *sql.DB
	answers []string // the statements that answer for a window
}

// oracle prepares what is the same for every window.
func (q *quarter) oracle(t *testing.T) *oracle {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+q.file+"?mode=ro")
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	db.SetMaxOpenConns(1) // temporary tables belong to a connection
	o := &oracle{T: t, db: db}
	o.exec("CREATE TEMP TABLE param AS SELECT 0 AS a, 0 AS b, ? AS now, 0 AS pending_out", afterwards.UnixMicro())
	o.hours()
	o.goals()
	text, err := os.ReadFile(filepath.Join("testdata", "measures.sql"))
	must(t, err)
	for _, statement := range strings.SplitAfter(string(text), ";\n") {
		if strings.Contains(statement, "INSERT INTO answers") {
			o.answers = append(o.answers, statement)
		} else {
			o.exec(statement)
		}
	}
	return o
}

func (o *oracle) exec(query string, args ...any) {
	o.Helper()
	if _, err := o.db.ExecContext(o.Context(), query, args...); err != nil {
		o.Fatalf("%s: %v", query, err)
	}
}

// hours are those of the two calendars of the simulated desk.
func (o *oracle) hours() {
	o.exec("CREATE TEMP TABLE hours (calendar TEXT, x INTEGER, y INTEGER)")
	day := time.Date(2025, 9, 1, 0, 0, 0, 0, time.UTC)
	for ; day.Before(afterwards.AddDate(0, 1, 0)); day = day.AddDate(0, 0, 1) {
		if day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
			o.exec("INSERT INTO hours VALUES ('office', ?, ?)",
				day.Add(8*time.Hour).UnixMicro(), day.Add(18*time.Hour).UnixMicro())
		}
	}
	o.exec("INSERT INTO hours VALUES ('always', 0, ?)", int64(math.MaxInt64))
	o.exec("CREATE INDEX temp.hours_end ON hours (calendar, y)")
}

// goals are those of the simulated desk, by priority from 1 to 5.
func (o *oracle) goals() {
	o.exec("CREATE TEMP TABLE goal (kind TEXT, priority INTEGER, micros INTEGER)")
	for kind, goals := range map[string][5]time.Duration{
		"first_response": {15 * time.Minute, 30 * time.Minute, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour},
		"resolution":     {4 * time.Hour, 8 * time.Hour, 24 * time.Hour, 40 * time.Hour, 80 * time.Hour},
		"update":         {time.Hour, 4 * time.Hour, 10 * time.Hour, 20 * time.Hour, 40 * time.Hour},
		"ola":            {2 * time.Hour, 4 * time.Hour, 12 * time.Hour, 20 * time.Hour, 40 * time.Hour},
		"supplier":       {4 * time.Hour, 8 * time.Hour, 16 * time.Hour, 24 * time.Hour, 40 * time.Hour},
	} {
		for i, g := range goals {
			o.exec("INSERT INTO goal VALUES (?, ?, ?)", kind, i+1, g.Microseconds())
		}
	}
}

// ask returns the answers for a window, by measure.
func (o *oracle) ask(query measure.Query) map[string]answer {
	o.Helper()
	to := query.To
	if to.IsZero() {
		to = afterwards
	}
	o.exec("UPDATE param SET a = ?, b = ?, pending_out = ?",
		int64(measure.At(query.From)), to.UnixMicro(), query.PendingOut)
	o.exec("DROP TABLE IF EXISTS temp.answers")
	o.exec("CREATE TEMP TABLE answers (name TEXT, n INTEGER, total REAL)")
	for _, statement := range o.answers {
		o.exec(statement)
	}
	rows, err := o.db.QueryContext(o.Context(), "SELECT name, n, coalesce(total, 0) FROM answers")
	must(o.T, err)
	defer func() { must(o.T, rows.Close()) }()
	out := map[string]answer{}
	for rows.Next() {
		var name string
		var a answer
		must(o.T, rows.Scan(&name, &a.n, &a.total))
		out[name] = a
	}
	must(o.T, rows.Err())
	return out
}
