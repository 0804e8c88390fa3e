package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/deskbook/deskbook/internal/testkit"
)

// walk goes through the loop.
func walk(ctx context.Context, as func(name string) testkit.Client) error {
	id, err := openTicket(ctx, as("rita"), as("ada"))
	if err != nil {
		return err
	}
	if err := work(ctx, id, as("rita"), as("ada")); err != nil {
		return err
	}
	if err := handOver(ctx, id, as("ada")); err != nil {
		return err
	}
	r, err := resolve(ctx, id, as("ada"), as("kim"))
	if err != nil {
		return err
	}
	article, err := approve(ctx, r, as("ada"), as("kim"))
	if err != nil {
		return err
	}
	return reuse(ctx, article, id, as("rob"), as("ada"))
}

// openTicket opens the first ticket and checks its suggestions as an agent.
func openTicket(ctx context.Context, requester, agent testkit.Client) (string, error) {
	var t testkit.Ticket
	err := requester.Call(ctx, "POST", "/tickets", map[string]any{
		"subject": "VPN stops with error 13801 since I have the new laptop",
		"body": "Good morning,\n\nsince yesterday I have a new laptop, and the VPN no longer connects. " +
			"NorthGate Connect 5.4 stops with error 13801: IKE authentication credentials are unacceptable. " +
			"It worked on the old laptop. I cannot reach the file shares, and month-end closing is tomorrow.\n\nThank you\nRita",
		"impact": 2, "urgency": 1,
	}, &t)
	if err != nil {
		return "", err
	}
	say("ticket", "%s opened by the requester, status %s, group %s", t.ID, t.Status, t.Group)
	if err := agent.Call(ctx, "GET", "/tickets/"+t.ID, nil, &t); err != nil {
		return "", err
	}
	if len(t.Suggestions.Articles) == 0 {
		return "", fmt.Errorf("ticket %s has no suggestion (below the floor: %v)", t.ID, t.Suggestions.BelowFloor)
	}
	h := t.Suggestions.Articles[0]
	if h.Passage.Text == "" || len(h.Passage.Marks) == 0 || len(h.Why) == 0 {
		return "", fmt.Errorf("suggestion %q has no evidence: %+v", h.Article.Title, h)
	}
	say("suggest", "%q at %.2f because %s; passage %s marks %d words",
		h.Article.Title, h.Score, strings.Join(h.Why, ", "), h.Passage.ID, len(h.Passage.Marks))
	return t.ID, nil
}

// work adds messages to the thread.
func work(ctx context.Context, id string, requester, agent testkit.Client) error {
	thread := []struct {
		who              testkit.Client
		visibility, text string
	}{
		{agent, "public", "Hello Rita, please restart the laptop once and try to connect again. " +
			"Does the error stay the same?"},
		{requester, "public", "I restarted twice, the error 13801 stays the same. The Wi-Fi and the browser work."},
		{agent, "internal", "Checked the gateway log: the certificate the laptop presents was issued to the old device. " +
			"Reinstalling the client did not help either."},
	}
	for _, m := range thread {
		var got struct{ N int }
		in := map[string]string{"text": m.text, "visibility": m.visibility}
		if err := m.who.Call(ctx, "POST", "/tickets/"+id+"/messages", in, &got); err != nil {
			return err
		}
		say("message", "#%d %s", got.N, m.visibility)
	}
	return nil
}

// handOver escalates the ticket and checks that every line of the summary refers to messages
// of the thread.
func handOver(ctx context.Context, id string, agent testkit.Client) error {
	var got struct {
		Ticket  testkit.Ticket
		Summary testkit.Summary
	}
	err := agent.Call(ctx, "POST", "/tickets/"+id+"/escalate", map[string]string{
		"group": "second-line", "reason": "The device certificate needs somebody with rights on the certificate authority.",
	}, &got)
	if err != nil {
		return err
	}
	say("escalate", "to %s, summary by the %s engine:", got.Ticket.Group, got.Summary.Engine)
	lines := 0
	for _, s := range got.Summary.Sections {
		for _, l := range s.Lines {
			lines++
			if len(l.Messages) == 0 {
				return fmt.Errorf("summary line %q refers to no message", l.Text)
			}
			for _, n := range l.Messages {
				if n < 1 || n > len(got.Ticket.Messages) {
					return fmt.Errorf("summary line %q refers to message %d of %d", l.Text, n, len(got.Ticket.Messages))
				}
			}
			say("", "  %-12s %s %v", s.Name, l.Text, l.Messages)
		}
	}
	if lines < 4 {
		return fmt.Errorf("the summary has only %d lines", lines)
	}
	return nil
}

