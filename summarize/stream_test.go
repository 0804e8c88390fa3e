package summarize_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/answer"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/handoff"
)

// told is what a page was told while a text was written.
type told struct {
	extractive int
	lines      []string // since the last "again"
	all        []string
	sentences  []answer.Sentence
	agains     []string
}

func (k *told) summary() handoff.Progress {
	return handoff.Progress{
		Extractive: func(s handoff.Summary) { k.extractive++ },
		Line: func(section string, l handoff.Line) {
			k.lines = append(k.lines, fmt.Sprintf("%s: %s %v", section, l.Text, l.Messages))
			k.all = append(k.all, l.Text)
		},
		Again: func(reason string) { k.agains, k.lines = append(k.agains, reason), nil },
	}
}

func (k *told) answer() answer.Progress {
	return answer.Progress{
		Extractive: func(answer.Answer) { k.extractive++ },
		Sentence:   func(s answer.Sentence) { k.sentences = append(k.sentences, s) },
		Again:      func(reason string) { k.agains, k.sentences = append(k.agains, reason), nil },
	}
}

func TestStreamSummary(t *testing.T) {
	good := `{"request":[{"text":"I cannot connect to the VPN since this morning.","marks":["m1"]},{"text":"Buy a new firewall.","marks":["m1"]}],
		"environment":[{"text":"AnyConnect 5.1 on Windows 11","marks":["m1"]}],"impact":[],
		"tried":[{"text":"I reinstalled the client, still the same error.","marks":["m3"]},{"text":"I reinstalled the client, still the same error!","marks":["m3"]},{"text":"Reset her MFA.","marks":["m77"]}],
		"questions":[],"next":[]}`
	want := []string{
		"request: I cannot connect to the VPN since this morning. [1]",
		"environment: AnyConnect 5.1 on Windows 11 [1]",
		"tried: I reinstalled the client, still the same error. [3]",
	}
	t.Run("checked lines as they come", func(t *testing.T) {
		k := &told{}
		w := summarize.New(summarize.Options{Model: says(good), Prompts: promptFiles()})
		s, err := w.StreamSummary(context.Background(), vpnTicket(), k.summary())
		if err != nil || s.Engine != ask.ByModel || k.extractive != 1 || len(k.agains) != 0 {
			t.Errorf("%s, %v, told %+v", s.Engine, err, k)
		}
		if diff := cmp.Diff(want, k.lines); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		for _, section := range s.Sections {
			for _, l := range section.Lines {
				streamed := slices.Contains(k.lines, fmt.Sprintf("%s: %s %v", section.Name, l.Text, l.Messages))
				if section.Name == "tried" && !streamed {
					t.Errorf("%q is in the summary and was not told", l.Text)
				}
			}
		}
	})
	t.Run("void after a repair", func(t *testing.T) {
		k := &told{}
		cut := says(good[:len(good)-40], good)
		w := summarize.New(summarize.Options{Model: cut, Prompts: promptFiles()})
		s, err := w.StreamSummary(context.Background(), vpnTicket(), k.summary())
		if err != nil || s.Engine != ask.ByModel || len(k.agains) != 1 {
			t.Errorf("%s, %v, told %+v", s.Engine, err, k)
		}
		if diff := cmp.Diff(want, k.lines); diff != "" {
			t.Errorf("after the repair (-want +got):\n%s", diff)
		}
	})
	t.Run("a cut reply is no summary", func(t *testing.T) {
		k := &told{}
		m := says(good)
		m.replies[0].Cut = true
		s, err := summarize.New(summarize.Options{Model: m, Prompts: promptFiles()}).StreamSummary(context.Background(), vpnTicket(), k.summary())
		if err != nil || s.Engine != ask.Extractive || !strings.Contains(s.Reason, "cut off") || len(k.all) == 0 {
			t.Errorf("%s %q, %v", s.Engine, s.Reason, err)
		}
		checkSummary(t, vpnTicket(), s)
	})
	t.Run("without a model", func(t *testing.T) {
		k := &told{}
		s, err := summarize.New(summarize.Options{}).StreamSummary(context.Background(), vpnTicket(), k.summary())
		if err != nil || s.Engine != ask.Extractive || s.Reason != "" || k.extractive != 1 || len(k.all) != 0 {
			t.Errorf("%s %q, %v, told %+v", s.Engine, s.Reason, err, k)
		}
	})
}

