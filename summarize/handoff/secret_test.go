package handoff_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/handoff"
)

// A hand-off leaves secrets to the thread, and keeps the error next to one.
func TestHandoffWithoutSecrets(t *testing.T) {
	ticket := desk.Ticket{ID: "1001", Subject: "Every page ends with error 500", Messages: []desk.Message{{
		N: 1, Kind: desk.Reply, Visibility: desk.PublicReply, At: time.Unix(0, 0),
		Text: "Every page ends with error 500.\n\n```\nERROR: SQLSTATE[HY000] [1045] access denied\n" +
			"DB_PASSWORD=Gr4nite&77\n```\n" +
			"My password is Gr4nite&77, the report tool takes it and then stops with GX-17.",
	}}}
	s, err := handoff.NewWriter(&ask.Client{}).Summarize(t.Context(), ticket)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	if strings.Contains(text, "Gr4nite") || strings.Contains(text, "DB_PASSWORD") ||
		!strings.Contains(text, "SQLSTATE[HY000]") {
		t.Error(text)
	}
}
