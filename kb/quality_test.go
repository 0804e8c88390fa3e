package kb_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/kb"
)

func TestDistance(t *testing.T) {
	long := strings.Repeat("one two three four five ", 1500)
	for _, c := range []struct {
		name, before, after string
		want                float64
	}{
		{"nothing", "", "", 0},
		{"capital letters", "Renew the certificate.", "renew THE certificate", 2.0 / 3},
		{"marks and breaks", "Renew  the\ncertificate.", "Renew, the certificate", 0},
		{"one word replaced", "a b c d", "a x c d", .25},
		{"one word added", "a b c", "a b c d", .25},
		{"all removed", "a b c", "", 1},
		{"all written", "", "a b", 1},
		{"moved", "a b c d", "b c d a", .5},
		{"another script", "сертификат обновить", "сертификат удалить", .5},
		{"no spaces", "密码已重置", "密码已更改", .4},
		{"very long, the same", long, long, 0},
		{"very long, a word at both ends", "start " + long + "stop", "begin " + long + "end", 2.0 / 7502},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := kb.Distance(c.before, c.after); math.Abs(got-c.want) > 1e-9 {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if a, b := kb.Distance(c.before, c.after), kb.Distance(c.after, c.before); a != b {
				t.Errorf("%v one way, %v the other", a, b)
			}
		})
	}
}

func BenchmarkDistance(b *testing.B) {
	before := strings.Repeat("one two three four five ", 800)
	after := strings.ReplaceAll(before, "three", "drei")
	for b.Loop() {
		kb.Distance("x "+before+"x", "y "+after+"y")
	}
}

// Whoever wrote the words does not approve them, and approving with edits is one act.
func TestAuthorsDoNotApprove(t *testing.T) {
	b := newBench()
	words := kb.Patch{Markdown: ptr("## Issue\n\nGone.\n\n## Resolution\n\nReinstall the client.\n")}
	d := b.propose(t, access.System(), fromTicket("1001", 1))
	d, err := b.EditDraft(t.Context(), manager, d.ID, d.Version, words)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"system", manager.ID}, d.Authors()); diff != "" {
		t.Error(diff)
	}
	_, _, err = b.Approve(t.Context(), manager, d.ID, "")
	wantKind(t, err, fault.Forbidden)
	if _, err := b.RequestChanges(t.Context(), manager, d.ID, "more"); err != nil {
		t.Errorf("an editor may give it back: %v", err)
	}
	if _, err := b.Submit(t.Context(), manager, d.ID, ""); err != nil {
		t.Fatal(err)
	}
	d, _, err = b.Approve(t.Context(), manager2, d.ID, "")
	if err != nil || !d.Quality.Measured || d.Quality.Distance == 0 {
		t.Errorf("%+v, %v", d.Quality, err)
	}

	other := b.propose(t, access.System(), fromTicket("1002", 1))
	other, a, err := b.ApproveWith(
		t.Context(), manager, other.ID, kb.Approval{Version: 1, Edit: &words, Confirmed: []string{kb.Concise}},
	)
	if err != nil || a.Markdown != *words.Markdown {
		t.Fatalf("%+v, %v", a, err)
	}
	// 4 edits in 11 words, the title's five included: "VPN drops" became "Gone", "it" "the client".
	if got := fmt.Sprintf(
		"%v %.2f %v", other.Quality.Measured, other.Quality.Distance, other.Editors,
	); got != "true 0.36 [u_km]" {
		t.Errorf("got %s", got)
	}
	var human []string
	for _, c := range other.Checks[9:] {
		human = append(human, fmt.Sprint(c.Name, c.Passed))
	}
	want := []string{"symptom_validatedfalse", "resolution_validatedfalse", "concisetrue", "requesters_contextfalse"}
	if diff := cmp.Diff(want, human); diff != "" {
		t.Error(diff)
	}
	third := b.propose(t, access.System(), fromTicket("1003", 1))
	_, _, err = b.ApproveWith(t.Context(), manager, third.ID, kb.Approval{Confirmed: []string{"beautiful"}})
	wantKind(t, err, fault.Invalid)
	_, _, err = b.ApproveWith(t.Context(), manager, third.ID, kb.Approval{Edit: &kb.Patch{Title: ptr(" ")}})
	wantKind(t, err, fault.Invalid)
}

func TestQuality(t *testing.T) {
	b := newBench()
	ctx := t.Context()
	opened := b.propose(t, access.System(), fromTicket("1001", 1))
	for _, who := range []access.Actor{agent, manager, manager} {
		if err := b.Opened(ctx, who, opened); err != nil {
			t.Fatal(err)
		}
	}
	if len(b.store.readings) != 1 {
		t.Errorf("readings %v: only who may decide counts", b.store.readings)
	}
	opened, _, err := b.Approve(ctx, manager, opened.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	if q := opened.Quality; q.Waiting <= q.Reviewing || q.Reviewing <= 0 || !q.Measured || q.Distance != 0 {
		t.Errorf("%+v", q)
	}
	unseen := b.propose(t, agent, kb.Proposal{Title: "T", Markdown: "x", Tickets: []string{"2"}})
	if _, err := b.Submit(ctx, agent, unseen.ID, ""); err != nil {
		t.Fatal(err)
	}
	unseen, err = b.RejectFor(ctx, manager, unseen.ID, kb.RejectInput{Reason: kb.RejectUnclear})
	if err != nil || unseen.Quality.Reviewing != 0 || unseen.Quality.Measured ||
		unseen.Quality.Waiting != unseen.DecidedAt.Sub(unseen.Comments[0].At) {
		t.Errorf("%+v, %v", unseen.Quality, err)
	}
	r, err := b.Quality(ctx, agent, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, row := range append(r.Rows, r.Total) {
		rows = append(
			rows,
			fmt.Sprint(
				row.Month, " ", row.Author, " ", row.Engine, " ", row.Approved, row.Rejected, row.Measured, row.Unchanged,
			),
		)
	}
	want := []string{"2026-03 system extractive 1 0 1 1", "2026-03 person person 0 1 0 0", "   1 1 1 1"}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]kb.ReasonCount{{Reason: kb.RejectUnclear, Count: 1}}, r.Reasons); diff != "" {
		t.Error(diff)
	}
	later, err := b.Quality(ctx, manager, unseen.DecidedAt.Add(time.Hour))
	if err != nil || len(later.Rows) != 0 || later.Total.Waiting != nil {
		t.Errorf("%+v, %v", later, err)
	}
	_, err = b.Quality(ctx, requester, time.Time{})
	wantKind(t, err, fault.Forbidden)
}
