package e2e_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/deskbook/deskbook/internal/testkit"
)

// TestStopWhileModelWrites: a server that is stopped while a language model is writing
// shuts down cleanly and records the call that it cancelled, so that nothing stays
// reserved.
func TestStopWhileModelWrites(t *testing.T) {
	asked := make(chan struct{}, 1)
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_ = http.NewResponseController(w).Flush()
		asked <- struct{}{}
		<-r.Context().Done()
	}))
	t.Cleanup(model.Close)
	p := program(t)
	p.Env = []string{"DESKBOOK_LLM_BASE_URL=" + model.URL, "DESKBOOK_LLM_MODEL=slow"}
	d := boot(t, p, "rita", "ada", "root")
	var ticket testkit.Ticket
	err := d.as("rita").Call(t.Context(), "POST", "/tickets", map[string]any{
		"subject": "Blank labels", "body": "The label printer prints blank labels. I restarted it, that did not help.",
	}, &ticket)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan []testkit.Event, 1)
	ada := d.as("ada")
	go func() {
		events, _ := ada.Events(context.Background(), "GET", "/tickets/"+ticket.ID+"/summary?stream=1", nil)
		ended <- events
	}()
	<-asked
	d.stop(t)
	events := <-ended
	if len(events) != 1 || events[0].Name != "extractive" {
		t.Errorf("events %+v", events)
	}
	again, err := d.Start(context.Background(), os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	d.Server = again
	t.Cleanup(func() { _ = again.Stop() })
	var usage struct{ Calls []json.RawMessage }
	if err := d.as("root").Call(t.Context(), "GET", "/usage", nil, &usage); err != nil {
		t.Fatal(err)
	}
	var call struct {
		Outcome string
		Tokens  int `json:"completion_tokens"`
	}
	const outcome = "the reader left before the model had answered"
	if len(usage.Calls) != 1 || json.Unmarshal(usage.Calls[0], &call) != nil || call.Outcome != outcome ||
		call.Tokens >= 1500 {
		t.Errorf("%d calls, %+v", len(usage.Calls), call)
	}
}
