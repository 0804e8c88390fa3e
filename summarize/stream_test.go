package summarize_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/answer"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/handoff"
)

// progress records what a page received while a text was written.
type progress struct {
	extractive int
	lines      []string // since the last "again"
	all        []string
	sentences  []answer.Sentence
	agains     []string
}

func (k *progress) summary() handoff.Progress {
	return handoff.Progress{
		Extractive: func(s handoff.Summary) { k.extractive++ },
		Line: func(section string, l handoff.Line) {
			k.lines = append(k.lines, fmt.Sprintf("%s: %s %v", section, l.Text, l.Messages))
			k.all = append(k.all, l.Text)
		},
		Again: func(reason string) { k.agains, k.lines = append(k.agains, reason), nil },
	}
}

func (k *progress) answer() answer.Progress {
	return answer.Progress{
		Extractive: func(answer.Answer) { k.extractive++ },
		Sentence:   func(s answer.Sentence) { k.sentences = append(k.sentences, s) },
		Again:      func(reason string) { k.agains, k.sentences = append(k.agains, reason), nil },
	}
}

func TestStreamSummary(t *testing.T) {
	good := `{"request":[{"text":"I cannot connect to the VPN since this morning.","marks":["m1"]},
			{"text":"Buy a new firewall.","marks":["m1"]}],
		"environment":[{"text":"AnyConnect 5.1 on Windows 11","marks":["m1"]}],"impact":[],
		"tried":[{"text":"I reinstalled the client, still the same error.","marks":["m3"]},
			{"text":"I reinstalled the client, still the same error!","marks":["m3"]},
			{"text":"Reset her MFA.","marks":["m77"]}],
		"questions":[],"next":[]}`
	want := []string{
		"request: I cannot connect to the VPN since this morning. [1]",
		"environment: AnyConnect 5.1 on Windows 11 [1]",
		"tried: I reinstalled the client, still the same error. [3]",
	}
	stream := func(m *fakeModel) (handoff.Summary, *progress, error) {
		k := &progress{}
		w := summarize.New(summarize.Deps{Model: m, Prompts: promptFiles()})
		s, err := w.StreamSummary(t.Context(), vpnTicket(), k.summary())
		return s, k, err
	}
	t.Run("checked lines as they come", func(t *testing.T) {
		s, k, err := stream(says(good))
		if err != nil || s.Engine != ask.ByModel || k.extractive != 1 || len(k.agains) != 0 {
			t.Errorf("%s, %v, received %+v", s.Engine, err, k)
		}
		if diff := cmp.Diff(want, k.lines); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		for _, l := range s.Section(handoff.SectionTried).Lines {
			if !slices.Contains(k.lines, fmt.Sprintf("tried: %s %v", l.Text, l.Messages)) {
				t.Errorf("%q is in the summary but was not streamed", l.Text)
			}
		}
	})
	t.Run("lines are void after a retry", func(t *testing.T) {
		s, k, err := stream(says(good[:len(good)-40], good))
		if err != nil || s.Engine != ask.ByModel || len(k.agains) != 1 {
			t.Errorf("%s, %v, received %+v", s.Engine, err, k)
		}
		if diff := cmp.Diff(want, k.lines); diff != "" {
			t.Errorf("after the retry (-want +got):\n%s", diff)
		}
	})
	t.Run("a truncated reply is not used", func(t *testing.T) {
		m := says(good)
		m.replies[0].Cut = true
		s, k, err := stream(m)
		if err != nil || s.Engine != ask.Extractive || !strings.Contains(s.Reason, "cut off") || len(k.all) == 0 {
			t.Errorf("%s %q, %v", s.Engine, s.Reason, err)
		}
		checkSummary(t, vpnTicket(), s)
	})
	t.Run("without a model", func(t *testing.T) {
		k := &progress{}
		s, err := extractive().StreamSummary(t.Context(), vpnTicket(), k.summary())
		if err != nil || s.Engine != ask.Extractive || s.Reason != "" || k.extractive != 1 || len(k.all) != 0 {
			t.Errorf("%s %q, %v, received %+v", s.Engine, s.Reason, err, k)
		}
	})
}

// If the reader disconnects, that is no failure of the model: there is nothing to store.
func TestReaderDisconnects(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	calls, b := &ledger{}, vpnBase()
	w := summarize.New(summarize.Deps{
		Model: leaver{leave}, Prompts: promptFiles(), Ledger: calls, Search: b, Library: b,
	})
	s, err := w.StreamSummary(ctx, vpnTicket(), handoff.Progress{})
	if !errors.Is(err, context.Canceled) || s.Engine != "" {
		t.Errorf("%+v, %v", s, err)
	}
	if len(calls.settled) != 1 || calls.settled[0].Outcome != "the reader left before the model had answered" {
		t.Errorf("recorded %+v", calls.settled)
	}
	ctx, leave = context.WithCancel(t.Context())
	w = summarize.New(summarize.Deps{Model: leaver{leave}, Prompts: promptFiles(), Search: b, Library: b})
	a, err := w.Answer(ctx, "How do I fix the stale VPN certificate?", visitor())
	if !errors.Is(err, context.Canceled) || a.Engine != "" {
		t.Errorf("%+v, %v", a, err)
	}
}

// leaver is a model whose reader disconnects while it writes.
type leaver struct{ leave func() }

func (l leaver) Complete(ctx context.Context, _ ask.Request) (ask.Reply, error) {
	l.leave()
	return ask.Reply{Begun: true}, fmt.Errorf("call the model: %w", ctx.Err())
}

func TestStreamAnswer(t *testing.T) {
	const question = "How do I fix the stale VPN certificate?"
	b := vpnBase()
	reply := `{"answerable":true,"sentences":[
		{"text":"Remove the stale certificate of vpn.example.test.","marks":["p1","p2","p3","p4"]},
		{"text":"Call the hotline.","marks":["p1"]},{"text":"Re-enrol the device.","marks":["p99"]}]}`
	k := &progress{}
	w := summarize.New(summarize.Deps{Search: b, Library: b, Model: says(reply), Prompts: promptFiles()})
	a, err := w.StreamAnswer(t.Context(), question, visitor(), k.answer())
	if err != nil || a.Engine != ask.ByModel || k.extractive != 1 {
		t.Fatalf("%+v, %v", a, err)
	}
	if diff := cmp.Diff(a.Sentences, k.sentences); diff != "" || len(a.Sentences) != 1 {
		t.Errorf("streamed and returned sentences differ:\n%s", diff)
	}
	extractive, err := w.ExtractiveAnswer(t.Context(), question, visitor())
	if err != nil || extractive.Engine != ask.Extractive || len(extractive.Sentences) == 0 || extractive.Reason != "" {
		t.Errorf("%+v, %v", extractive, err)
	}
	b.below = true
	k = &progress{}
	a, err = w.StreamAnswer(t.Context(), question, visitor(), k.answer())
	if err != nil || !a.Refused || k.extractive != 1 || len(k.sentences) != 0 {
		t.Errorf("refusal: %+v, %v, received %+v", a, err, k)
	}
}