// A reader that left says nothing about the model: there is no summary to keep.
func TestReaderLeaves(t *testing.T) {
	ctx, leave := context.WithCancel(context.Background())
	book, b := &ledger{}, vpnBase()
	w := summarize.New(summarize.Options{Model: leaver{leave}, Prompts: promptFiles(), Ledger: book, Search: b, Library: b})
	if s, err := w.StreamSummary(ctx, vpnTicket(), handoff.Progress{}); !errors.Is(err, context.Canceled) || s.Engine != "" {
		t.Errorf("%+v, %v", s, err)
	}
	if len(book.settled) != 1 || book.settled[0].Outcome != "the reader left before the model had answered" {
		t.Errorf("recorded %+v", book.settled)
	}
	ctx, leave = context.WithCancel(context.Background())
	w = summarize.New(summarize.Options{Model: leaver{leave}, Prompts: promptFiles(), Search: b, Library: b})
	if a, err := w.Answer(ctx, "How do I fix the stale VPN certificate?", visitor()); !errors.Is(err, context.Canceled) || a.Engine != "" {
		t.Errorf("%+v, %v", a, err)
	}
}

// leaver is a model whose reader leaves while it writes.
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
	k := &told{}
	w := summarize.New(summarize.Options{Search: b, Library: b, Model: says(reply), Prompts: promptFiles()})
	a, err := w.StreamAnswer(context.Background(), question, visitor(), k.answer())
	if err != nil || a.Engine != ask.ByModel || k.extractive != 1 {
		t.Fatalf("%+v, %v", a, err)
	}
	if diff := cmp.Diff(a.Sentences, k.sentences); diff != "" || len(a.Sentences) != 1 {
		t.Errorf("told and returned differ:\n%s", diff)
	}
	extractive, err := w.ExtractiveAnswer(context.Background(), question, visitor())
	if err != nil || extractive.Engine != ask.Extractive || len(extractive.Sentences) == 0 || extractive.Reason != "" {
		t.Errorf("%+v, %v", extractive, err)
	}
	b.below = true
	k = &told{}
	a, err = w.StreamAnswer(context.Background(), question, visitor(), k.answer())
	if err != nil || !a.Refused || k.extractive != 1 || len(k.sentences) != 0 {
		t.Errorf("refusal: %+v, %v, told %+v", a, err, k)
	}
}

// Nothing that a worst model writes is shown while it writes it.
func TestWorstModelStreams(t *testing.T) {
	ctx := context.Background()
	ticket := resolved(vpnPlain(), desk.Fixed, vpnNote)
	for name, reply := range worst() {
		t.Run(name, func(t *testing.T) {
			b := vpnBase()
			k := &told{}
			w := summarize.New(summarize.Options{Model: says(reply), Prompts: promptFiles(), Search: b, Library: b})
			s, err := w.StreamSummary(ctx, ticket, k.summary())
			if err != nil {
				t.Fatal(err)
			}
			checkSummary(t, ticket, s)
			if _, err = w.StreamAnswer(ctx, "How do I fix the stale VPN certificate?", visitor(), k.answer()); err != nil {
				t.Fatal(err)
			}
			clean(t, k.all, "pwned", "evil.test", "<script", "\u202e")
			clean(t, k.sentences, "CANARY", "pwned", "evil.test", "<script", "\u202e")
			for _, c := range k.sentences {
				if len(c.Citations) == 0 {
					t.Errorf("%q has no citation", c.Text)
				}
			}
			for _, a := range k.agains {
				clean(t, a, "CANARY", "pwned", "evil.test", "<script")
			}
		})
	}
}
