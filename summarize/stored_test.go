package summarize_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/handoff"
	"github.com/deskbook/deskbook/summarize/thread"
)

// memoryStore stores summaries in memory.
type memoryStore struct {
	mu     sync.Mutex
	stored map[string]handoff.Stored
	events []string
	err    error
	reads  chan struct{} // receives a value at each read, if set
}

func (s *memoryStore) Summary(_ context.Context, ticket string) (handoff.Stored, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reads != nil {
		s.reads <- struct{}{}
	}
	k, ok := s.stored[ticket]
	if !ok {
		return handoff.Stored{}, fault.New(fault.NotFound, "no summary of %s", ticket)
	}
	return k, nil
}

func (s *memoryStore) SaveSummary(_ context.Context, k handoff.Stored, e journal.Entry) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	if s.stored[k.Ticket].Version != k.Version-1 {
		return fault.New(fault.Conflict, "version %d does not follow", k.Version)
	}
	if s.stored == nil {
		s.stored = map[string]handoff.Stored{}
	}
	s.stored[k.Ticket] = k
	for _, x := range e.Events {
		s.events = append(s.events, x.Verb+" by "+x.Actor)
	}
	return nil
}

// fakeWriter counts its summaries and attributes them to an engine.
type fakeWriter struct {
	mu     sync.Mutex
	engine string
	reason string
	calls  int
	wait   chan struct{}
}

func (p *fakeWriter) StreamSummary(ctx context.Context, t desk.Ticket, _ handoff.Progress) (handoff.Summary, error) {
	if p.wait != nil {
		<-p.wait
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls++
	s, err := extractive().Summarize(ctx, t)
	s.Engine, s.Reason = p.engine, p.reason
	return s, err
}

type fixture struct {
	*handoff.Service
	store  *memoryStore
	writer *fakeWriter
	at     time.Time
}

func newFixture(engine string) *fixture {
	k := &fixture{
		store: &memoryStore{}, writer: &fakeWriter{engine: engine}, at: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
	}
	k.Service = handoff.New(handoff.Deps{
		Writer: k.writer, Store: k.store, Now: func() time.Time { return k.at },
	})
	return k
}

var (
	annaAgent = access.Actor{ID: "u_anna", Name: "Anna", Roles: []access.Role{access.Agent}}
	boAgent   = access.Actor{ID: "u_bo", Name: "Bo", Roles: []access.Role{access.Agent}}
)

func vpnThread(more ...string) desk.Ticket {
	return ticketOf("VPN rejects my sign-in", append([]string{
		"req: The VPN rejects my sign-in with error 0x80070057 since Monday.",
		"desk: Please restart the laptop.",
		"req: I restarted the laptop, that did not help.",
	}, more...)...)
}

func (k *fixture) get(t *testing.T, ticket desk.Ticket) handoff.Stored {
	t.Helper()
	got, err := k.Summary(t.Context(), ticket, handoff.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// One version of a thread is summarised once. A longer thread makes the summary stale until
// somebody renews it.
func TestSummaryIsStored(t *testing.T) {
	k := newFixture(ask.ByModel)
	first := k.get(t, vpnThread())
	k.get(t, vpnThread())
	if k.writer.calls != 1 || first.Version != 1 {
		t.Fatalf("written %d times, version %d", k.writer.calls, first.Version)
	}
	longer := vpnThread("req: Now it asks for a token.", "note: Token is not enrolled.")
	old := k.get(t, longer).Current().For(longer)
	if k.writer.calls != 1 || !old.Stale || old.Since != 2 || old.ThreadVersion != 3 {
		t.Errorf("calls %d, stale %v by %d", k.writer.calls, old.Stale, old.Since)
	}
	for range 2 { // the second call finds it done
		got, err := k.Renew(t.Context(), longer, handoff.Progress{})
		if err != nil || got.Current().For(longer).Stale || k.writer.calls != 2 {
			t.Errorf("%+v, calls %d, %v", got, k.writer.calls, err)
		}
	}
}

func TestConcurrentReadersShareOneCall(t *testing.T) {
	for name, reason := range map[string]string{
		"a model that writes": "", "a model that fails": "the model did not answer",
	} {
		t.Run(name, func(t *testing.T) {
			k := newFixture(ask.ByModel)
			k.writer.wait, k.writer.reason = make(chan struct{}), reason
			k.store.reads = make(chan struct{}, 100)
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() { k.get(t, vpnThread()) })
			}
			for range 8 + 1 { // each reader once, and the first again once it has the lock
				<-k.store.reads
			}
			close(k.writer.wait)
			wg.Wait()
			if k.writer.calls != 1 {
				t.Errorf("written %d times", k.writer.calls)
			}
		})
	}
}

// A text that stands in for a failed model is provisional: the model is asked again later.
func TestFailedModelIsRetried(t *testing.T) {
	k := newFixture(ask.Extractive)
	k.writer.reason = "the model did not answer"
	k.get(t, vpnThread())
	k.get(t, vpnThread())
	if k.writer.calls != 1 {
		t.Errorf("asked %d times immediately", k.writer.calls)
	}
	k.at = k.at.Add(10 * time.Minute)
	k.writer.engine, k.writer.reason = ask.ByModel, ""
	if got := k.get(t, vpnThread()); got.Generated.Engine != ask.ByModel || k.writer.calls != 2 {
		t.Errorf("%+v, asked %d times", got.Generated, k.writer.calls)
	}
}

func TestSummaryNotStored(t *testing.T) {
	k := newFixture(ask.Extractive)
	k.store.err = fault.New(fault.Unavailable, "the disk is full")
	if got := k.get(t, vpnThread()); got.Version != 0 || len(got.Current().Sections) != len(handoff.Sections()) {
		t.Errorf("%+v", got)
	}
	unstored := handoff.New(handoff.Deps{Writer: k.writer})
	_, err := unstored.Edit(t.Context(), annaAgent, vpnThread(), 1, nil)
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("%v", err)
	}
}

