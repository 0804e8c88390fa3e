package llm_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/ask"
)

// canaries are parts of the secrets in secretTicket that no encoding changes.
var canaries = []string{
	"anna.berg", "bob@", "7654321", "Hunter", "MIIEpAIB", "Q7bq9Xw2", "s3cr3tpw", "4f3c2b1a09d8",
	"0130 00", "1111 1111", "Elm Street", "10.20.30.40", "db1.corp", "a1b2c3d4e5", "Xy7Zq9Lm", "481516",
	"Annabell", "Bergström",
}

// secretTicket returns a thread with a secret of every kind, some of them in forms that
// simple patterns miss.
func secretTicket() desk.Ticket {
	lines := []string{
		"Hello, The VPN rejects my sign-in with error 0x80070057, account anna.berg@x.test.",
		"I restarted the laptop, it did not help, so I called +49 30 7654321 about it.",
		"My password is:", "Hunter#22", "and the code in the text message: verification code is 481516.",
		"p\u0430ssw\u043erd: Hunter#22",
		"-----BEGIN RSA PRIVATE KEY-----", "MIIEpAIBAAKCAQEA7bq9", "Q7bq9Xw2Q7bq9Xw2Q7bq9Xw2",
		"-----END RSA PRIVATE KEY-----",
		"> https://svc:s3cr3tpw@git.x.test/a?sig=4f3c2b1a09d8e7f6 fails",
		"IBAN DE89 3704 0044 0532 0130 00, card 4111 1111 1111 1111, I live at 42 Elm Street.",
		"The server is 10.20.30.40, db1.corp.local. Cookie: sid=a1b2c3d4e5; x=y",
		"Authorization: Bearer Xy7Zq9Lm2Kp4Rt6V",
		"Regards, Annabell Bergström",
	}
	at := time.Date(2024, 1, 2, 9, 0, 0, 0, time.UTC)
	const note = "Delete the saved sign-in in the VPN client and enter the account again. That fixed it. " +
		"Write to bob@x.test for more."
	return desk.Ticket{
		ID: "1001", Subject: "VPN rejects the sign-in of anna.berg@x.test", Status: desk.Resolved,
		Requester: "u_1", RequesterName: "Annabell Bergström",
		Messages: []desk.Message{
			{
				N: 1, Kind: desk.Reply, Visibility: desk.PublicReply, Author: "u_1", AuthorName: "Annabell Bergström",
				Text: strings.Join(lines, "\n"), At: at,
			},
			{
				N: 2, Kind: desk.Resolving, Visibility: desk.PublicReply, FromDesk: true,
				Author: "u_2", AuthorName: "Carl Desk", At: at.Add(time.Hour), Text: note,
			},
		},
		Resolution: &desk.Resolution{Code: desk.Fixed, Message: 2, At: at.Add(time.Hour), Note: note},
	}
}

// endpoint always answers with the same reply and records what it is sent.
type endpoint struct {
	*httptest.Server
	mu   sync.Mutex
	sent []string
}

func newEndpoint(t *testing.T, status int, reply func(body string) string) *endpoint {
	t.Helper()
	e := &endpoint{}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		e.mu.Lock()
		e.sent = append(e.sent, fmt.Sprint(r.Header), string(data))
		e.mu.Unlock()
		jsonReply(status, reply(string(data)))(w, r)
	}))
	t.Cleanup(e.Close)
	return e
}

// clean fails the test when a text contains a canary.
func clean(t *testing.T, where, text string) {
	t.Helper()
	for _, c := range canaries {
		if strings.Contains(strings.ToLower(text), strings.ToLower(c)) {
			t.Errorf("%s contains %q:\n%s", where, c, text)
		}
	}
}

