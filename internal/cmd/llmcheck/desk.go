package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/deskbook/deskbook/internal/testkit"
)

// desk is the built program on a folder of its own, with users for the check.
type desk struct {
	program  testkit.Program
	tokens   map[string]string
	endpoint string
	server   *testkit.Server
	last     string        // id of the newest call that has been checked
	done     func(*result) // receives every result
	// deadlines are the service model's, by action.
	deadlines map[string]time.Duration
}

// newDesk creates the folder and the users.
func newDesk(ctx context.Context, bin, endpoint string) (*desk, error) {
	dir, err := os.MkdirTemp("", "deskbook-llmcheck-")
	if err != nil {
		return nil, err
	}
	d := &desk{
		program: testkit.Program{Bin: bin, Data: dir}, tokens: map[string]string{}, endpoint: endpoint, done: row,
		deadlines: map[string]time.Duration{
			"handoff": 45 * time.Second, "answer": 30 * time.Second, "draft": 2 * time.Minute,
		},
	}
	for name, roles := range map[string][]string{
		"requester": {"requester"}, "agent": {"agent"}, "reviewer": {"knowledge_manager"}, "owner": {"admin"},
	} {
		if d.tokens[name], err = d.program.AddUser(ctx, name+"@example.test", roles...); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// onDesk runs a check on a desk of its own with this endpoint, and stops both. tune sets
// up the desk before it starts.
func onDesk(ctx context.Context, bin string, e *endpoint, tune func(*desk) error, check func(*desk) error) (err error) {
	defer func() { err = errors.Join(err, e.stop()) }()
	d, err := newDesk(ctx, bin, e.base)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.remove()) }()
	if err := tune(d); err != nil {
		return err
	}
	if err := d.start(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.stop()) }()
	return check(d)
}

// shortenDeadlines shortens the deadlines of the shipped service model: faults run into
// them.
func (d *desk) shortenDeadlines() error {
	const short = "deadline: 4s"
	for action := range d.deadlines {
		d.deadlines[action] = 4 * time.Second
	}
	return d.writeModel("deadline: 45s", short, "deadline: 30s", short, "deadline: 2m", short)
}

// shortenReplies shortens the replies, so that a small model on a slow machine ends within
// the shipped deadlines and its text is checked.
func (d *desk) shortenReplies() error {
	return d.writeModel(
		"max_output_tokens: 1500", "max_output_tokens: 400", "max_output_tokens: 800", "max_output_tokens: 250")
}

// writeModel writes the shipped service model with changes into the data folder.
func (d *desk) writeModel(changes ...string) error {
	text, err := os.ReadFile("content/service-model.yaml")
	if err != nil {
		return fmt.Errorf("not run from the root of the project: %w", err)
	}
	changed := strings.NewReplacer(changes...).Replace(string(text))
	return os.WriteFile(filepath.Join(d.program.Data, "service-model.yaml"), []byte(changed), 0o600)
}

func (d *desk) start(ctx context.Context) (err error) {
	d.program.Env = []string{
		"DESKBOOK_LLM_BASE_URL=" + d.endpoint, "DESKBOOK_LLM_MODEL=check", "DESKBOOK_LLM_API_KEY=check",
	}
	d.server, err = d.program.Start(ctx, os.Stderr, "--log", "error")
	return err
}

func (d *desk) stop() error { return d.server.Stop() }

func (d *desk) remove() error { return os.RemoveAll(d.program.Data) }

func (d *desk) as(name string) testkit.Client {
	return testkit.Client{Base: d.server.Base, Token: d.tokens[name]}
}