// sections returns a summary's sections with one replaced.
func sections(s handoff.Summary, name string, lines ...handoff.Line) []handoff.Section {
	var out []handoff.Section
	for _, sec := range s.Sections {
		if sec.Name == name {
			sec.Lines = lines
		}
		out = append(out, sec)
	}
	return out
}

// edited returns the summary of a ticket as generated and as Anna edited it.
func (k *fixture) edited(t *testing.T, ticket desk.Ticket) (generated, edited handoff.Stored) {
	t.Helper()
	generated = k.get(t, ticket)
	tried := generated.Generated.Section(handoff.SectionTried).Lines
	if len(tried) == 0 || tried[0].Result != thread.Failed {
		t.Fatalf("tried: %+v", tried)
	}
	lines := sections(generated.Generated, handoff.SectionTried,
		handoff.Line{Text: "I restarted the laptop; it did not help", Messages: []int{3}},
		handoff.Line{Text: "Reset the account in the directory", Messages: []int{2}},
		handoff.Line{Text: "Called the supplier"},
		handoff.Line{Text: "  "},
	)
	edited, err := k.Edit(t.Context(), annaAgent, ticket, generated.Version, lines)
	if err != nil {
		t.Fatal(err)
	}
	return generated, edited
}

func TestEditSummary(t *testing.T) {
	generated, edited := newFixture(ask.Extractive).edited(t, vpnThread())
	got := edited.Current().Section(handoff.SectionTried).Lines
	want := []handoff.Line{
		{Text: "I restarted the laptop; it did not help", Messages: []int{3}},
		{Text: "Reset the account in the directory", Messages: []int{2}, WrittenBy: "Anna"},
		{Text: "Called the supplier", Messages: []int{}, WrittenBy: "Anna"},
	}
	if got[0].Result == thread.Failed { // the outcome carries over if the messages are the same
		got[0].Result = ""
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	before, after := generated.Generated.Section(handoff.SectionRequest), edited.Current().Section(handoff.SectionRequest)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("an unedited section changed:\n%s", diff)
	}
	if diff := cmp.Diff(generated.Generated, edited.Generated); diff != "" {
		t.Errorf("the generated text changed:\n%s", diff)
	}
	added := ""
	for _, l := range edited.Edit.Diff() {
		if l.Op == "added" {
			added += l.Text + "\n"
		}
	}
	if !strings.Contains(added, "- Called the supplier\n") || !strings.Contains(added, "#2\n") {
		t.Errorf("diff:\n%s", added)
	}
}

