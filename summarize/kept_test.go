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
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/handoff"
	"github.com/deskbook/deskbook/summarize/thread"
)

// shelf keeps summaries in memory.
type shelf struct {
	mu     sync.Mutex
	kept   map[string]handoff.Stored
	events []string
	broken error
	looked chan struct{} // told of each look, when set
}

func (s *shelf) Summary(_ context.Context, ticket string) (handoff.Stored, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.looked != nil {
		s.looked <- struct{}{}
	}
	k, ok := s.kept[ticket]
	if !ok {
		return handoff.Stored{}, fault.New(fault.NotFound, "no summary of %s", ticket)
	}
	return k, nil
}

func (s *shelf) SaveSummary(_ context.Context, k handoff.Stored, e journal.Entry) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return s.broken
	}
	if s.kept[k.Ticket].Version != k.Version-1 {
		return fault.New(fault.Conflict, "version %d does not follow", k.Version)
	}
	if s.kept == nil {
		s.kept = map[string]handoff.Stored{}
	}
	s.kept[k.Ticket] = k
	for _, x := range e.Events {
		s.events = append(s.events, x.Verb+" by "+x.Actor)
	}
	return nil
}

// pen counts what it writes, as a model or without one.
type pen struct {
	mu     sync.Mutex
	engine string
	reason string
	made   int
	wait   chan struct{}
}

