// Package storetest contains the contract of the store as tests that every engine must
// pass. It uses only exported methods of the store, so that it applies unchanged to
// further engines, and never imports a driver.
package storetest

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/internal/store"
	"github.com/deskbook/deskbook/kb"
)

// Opener opens the database once more, as another process would. The store is closed when
// the test ends.
type Opener func(t *testing.T) *store.Store

// Run tests the contract. fresh creates an empty database each time.
func Run(t *testing.T, fresh func(t *testing.T) Opener) {
	t.Helper()
	groups := []struct {
		name string
		run  func(t *testing.T, fresh func(t *testing.T) Opener)
	}{
		{"articles", articles},
		{"names", names},
		{"files", files},
		{"visibility", visibility},
		{"drafts", drafts},
		{"tickets", tickets},
		{"tickets of another tool", histories},
		{"summaries", summaries},
		{"lists", lists},
		{"entries", entries},
		{"changes", changes},
		{"jobs", jobRows},
		{"accounts", accounts},
		{"records", records},
		{"evaluations", evaluations},
		{"triage", triages},
		{"versions", versions},
		{"model versions", modelVersions},
		{"facts", facts},
		{"patterns", patterns},
		{"texts", texts},
	}
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) { g.run(t, fresh) })
	}
}

// noon is when everything happens unless a test needs another time. It has microseconds,
// because a store that loses them would order events wrongly.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 123456000, time.UTC)

// all sees every article.
var all = kb.Visibility{
	Audiences:   []access.Audience{access.Internal, access.Customer, access.AudiencePublic},
	Confidences: []kb.Confidence{kb.WIP, kb.NotValidated, kb.Validated, kb.Archived},
}

var everyone = desk.Scope{All: true}

func article(id string, revision int) kb.Article {
	return kb.Article{
		ID: id, Slug: "slug-" + id, Title: "Title of " + id, Revision: revision,
		Kind: kb.HowTo, Confidence: kb.Validated, Audience: access.AudiencePublic, Governance: kb.Experience,
		Markdown: fmt.Sprintf("# Title of %s\n\nText %d.\n", id, revision), CreatedAt: noon, UpdatedAt: noon,
	}
}

func draft(id string, version int) kb.Draft {
	return kb.Draft{
		ID: id, Version: version, Decision: kb.NewArticle, Status: kb.InReview, Title: "Draft " + id,
		Tickets: []string{"1001"}, CreatedAt: noon, UpdatedAt: noon,
	}
}

func ticket(subject string) desk.Ticket {
	return desk.Ticket{
		Subject: subject, Requester: "u_anna", RequesterName: "Anna", Channel: desk.Portal,
		Type: desk.Incident, Status: desk.New, Impact: 3, Urgency: 2, Priority: 4, Group: "service-desk",
		Messages:  []desk.Message{message(1, "It does not work.")},
		CreatedAt: noon, UpdatedAt: noon,
	}
}

func message(n int, text string) desk.Message {
	return desk.Message{
		N: n, Kind: desk.Reply, Author: "u_anna", AuthorName: "Anna",
		Visibility: desk.PublicReply, Channel: desk.Portal, At: noon, Text: text,
	}
}

// entry returns the entry of a write to one object: an event and a change.
func entry(object, id, verb string) journal.Entry {
	return journal.Entry{
		Events:  []journal.Event{{At: noon, Actor: "u_anna", Object: object, ID: id, Verb: verb}},
		Changes: []journal.Change{{Object: object, ID: id}},
	}
}

// open writes a ticket with its event and change.
func open(t *testing.T, s *store.Store, x desk.Ticket) desk.Ticket {
	t.Helper()
	created, err := s.CreateTicket(t.Context(), func(id string) (desk.Ticket, journal.Entry) {
		return x, entry(journal.Ticket, id, "created")
	})
	must(t, err)
	return created
}

func saveArticle(t *testing.T, s *store.Store, a kb.Article) {
	t.Helper()
	must(t, s.SaveArticles(t.Context(), []kb.Article{a}, entry(journal.Article, a.ID, "published")))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("error is %v (%v), want the kind %q", err, fault.KindOf(err), kind)
	}
}

func wantEqual(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("differs (-want +got):\n%s", diff)
	}
}

// together calls the function n times concurrently and waits for all calls.
func together(n int, fn func(i int)) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			fn(i)
		})
	}
	close(start)
	wg.Wait()
}

// everything is all that a write can change, for comparing before and after.
type everything struct {
	Change  int64
	Events  []journal.Event
	Imports []kb.ImportState
	Counts  desk.Counts
	Jobs    map[string]int
}

func state(ctx context.Context, t *testing.T, s *store.Store) everything {
	t.Helper()
	var (
		e   everything
		err error
	)
	e.Change, err = s.LastChange(ctx)
	must(t, err)
	e.Events, err = s.EventsSince(ctx, time.Unix(0, 0), 0, 500)
	must(t, err)
	e.Imports, err = s.ImportIndex(ctx)
	must(t, err)
	e.Counts, err = s.CountTickets(ctx, everyone)
	must(t, err)
	e.Jobs, err = s.JobCounts(ctx)
	must(t, err)
	return e
}

// fill sets every field below v to a different value that is not zero, so that a field
// that the store does not save is noticed, even one that is added later.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("value %d", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Float64:
		v.SetFloat(float64(*n) / 8)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, n)
		fill(value, n)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(noon.Add(time.Duration(*n) * time.Microsecond)))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	default:
		panic(fmt.Sprintf("storetest: no value for type %s", v.Type()))
	}
}

// filled returns a T without any zero field.
func filled[T any]() T {
	var (
		v T
		n int
	)
	fill(reflect.ValueOf(&v).Elem(), &n)
	return v
}