// resolve resolves the ticket and waits for the draft that comes of it.
func resolve(ctx context.Context, id string, agent, reviewer testkit.Client) (testkit.Review, error) {
	var t testkit.Ticket
	err := agent.Call(ctx, "POST", "/tickets/"+id+"/resolve", map[string]any{
		"code": "fixed",
		"note": "The laptop presented the device certificate of the old machine, " +
			"so the gateway refused it with error 13801. " +
			"1. Delete the old device certificate from the personal certificate store. " +
			"2. Enrol the laptop again in the company portal so that it gets a certificate of its own. " +
			"3. Restart NorthGate Connect and connect. The VPN connected at once.",
	}, &t)
	if err != nil {
		return testkit.Review{}, err
	}
	say("resolve", "%s is %s", id, t.Status)
	var list struct{ Reviews []testkit.Review }
	err = wait(ctx, "a draft from ticket "+id, func() (bool, error) {
		err := reviewer.Call(ctx, "GET", "/reviews?ticket="+id, nil, &list)
		return len(list.Reviews) > 0, err
	})
	if err != nil {
		return testkit.Review{}, err
	}
	return list.Reviews[0], nil
}

// wait polls until done reports true, for at most half a minute.
func wait(ctx context.Context, what string, done func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		switch ok, err := done(); {
		case err != nil:
			return err
		case ok:
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("timed out waiting for %s", what)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// approve checks the draft and approves it as the knowledge manager.
func approve(ctx context.Context, r testkit.Review, agent, reviewer testkit.Client) (string, error) {
	if err := reviewer.Call(ctx, "GET", "/reviews/"+r.ID, nil, &r); err != nil {
		return "", err
	}
	if r.Decision != "new" || len(r.Evidence) == 0 {
		return "", fmt.Errorf("the draft is %q with %d pieces of evidence, want a new article with evidence",
			r.Decision, len(r.Evidence))
	}
	passed := 0
	for _, c := range r.Checks {
		if c.Passed {
			passed++
		}
	}
	say("draft", "%s %q from ticket %s, %d pieces of evidence, %d of %d checks passed, status %s",
		r.ID, r.Title, r.Ticket, len(r.Evidence), passed, len(r.Checks), r.Status)
	if err := agent.Call(ctx, "POST", "/reviews/"+r.ID+"/approve", map[string]string{}, nil); err == nil {
		return "", fmt.Errorf("an agent could approve review %s", r.ID)
	}
	var done testkit.Review
	comment := map[string]string{"comment": "Checked against the thread."}
	if err := reviewer.Call(ctx, "POST", "/reviews/"+r.ID+"/approve", comment, &done); err != nil {
		return "", err
	}
	if done.Status != "approved" || done.Article == "" {
		return "", fmt.Errorf("after approval the review is %q with article %q", done.Status, done.Article)
	}
	say("approve", "by the knowledge manager: article %s is published", done.Article)
	return done.Article, nil
}

// reuse opens a similar ticket as another requester; the new article must come first.
func reuse(ctx context.Context, article, first string, requester, agent testkit.Client) error {
	var t testkit.Ticket
	err := wait(ctx, "article "+article+" to be found", func() (bool, error) {
		var found struct{ Hits []testkit.Hit }
		err := requester.Call(ctx, "GET", "/search?q=error+13801", nil, &found)
		return len(found.Hits) > 0 && found.Hits[0].Article.ID == article, err
	})
	if err != nil {
		return err
	}
	err = requester.Call(ctx, "POST", "/tickets", map[string]any{
		"subject": "cannot connect to vpn, error 13801",
		"body": "Hi, I got a replacement notebook today and NorthGate Connect refuses to connect: " +
			"IKE authentication credentials are unacceptable (13801). What can I do?",
	}, &t)
	if err != nil {
		return err
	}
	if err := agent.Call(ctx, "GET", "/tickets/"+t.ID, nil, &t); err != nil {
		return err
	}
	if len(t.Suggestions.Articles) == 0 || t.Suggestions.Articles[0].Article.ID != article {
		return fmt.Errorf("article %s is not suggested first for ticket %s: %+v", article, t.ID, t.Suggestions.Articles)
	}
	h := t.Suggestions.Articles[0]
	say("reuse", "%q is suggested first for ticket %s, at %.2f, because %s",
		h.Article.Title, t.ID, h.Score, strings.Join(h.Why, ", "))
	if len(t.Suggestions.Tickets) == 0 || t.Suggestions.Tickets[0].ID != first {
		return fmt.Errorf("ticket %s does not show the resolved ticket %s", t.ID, first)
	}
	err = wait(ctx, "ticket "+first+" to name its article", func() (bool, error) {
		err := agent.Call(ctx, "GET", "/tickets/"+first, nil, &t)
		return t.Knowledge != nil && t.Knowledge.Article == article, err
	})
	if err != nil {
		return err
	}
	say("", "  with the resolved ticket %s and its resolution", first)
	return nil
}
