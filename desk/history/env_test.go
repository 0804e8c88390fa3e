package history_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/history"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
)

var today = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// place is a desk that tickets come to, on a real database.
type place struct {
	*testing.T
	store  *store.Store
	moving *history.Service
	model  *model.Service
}

func newPlace(t *testing.T) *place {
	t.Helper()
	st, err := store.Open(t.Context(), "", store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	m, err := model.Parse(content.ServiceModel())
	if err != nil {
		t.Fatal(err)
	}
	p := &place{T: t, store: st, model: m}
	p.moving = p.service(st)
	return p
}

// service returns a service on a store that may be another than the real one.
func (p *place) service(st history.Store) *history.Service {
	return history.New(history.Deps{
		Store: st, Model: func() *model.Service { return p.model }, NewID: auth.NewUserID,
		Now: func() time.Time { return today },
	})
}

func (p *place) article(slug string) {
	p.Helper()
	a := kb.Article{
		ID: "a_" + slug, Slug: slug, Title: "Title of " + slug, Revision: 1, Kind: kb.HowTo, Confidence: kb.Validated,
		Audience: access.AudiencePublic, Governance: kb.Experience, Markdown: "# x\n", CreatedAt: today, UpdatedAt: today,
	}
	if err := p.store.SaveArticles(p.Context(), []kb.Article{a}, journal.Entry{}); err != nil {
		p.Fatal(err)
	}
}

// bring imports lines and returns the report without its duration.
func (p *place) bring(lines ...string) history.Report {
	p.Helper()
	return p.bringAs(history.Options{}, lines...)
}

func (p *place) bringAs(o history.Options, lines ...string) history.Report {
	p.Helper()
	r, err := p.moving.Import(p.Context(), strings.NewReader(strings.Join(lines, "\n")), o)
	if err != nil {
		p.Fatal(err)
	}
	r.Seconds = 0
	return r
}

// counts is what a report counts.
func counts(created, updated, unchanged, rejected int) [4]int {
	return [4]int{created, updated, unchanged, rejected}
}

func (p *place) want(r history.Report, want [4]int) {
	p.Helper()
	got := counts(r.Created, r.Updated, r.Unchanged, len(r.Rejected))
	if d := cmp.Diff(want, got); d != "" {
		p.Errorf("created, updated, unchanged, rejected (-want +got):\n%s\n%+v", d, r.Rejected)
	}
}

func (p *place) export() string {
	p.Helper()
	var b bytes.Buffer
	if _, err := p.moving.Export(p.Context(), &b, nil); err != nil {
		p.Fatal(err)
	}
	return b.String()
}

func (p *place) ticket(id string) desk.Ticket {
	p.Helper()
	t, err := p.store.Ticket(p.Context(), id, desk.Scope{All: true})
	if err != nil {
		p.Fatal(err)
	}
	return t
}

// events returns verb and data of a ticket's events in the order of time.
func (p *place) events(id string) []string {
	p.Helper()
	past, err := p.store.Past(p.Context(), []string{p.ticket(id).ID})
	if err != nil {
		p.Fatal(err)
	}
	var out []string
	for _, e := range past[0].Events {
		out = append(out, fmt.Sprintf("%s %s %s", e.At.Format("02 15:04"), e.Verb, e.Data))
	}
	return out
}

// line returns a line with further fields.
func line(id, more string) string {
	return fmt.Sprintf(`{"id":%q,"subject":"VPN drops","requester":"ada@example.org","created":"2024-05-01T08:00:00Z",`+
		`"messages":[{"text":"It drops every hour."}]%s}`, id, more)
}

// eventLine returns a line with events on one day, each "15:04 {…}" with the fields after the time.
func eventLine(id string, events ...string) string {
	var out []string
	for _, e := range events {
		at, rest, _ := strings.Cut(e, " ")
		out = append(out, fmt.Sprintf(`{"at":"2024-05-01T%s:00Z","by":"ben@example.org",%s}`, at, rest))
	}
	return line(id, `,"events":[`+strings.Join(out, ",")+`]`)
}