func TestEditedSummaryChanges(t *testing.T) {
	ctx := t.Context()
	k := newFixture(ask.Extractive)
	ticket := vpnThread()
	generated, edited := k.edited(t, ticket)
	t.Run("edited by another person in the meantime", func(t *testing.T) {
		_, err := k.Edit(ctx, boAgent, ticket, generated.Version, sections(generated.Generated, handoff.SectionNext))
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("%v", err)
		}
		again, err := k.Edit(ctx, boAgent, ticket, edited.Version, edited.Current().Sections)
		if err != nil || again.Edit.Name != "Bo" ||
			again.Current().Section(handoff.SectionTried).Lines[2].WrittenBy != "Anna" {
			t.Errorf("%+v, %v: the author of a line must not change", again.Edit, err)
		}
	})
	t.Run("a renewed summary leaves the edit readable", func(t *testing.T) {
		longer := vpnThread("req: Now it asks for a token.")
		got, err := k.Renew(ctx, longer, handoff.Progress{})
		if err != nil || got.Edited() || got.Edit == nil || got.Current().For(longer).Stale {
			t.Errorf("%+v, %v", got, err)
		}
		reset, err := k.Discard(ctx, annaAgent, longer, got.Version)
		if err != nil || reset.Edit != nil {
			t.Errorf("%+v, %v", reset, err)
		}
	})
	events := []string{"summary_edited by u_anna", "summary_edited by u_bo", "summary_reset by u_anna"}
	if diff := cmp.Diff(events, k.store.events); diff != "" {
		t.Error(diff)
	}
}