// ticket takes a ticket from its opening to the draft, and asks a question along the way.
func (d *desk) ticket(ctx context.Context, in invented, question string) ([]result, error) {
	var t testkit.Ticket
	ticket := map[string]any{"subject": in.subject, "body": in.body}
	if err := d.as("requester").Call(ctx, "POST", "/tickets", ticket, &t); err != nil {
		return nil, err
	}
	for _, r := range in.replies {
		message := map[string]any{"text": r.text, "visibility": r.visibility}
		if err := d.as(r.by).Call(ctx, "POST", "/tickets/"+t.ID+"/messages", message, nil); err != nil {
			return nil, err
		}
	}
	var out []result
	for _, step := range []func(context.Context, string, string) (result, error){
		d.summaryStream, d.summary, d.answer, d.answerStream,
	} {
		r, err := step(ctx, t.ID, question)
		if err = errors.Join(err, d.account(ctx, &r)); err != nil {
			return nil, err
		}
		d.done(&r)
		out = append(out, r)
	}
	resolution := map[string]any{"code": "fixed", "note": in.note, "articles": []string{}}
	if err := d.as("agent").Call(ctx, "POST", "/tickets/"+t.ID+"/resolve", resolution, nil); err != nil {
		return nil, err
	}
	r, err := d.draft(ctx, t.ID)
	err = errors.Join(err, d.account(ctx, &r))
	d.done(&r)
	return append(out, r), err
}

func (d *desk) summary(ctx context.Context, id, _ string) (result, error) {
	r := result{action: "handoff", item: "ticket " + id}
	var s summary
	began := time.Now()
	err := d.as("agent").Call(ctx, "GET", "/tickets/"+id+"/summary", nil, &s)
	r.took = time.Since(began)
	if err != nil {
		return r, err
	}
	return r, d.checkSummary(ctx, &r, id, s)
}

func (d *desk) summaryStream(ctx context.Context, id, _ string) (result, error) {
	r := result{action: "handoff", item: "ticket " + id, streamed: true}
	began := time.Now()
	events, err := d.as("agent").Events(ctx, "GET", "/tickets/"+id+"/summary?stream=1", nil)
	r.took = time.Since(began)
	if err != nil {
		return r, err
	}
	var s summary
	r.stream(events, "line", &s)
	return r, d.checkSummary(ctx, &r, id, s)
}

func (d *desk) answer(ctx context.Context, _, question string) (result, error) {
	r := result{action: "answer", item: "question"}
	var a answer
	began := time.Now()
	err := d.as("requester").Call(ctx, "POST", "/answers", map[string]any{"question": question}, &a)
	r.took = time.Since(began)
	if err != nil {
		return r, err
	}
	return r, d.checkAnswer(ctx, &r, a)
}

func (d *desk) answerStream(ctx context.Context, _, question string) (result, error) {
	r := result{action: "answer", item: "question", streamed: true}
	began := time.Now()
	events, err := d.as("requester").Events(ctx, "POST", "/answers?stream=1", map[string]any{"question": question})
	r.took = time.Since(began)
	if err != nil {
		return r, err
	}
	var a answer
	r.stream(events, "sentence", &a)
	return r, d.checkAnswer(ctx, &r, a)
}

// draft waits for the decision on the resolution and reads the draft.
func (d *desk) draft(ctx context.Context, id string) (result, error) {
	r := result{action: "draft", item: "ticket " + id}
	began := time.Now()
	var t testkit.Ticket
	for t.Knowledge == nil {
		if time.Since(began) > d.deadlines["draft"]+20*time.Second {
			r.problem("no decision in %s", time.Since(began).Round(time.Second))
			return r, nil
		}
		select {
		case <-ctx.Done():
			return r, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
		if err := d.as("agent").Call(ctx, "GET", "/tickets/"+id, nil, &t); err != nil {
			return r, err
		}
	}
	r.took = time.Since(began)
	if t.Knowledge.Review == "" {
		r.engine, r.reason = "none", "decided "+t.Knowledge.Decision
		return r, nil
	}
	var v review
	if err := d.as("reviewer").Call(ctx, "GET", "/reviews/"+t.Knowledge.Review, nil, &v); err != nil {
		return r, err
	}
	r.checkReview(v, t)
	return r, nil
}

// resolves reports whether a citation names a passage that the reader can open.
func (d *desk) resolves(ctx context.Context, c citation) (bool, error) {
	var p struct{ Article, Text string }
	path := fmt.Sprintf("/passages/%s?revision=%d", url.PathEscape(c.Passage), c.Revision)
	err := d.as("requester").Call(ctx, "GET", path, nil, &p)
	var status *testkit.StatusError
	if errors.As(err, &status) && status.Status == http.StatusNotFound {
		return false, nil
	}
	return p.Article == c.Article && p.Text != "", err
}
