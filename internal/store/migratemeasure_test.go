package store_test

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/store"
)

// TestMigrateMeasure opens a database whose events do not say how a ticket was sorted when it was
// opened, nor who wrote a message: both are found in what the ticket became.
func TestMigrateMeasure(t *testing.T) {
	ctx, path := t.Context(), filepath.Join(t.TempDir(), store.FileName)
	db := rawDB(t, path)
	must(t, store.MigrateTo(ctx, db, 16))
	must(t, db.Close())
	const (
		event = "INSERT INTO event (seq, at, actor, object, object_id, verb, data) VALUES "
		msg   = `INSERT INTO ticket_message
			(ticket, n, kind, author, author_name, from_desk, automatic, visibility, channel, at, body) VALUES `
	)
	run(t, path,
		`INSERT INTO ticket (number, version, subject, subject_fold, requester, requester_name, channel, bypass, type,
			status, service, category, impact, urgency, priority, group_name, assignee, merged_into, reopens) VALUES
			(1001, 1, 's', 's', 'u_ada', 'Ada', 'mail', 0, 'incident', 'open', 'vpn', 'network', 1, 2, 2, 'desk', '', '', 0)`,
		msg+"(1001, 1, 'reply', 'u_ben', 'Ben', 1, 0, 'public', 'mail', 1, 'a')",
		msg+"(1001, 2, 'reply', 'u_ada', 'Ada', 0, 0, 'public', 'mail', 2, 'b')",
		msg+"(1001, 3, 'reply', 'system', 'Deskbook', 1, 1, 'public', 'mail', 3, 'c')",
		event+`(1, 1, 'u_ben', 'ticket', '1001', 'created', '{"type":"incident","group":"desk"}')`,
		event+`(2, 2, 'u_ada', 'ticket', '1001', 'message_added', '{"n":2,"visibility":"public"}')`,
		event+`(3, 3, 'system', 'ticket', '1001', 'message_added', '{"n":3,"visibility":"public"}')`,
		event+`(4, 4, 'u_ben', 'ticket', '1001', 'updated', '{"category":["","mail"],"impact":[3,1]}')`,
		event+`(5, 5, 'u_ben', 'ticket', '1001', 'proposal_taken', '{"rule":"r","category":["mail","network"]}')`,
		event+`(6, 6, 'u_ben', 'article', '1001', 'created', '{"revision":1}')`,
	)
	events, err := openAt(t, path).EventsSince(ctx, time.Time{}, 0, 10)
	must(t, err)
	want := []map[string]any{
		{
			"type": "incident", "group": "desk", "service": "vpn", "category": "", "impact": 3.0, "urgency": 2.0,
			"requester": "u_ada", "from": "desk",
		},
		{"n": 2.0, "visibility": "public", "from": "requester"},
		{"n": 3.0, "visibility": "public", "from": "desk", "automatic": true},
		{"category": []any{"", "mail"}, "impact": []any{3.0, 1.0}},
		{"rule": "r", "category": []any{"mail", "network"}},
		{"revision": 1.0},
	}
	var got []map[string]any
	for _, e := range events {
		var data map[string]any
		must(t, json.Unmarshal(e.Data, &data))
		got = append(got, data)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