func TestEditSummaryRefused(t *testing.T) {
	k := newFixture(ask.Extractive)
	ticket := vpnThread()
	generated := k.get(t, ticket)
	many := make([]handoff.Line, 13)
	for i := range many {
		many[i].Text = "line"
	}
	next := func(lines ...handoff.Line) []handoff.Section { return []handoff.Section{{Name: "next", Lines: lines}} }
	for name, c := range map[string]struct {
		who      access.Actor
		version  int
		sections []handoff.Section
		kind     fault.Kind
	}{
		"a requester":        {access.Actor{ID: "u_r", Roles: []access.Role{access.Requester}}, 1, nil, fault.Forbidden},
		"a stale version":    {annaAgent, 7, nil, fault.Conflict},
		"no version":         {annaAgent, 0, nil, fault.Conflict},
		"an unknown section": {annaAgent, 1, []handoff.Section{{Name: "gossip"}}, fault.Invalid},
		"a section twice":    {annaAgent, 1, []handoff.Section{{Name: "next"}, {Name: "next"}}, fault.Invalid},
		"too many lines":     {annaAgent, 1, next(many...), fault.Invalid},
		"a long line":        {annaAgent, 1, next(handoff.Line{Text: strings.Repeat("x", 900)}), fault.Invalid},
		"no such message":    {annaAgent, 1, next(handoff.Line{Text: "x", Messages: []int{99}}), fault.Invalid},
		"nothing":            {annaAgent, 1, next(handoff.Line{Text: " "}), fault.Invalid},
		"a NUL":              {annaAgent, 1, next(handoff.Line{Text: "x\x00y"}), fault.Invalid},
	} {
		if _, err := k.Edit(t.Context(), c.who, ticket, c.version, c.sections); !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if now := k.get(t, ticket); now.Version != generated.Version || now.Edit != nil {
		t.Errorf("%+v", now)
	}
}

func escalated(t desk.Ticket) desk.Ticket {
	t.Messages = append(t.Messages, desk.Message{
		N: len(t.Messages) + 1, Kind: desk.Escalation, FromDesk: true, AuthorName: "Anna", Visibility: desk.InternalNote,
		Text: "Escalated from service-desk to second-line: certificates are theirs",
	})
	return t
}

// A person's edit goes with an escalation if there is one, and the summary includes the
// escalation itself.
func TestSentSummary(t *testing.T) {
	ctx := t.Context()
	for _, engine := range []string{ask.Extractive, ask.ByModel} {
		for _, edit := range []bool{false, true} {
			t.Run(engine+" edited "+map[bool]string{true: "yes", false: "no"}[edit], func(t *testing.T) {
				k := newFixture(engine)
				before := vpnThread()
				ready, err := k.Ready(ctx, before)
				if err != nil {
					t.Fatal(err)
				}
				if edit {
					edited := sections(ready.Generated, handoff.SectionNext, handoff.Line{Text: "Call me first"})
					if _, err := k.Edit(ctx, annaAgent, before, ready.Version, edited); err != nil {
						t.Fatal(err)
					}
					if ready, err = k.Ready(ctx, before); err != nil {
						t.Fatal(err)
					}
				}
				after := escalated(before)
				sent := ready.ForEscalation(after)
				if sent.For(after).Stale || sent.Engine != engine {
					t.Errorf("%+v", sent)
				}
				all := ""
				for _, sec := range sent.Sections {
					for _, l := range sec.Lines {
						if len(l.Messages) == 0 {
							t.Errorf("line without a message: %+v", l)
						}
						all += l.Text + "\n"
					}
				}
				if !strings.Contains(all, "second-line") || edit != strings.Contains(all, "Call me first") {
					t.Errorf("sent:\n%s", all)
				}
				k.SaveSent(ctx, ready, after, sent)
				if now := k.get(t, after); now.Edited() != edit || now.Current().For(after).Stale || k.writer.calls != 1 {
					t.Errorf("the next reader finds %+v, written %d times", now, k.writer.calls)
				}
				text, err := sent.Encode()
				if err != nil {
					t.Fatal(err)
				}
				later := after
				later.Messages = append(later.Messages, desk.Message{N: 5, Text: "more"})
				read, ok := handoff.Sent(desk.Handoff{Message: 4, Summary: text}, later)
				if !ok || read.Since != 1 {
					t.Errorf("%+v, %v", read, ok)
				}
			})
		}
	}
	if _, ok := handoff.Sent(desk.Handoff{Summary: "{"}, vpnThread()); ok {
		t.Error("malformed JSON was read")
	}
}

// Nobody has to wait for a model in order to escalate.
func TestReadyNow(t *testing.T) {
	ctx := t.Context()
	k := newFixture(ask.ByModel)
	before := vpnThread()
	at, err := k.ReadyNow(ctx, before, "not written yet")
	if err != nil || k.writer.calls != 0 {
		t.Fatalf("%+v, calls %d, %v", at, k.writer.calls, err)
	}
	sent := at.ForEscalation(escalated(before))
	if sent.Engine != ask.Extractive || sent.Reason != "not written yet" ||
		len(sent.Section(handoff.SectionRequest).Lines) == 0 {
		t.Errorf("%+v", sent)
	}
	k.get(t, before)
	if at, err = k.ReadyNow(ctx, before, "not written yet"); err != nil || at.Generated.Engine != ask.ByModel {
		t.Errorf("%+v, %v", at, err)
	}
}