// TestNothingSecretIsSent writes a hand-off with an endpoint: no secret is sent or
// recorded, and the reply has its values restored.
func TestNothingSecretIsSent(t *testing.T) {
	e := newEndpoint(t, http.StatusOK, func(string) string {
		return completion(`{"request":[{"text":"The VPN rejects my sign-in with error 0x80070057, account [email 1].",
			"marks":["m1"]}],"environment":[],"impact":[],
			"tried":[{"text":"I restarted the laptop, it did not help, so I called \\[Phone 1\\] about it.","marks":["m1"]}],
			"questions":[],"next":[]}`, "stop")
	})
	book := &ledger{}
	s, err := writer(t, config(e.URL), book).Summarize(context.Background(), secretTicket())
	if err != nil {
		t.Fatal(err)
	}
	if s.Engine != ask.ByModel {
		t.Fatalf("engine %s: %s", s.Engine, s.Reason)
	}
	if len(e.sent) == 0 || len(book.settled) == 0 {
		t.Fatal("nothing was sent or recorded")
	}
	clean(t, "the request", strings.Join(e.sent, "\n"))
	clean(t, "the record", fmt.Sprintf("%+v", book.settled))
	for _, want := range []string{"[email 1]", "[private key 1]", "[password 1]", "[iban 1]", "[card number 1]"} {
		if !strings.Contains(book.settled[0].Sent, want) {
			t.Errorf("the record lacks %s: %s", want, book.settled[0].Sent)
		}
	}
	counted := map[string]int{}
	for _, r := range book.settled[0].Redactions {
		counted[r.Kind] = r.Count
	}
	if counted["private key"] != 1 || counted["card number"] != 1 || counted["email"] < 2 {
		t.Errorf("recorded %v", counted)
	}
	if got := s.Section("request").Lines; len(got) != 1 || !strings.Contains(got[0].Text, "anna.berg@x.test") {
		t.Errorf("not restored: %+v", got)
	}
	if got := s.Section("tried").Lines; len(got) != 1 || !strings.Contains(got[0].Text, "+49 30 7654321") {
		t.Errorf("not restored: %+v", got)
	}
}

// TestErrorRevealsNothing: the endpoint returns what it was sent in its error.
func TestErrorRevealsNothing(t *testing.T) {
	e := newEndpoint(t, http.StatusBadRequest,
		func(body string) string { return fmt.Sprintf(`{"error":{"message":%q}}`, body) })
	book := &ledger{}
	s, err := writer(t, config(e.URL), book).Summarize(context.Background(), secretTicket())
	if err != nil {
		t.Fatal(err)
	}
	if s.Engine != ask.Extractive || s.Reason == "" {
		t.Fatalf("engine %s, reason %q", s.Engine, s.Reason)
	}
	clean(t, "the reason", s.Reason)
	clean(t, "the record", fmt.Sprintf("%+v", book.settled))
}

// TestDraftContainsNothingSecret drafts by model and by rules: neither the request nor the
// proposal contains a secret, and what was removed is listed with its places.
func TestDraftContainsNothingSecret(t *testing.T) {
	replies := map[string]string{
		"by model": `{"title":"VPN rejects the sign-in with 0x80070057",
			"issue":[{"text":"The VPN rejects my sign-in with error 0x80070057, account [email 1].","marks":["m1"]}],
			"environment":[],"cause":[],
			"resolution":[{"text":"Delete the saved sign-in in the VPN client and enter the account again.","marks":["m2"]}]}`,
		"by rules": `nothing`,
	}
	for name, reply := range replies {
		t.Run(name, func(t *testing.T) {
			e := newEndpoint(t, http.StatusOK, func(string) string { return completion(reply, "stop") })
			book := &ledger{}
			out, err := writer(t, config(e.URL), book).Draft(context.Background(), secretTicket())
			if err != nil {
				t.Fatal(err)
			}
			if out.Proposal == nil || (out.Engine == ask.ByModel) != (name == "by model") {
				t.Fatalf("engine %s, %s: %+v", out.Engine, out.Reason, out.Knowledge)
			}
			clean(t, "the request", strings.Join(e.sent, "\n"))
			clean(t, "the record", fmt.Sprintf("%+v", book.settled))
			clean(t, "the proposal", fmt.Sprintf("%+v %+v", *out.Proposal, out.Knowledge))
			got := map[string][]string{}
			for _, r := range out.Proposal.Redactions {
				got[r.Kind] = r.Where
			}
			for kind, place := range map[string]string{
				"private key": "message 1", "password": "message 1", "email": "subject",
				"iban": "message 1", "host name": "message 1",
			} {
				if !strings.Contains(strings.Join(got[kind], ", "), place) {
					t.Errorf("removed %s at %v, want %s among them", kind, got[kind], place)
				}
			}
		})
	}
}
