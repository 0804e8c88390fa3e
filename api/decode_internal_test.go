package api

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/internal/fault"
)

// FuzzDecode checks that the decoder returns a value or an Invalid error with a
// message, and accepts only objects without unknown fields.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"text":"x","list":["a"],"n":3,"flag":true}`, `{"text":1}`, `{"Text":"x"}`, `{"text":"x"}{}`, `[`, `null`,
		`"x"`,
		`{"text":"\ud800"}`, "{\"text\":\"\xff\"}", strings.Repeat(`{"a":`, 40), `{"n":1e400}`, `{"text":"x","text":"y"}`,
		"\ufeff{}",
	} {
		f.Add([]byte(seed))
	}
	type embedded struct {
		Text string `json:"text"`
	}
	type input struct {
		embedded
		List []string `json:"list"`
		N    *int     `json:"n"`
		Flag bool     `json:"flag"`
	}
	known := map[string]bool{"text": true, "list": true, "n": true, "flag": true}
	f.Fuzz(func(t *testing.T, body []byte) {
		var in input
		err := decodeBytes(body, &in)
		if err != nil {
			if message, _, public := fault.Public(err); fault.KindOf(err) != fault.Invalid || !public || message == "" {
				t.Fatalf("%q: error %v", body, err)
			}
			return
		}
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(body, &fields); err != nil {
			t.Fatalf("%q was accepted: %v", body, err)
		}
		for name := range fields {
			if !known[name] {
				t.Fatalf("%q was accepted with the field %q", body, name)
			}
		}
	})
}

func TestPosition(t *testing.T) {
	for text, want := range map[string][2]int{"": {1, 1}, "ab|c": {1, 3}, "a\n|": {2, 1}, "a\nbä|": {2, 3}} {
		before, after, _ := strings.Cut(text, "|")
		if line, col := position([]byte(before+after), len(before)); [2]int{line, col} != want {
			t.Errorf("%q: line %d, column %d; want %v", text, line, col, want)
		}
	}
	if line, col := position([]byte("x"), 99); line != 1 || col != 2 {
		t.Errorf("beyond the end: %d, %d", line, col)
	}
}

func TestAddressKey(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1": "address:192.0.2.1", "::ffff:192.0.2.1": "address:192.0.2.1",
		"2001:db8:1:2:3:4:5:6": "address:2001:db8:1:2::/64", "fe80::1%eth0": "address:fe80::/64", "": "address:",
	} {
		if got := addressKey(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}