func (p *pen) StreamSummary(ctx context.Context, t desk.Ticket, _ handoff.Progress) (handoff.Summary, error) {
	if p.wait != nil {
		<-p.wait
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.made++
	s, err := summarize.New(summarize.Options{}).Summarize(ctx, t)
	s.Engine, s.Reason = p.engine, p.reason
	return s, err
}

type keeping struct {
	*handoff.Summaries
	shelf *shelf
	pen   *pen
	at    time.Time
}

func newKeeping(engine string) *keeping {
	k := &keeping{shelf: &shelf{}, pen: &pen{engine: engine}, at: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	k.Summaries = handoff.NewSummaries(handoff.SummariesDeps{Writer: k.pen, Store: k.shelf, Now: func() time.Time { return k.at }})
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

func (k *keeping) get(t *testing.T, ticket desk.Ticket) handoff.Stored {
	t.Helper()
	got, err := k.Summary(context.Background(), ticket, handoff.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// One version of a thread is summarised once; a longer thread makes it stale until
// somebody renews it.
func TestSummaryIsKept(t *testing.T) {
	k := newKeeping(ask.ByModel)
	first := k.get(t, vpnThread())
	k.get(t, vpnThread())
	if k.pen.made != 1 || first.Version != 1 {
		t.Fatalf("made %d times, version %d", k.pen.made, first.Version)
	}
	longer := vpnThread("req: Now it asks for a token.", "note: Token is not enrolled.")
	old := k.get(t, longer).Current().For(longer)
	if k.pen.made != 1 || !old.Stale || old.Since != 2 || old.ThreadVersion != 3 {
		t.Errorf("made %d, stale %v by %d", k.pen.made, old.Stale, old.Since)
	}
	for range 2 { // the second press finds it done
		got, err := k.Renew(context.Background(), longer, handoff.Progress{})
		if err != nil || got.Current().For(longer).Stale || k.pen.made != 2 {
			t.Errorf("%+v, made %d, %v", got, k.pen.made, err)
		}
	}
}

func TestReadersAtOncePayOnce(t *testing.T) {
	for name, reason := range map[string]string{"a model that writes": "", "a model that fails": "the model did not answer"} {
		t.Run(name, func(t *testing.T) {
			k := newKeeping(ask.ByModel)
			k.pen.wait, k.pen.reason = make(chan struct{}), reason
			k.shelf.looked = make(chan struct{}, 100)
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() { k.get(t, vpnThread()) })
			}
			for range 8 + 1 { // all of them, and the first one once more in its turn
				<-k.shelf.looked
			}
			close(k.pen.wait)
			wg.Wait()
			if k.pen.made != 1 {
				t.Errorf("made %d times", k.pen.made)
			}
		})
	}
}

// What stands in for a failed model is no finished text: it is tried again after a while.
func TestFailedModelIsTriedAgain(t *testing.T) {
	k := newKeeping(ask.Extractive)
	k.pen.reason = "the model did not answer"
	k.get(t, vpnThread())
	k.get(t, vpnThread())
	if k.pen.made != 1 {
		t.Errorf("asked %d times at once", k.pen.made)
	}
	k.at = k.at.Add(10 * time.Minute)
	k.pen.engine, k.pen.reason = ask.ByModel, ""
	if got := k.get(t, vpnThread()); got.Generated.Engine != ask.ByModel || k.pen.made != 2 {
		t.Errorf("%+v, asked %d times", got.Generated, k.pen.made)
	}
}

func TestSummaryThatCannotBeKept(t *testing.T) {
	k := newKeeping(ask.Extractive)
	k.shelf.broken = fault.New(fault.Unavailable, "the disk is full")
	if got := k.get(t, vpnThread()); got.Version != 0 || len(got.Current().Sections) != 8 {
		t.Errorf("%+v", got)
	}
	unkept := handoff.NewSummaries(handoff.SummariesDeps{Writer: k.pen})
	_, err := unkept.Edit(context.Background(), annaAgent, vpnThread(), 1, nil)
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("%v", err)
	}
}

// sections copies a summary's sections with one changed.
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

func TestEditSummary(t *testing.T) {
	ctx := context.Background()
	k := newKeeping(ask.Extractive)
	ticket := vpnThread()
	made := k.get(t, ticket)
	tried := made.Generated.Section(handoff.SectionTried).Lines
	if len(tried) == 0 || tried[0].Result != thread.Failed {
		t.Fatalf("tried: %+v", tried)
	}
	edited, err := k.Edit(ctx, annaAgent, ticket, made.Version, sections(made.Generated, handoff.SectionTried,
		handoff.Line{Text: "I restarted the laptop; it did not help", Messages: []int{3}},
		handoff.Line{Text: "Reset the account in the directory", Messages: []int{2}},
		handoff.Line{Text: "Called the supplier"},
		handoff.Line{Text: "  "},
	))
	if err != nil {
		t.Fatal(err)
	}
	got := edited.Current().Section(handoff.SectionTried).Lines
	want := []handoff.Line{
		{Text: "I restarted the laptop; it did not help", Messages: []int{3}},
		{Text: "Reset the account in the directory", Messages: []int{2}, WrittenBy: "Anna"},
		{Text: "Called the supplier", Messages: []int{}, WrittenBy: "Anna"},
	}
	if got[0].Result == thread.Failed { // how it ended is kept where the messages are the same
		got[0].Result = ""
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(made.Generated.Section(handoff.SectionRequest), edited.Current().Section(handoff.SectionRequest)); diff != "" {
		t.Errorf("a line that was left alone changed:\n%s", diff)
	}
	if diff := cmp.Diff(made.Generated, edited.Generated); diff != "" {
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
	t.Run("another person meanwhile", func(t *testing.T) {
		_, err := k.Edit(ctx, boAgent, ticket, made.Version, sections(made.Generated, handoff.SectionNext))
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("%v", err)
		}
		again, err := k.Edit(ctx, boAgent, ticket, edited.Version, edited.Current().Sections)
		if err != nil || again.Edit.Name != "Bo" || again.Current().Section(handoff.SectionTried).Lines[2].WrittenBy != "Anna" {
			t.Errorf("%+v, %v: who wrote a line stays its writer", again.Edit, err)
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
	if diff := cmp.Diff([]string{"summary_edited by u_anna", "summary_edited by u_bo", "summary_reset by u_anna"}, k.shelf.events); diff != "" {
		t.Error(diff)
	}
}

func TestEditSummaryRefused(t *testing.T) {
	k := newKeeping(ask.Extractive)
	ticket := vpnThread()
	made := k.get(t, ticket)
	many := make([]handoff.Line, 13)
	for i := range many {
		many[i].Text = "line"
	}
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
		"too many lines":     {annaAgent, 1, []handoff.Section{{Name: "next", Lines: many}}, fault.Invalid},
		"a long line":        {annaAgent, 1, []handoff.Section{{Name: "next", Lines: []handoff.Line{{Text: strings.Repeat("x", 600)}}}}, fault.Invalid},
		"no such message":    {annaAgent, 1, []handoff.Section{{Name: "next", Lines: []handoff.Line{{Text: "x", Messages: []int{99}}}}}, fault.Invalid},
		"nothing":            {annaAgent, 1, []handoff.Section{{Name: "next", Lines: []handoff.Line{{Text: " "}}}}, fault.Invalid},
		"a NUL":              {annaAgent, 1, []handoff.Section{{Name: "next", Lines: []handoff.Line{{Text: "x\x00y"}}}}, fault.Invalid},
	} {
		if _, err := k.Edit(context.Background(), c.who, ticket, c.version, c.sections); !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if now := k.get(t, ticket); now.Version != made.Version || now.Edit != nil {
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

// What goes with an escalation is a person's edit where there is one, and it knows of
// the escalation itself.
func TestSentSummary(t *testing.T) {
	ctx := context.Background()
	for _, engine := range []string{ask.Extractive, ask.ByModel} {
		for _, edit := range []bool{false, true} {
			t.Run(engine+" edited "+map[bool]string{true: "yes", false: "no"}[edit], func(t *testing.T) {
				k := newKeeping(engine)
				before := vpnThread()
				ready, err := k.Ready(ctx, before)
				if err != nil {
					t.Fatal(err)
				}
				if edit {
					if _, err := k.Edit(ctx, annaAgent, before, ready.Version, sections(ready.Generated, handoff.SectionNext, handoff.Line{Text: "Call me first"})); err != nil {
						t.Fatal(err)
					}
					if ready, err = k.Ready(ctx, before); err != nil {
						t.Fatal(err)
					}
				}
				after := escalated(before)
				sent := k.Sent(ready, after)
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
				k.Escalated(ctx, ready, after, sent)
				if now := k.get(t, after); now.Edited() != edit || now.Current().For(after).Stale || k.pen.made != 1 {
					t.Errorf("the next reader finds %+v, made %d times", now, k.pen.made)
				}
				text, err := sent.Encode()
				if err != nil {
					t.Fatal(err)
				}
				later := after
				later.Messages = append(later.Messages, desk.Message{N: 5, Text: "more"})
				read, ok := handoff.SentWith(desk.Handoff{Message: 4, Summary: text}, later)
				if !ok || read.Since != 1 {
					t.Errorf("%+v, %v", read, ok)
				}
			})
		}
	}
	if _, ok := handoff.SentWith(desk.Handoff{Summary: "{"}, vpnThread()); ok {
		t.Error("a broken text was read")
	}
}

// Nobody waits for a model to pass a ticket on.
func TestAtHand(t *testing.T) {
	ctx := context.Background()
	k := newKeeping(ask.ByModel)
	before := vpnThread()
	at, err := k.AtHand(ctx, before, "not written yet")
	if err != nil || k.pen.made != 0 {
		t.Fatalf("%+v, made %d, %v", at, k.pen.made, err)
	}
	sent := k.Sent(at, escalated(before))
	if sent.Engine != ask.Extractive || sent.Reason != "not written yet" || len(sent.Section(handoff.SectionRequest).Lines) == 0 {
		t.Errorf("%+v", sent)
	}
	k.get(t, before)
	if at, err = k.AtHand(ctx, before, "not written yet"); err != nil || at.Generated.Engine != ask.ByModel {
		t.Errorf("%+v, %v", at, err)
	}
}

func TestParseLine(t *testing.T) {
	for in, want := range map[string]handoff.Line{
		"Restarted it #3 #1":      {Text: "Restarted it", Messages: []int{1, 3}},
		"Ticket #12 is related":   {Text: "Ticket #12 is related", Messages: []int{}},
		"#4":                      {Messages: []int{4}},
		"  ":                      {Messages: []int{}},
		"Room #-1 #0":             {Text: "Room #-1 #0", Messages: []int{}},
		"It is 5":                 {Text: "It is 5", Messages: []int{}},
		"Overflow #9999999999999": {Text: "Overflow", Messages: []int{9999999999999}},
	} {
		if diff := cmp.Diff(want, handoff.ParseLine(in)); diff != "" {
			t.Errorf("%q: %s", in, diff)
		}
	}
	l := handoff.Line{Text: "Restarted it", Messages: []int{1, 3}}
	if diff := cmp.Diff(l, handoff.ParseLine(l.PlainLine())); diff != "" {
		t.Error(diff)
	}
}

// Whatever a person types is a line that can be written and read again.
func FuzzParseLine(f *testing.F) {
	for _, s := range []string{"Restarted it #3 #1", "#", "# 1", "#1#2", "a #0", "x\t#7 \u00a0", "#00009", "مرحبا #2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l := handoff.ParseLine(s)
		for _, n := range l.Messages {
			if n < 1 {
				t.Errorf("message %d of %q", n, s)
			}
		}
		if diff := cmp.Diff(l, handoff.ParseLine(l.PlainLine())); diff != "" {
			t.Errorf("%q: %s", s, diff)
		}
	})
}
