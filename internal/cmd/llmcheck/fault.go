package main

import (
	"context"
)

// fault is a way in which the fault server misbehaves. Every action must end with the
// extractive result and a reason that contains one of the texts. With ok it must end with
// the model's result, which shows that replies of the server are used at all.
type fault struct {
	name    string
	args    []string       // of the fault server
	fixture map[string]any // fields added to every fixture
	half    bool           // the reply is incomplete JSON
	error   map[string]any // the reply is this error
	ok      bool
	reason  []string
}

func faults() []fault {
	return []fault{
		{name: "none", ok: true},
		{name: "drop", args: []string{"--chaos-drop", "1"}, reason: []string{"provider failed (500)"}},
		{name: "malformed", args: []string{"--chaos-malformed", "1"}, reason: []string{"malformed JSON", "does not stream"}},
		{name: "disconnect", args: []string{"--chaos-disconnect", "1"}, reason: []string{"was cut", "could not be reached"}},
		{name: "rate limit", args: []string{"--chaos-ratelimit", "1"}, reason: []string{"limits the request rate"}},
		{name: "latency", args: []string{"--chaos-latency", "30000"}, reason: []string{"in time"}},
		{
			name: "slow first part", args: []string{"--latency", "20000", "--chunk-size", "5"}, half: true,
			reason: []string{"in time", "stalled", "not valid JSON"},
		},
		{
			name: "truncated stream", fixture: map[string]any{"truncateAfterChunks": 3}, half: true,
			reason: []string{"was cut", "not valid JSON"},
		},
		{
			name: "cut after a while", fixture: map[string]any{"disconnectAfterMs": 50, "latency": 40}, half: true,
			reason: []string{"was cut", "not valid JSON", "could not be reached"},
		},
		{name: "half a reply", half: true, reason: []string{"not valid JSON"}},
		{
			name: "401", error: map[string]any{"message": "no", "type": "invalid_request_error"},
			fixture: map[string]any{"status": 401},
			reason:  []string{"refused the key", "provider failed", "refused the request"},
		},
		{
			name: "503", error: map[string]any{"message": "down", "type": "server_error"},
			fixture: map[string]any{"status": 503}, reason: []string{"provider failed (503)"},
		},
	}
}

// sound returns the replies of the fault server when it does not fail, by a text in the
// prompt of the action.
func sound() map[string]string {
	return map[string]string{
		"What each list is for": `{"request":[{"text":"The VPN rejects my sign-in with error 0x80070057.","marks":["m1"]}],` +
			`"environment":[],"impact":[],` +
			`"tried":[{"text":"I restarted the laptop, it did not help.","marks":["m1"]}],"questions":[],"next":[]}`,
		"Question:": `{"answerable":true,` +
			`"sentences":[{"text":"Test the internet without the VPN.","marks":["p1","p2","p3"]}]}`,
		"A first title": `{"title":"VPN rejects my sign-in with error 0x80070057",` +
			`"issue":[{"text":"The VPN rejects my sign-in with error 0x80070057.","marks":["m1"]}],` +
			`"environment":[],"cause":[],` +
			`"resolution":[{"text":"Remove the stale certificate from the user store.","marks":["m2"]},` +
			`{"text":"Sign in to the VPN again.","marks":["m2"]}]}`,
	}
}

func (f fault) fixtures() []map[string]any {
	var out []map[string]any
	for prompt, content := range sound() {
		if f.half {
			content = content[:len(content)*2/3]
		}
		response := map[string]any{"content": content}
		if f.error != nil {
			response = map[string]any{"error": f.error, "status": f.fixture["status"]}
		}
		one := map[string]any{"match": map[string]any{"userMessage": prompt}, "response": response}
		for k, v := range f.fixture {
			if k != "status" {
				one[k] = v
			}
		}
		out = append(out, one)
	}
	return out
}

// checkFault runs every action with the fault, on a desk of its own, where no earlier
// results are stored and the endpoint has not failed before.
func checkFault(ctx context.Context, bin, cache string, f fault) (results []result, err error) {
	e, err := startFaults(ctx, cache, f)
	if err != nil {
		return nil, err
	}
	tune := func(d *desk) error {
		d.done = func(r *result) {
			r.item = f.name
			r.judge(f)
			row(r)
		}
		return d.shortenDeadlines()
	}
	err = onDesk(ctx, bin, e, tune, func(d *desk) error {
		var err error
		results, err = d.ticket(ctx, tickets()[0], questions()[0])
		return err
	})
	return results, err
}
