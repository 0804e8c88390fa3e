package ask_test

import (
	"testing"

	"github.com/deskbook/deskbook/summarize/ask"
)

func TestFindJSON(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", `{"a":1}`, `{"a":1}`},
		{"fenced", "```json\n{\"a\":1}\n```", `{"a":1}`},
		{"talk", "Sure! Here it is:\n{\"a\":1}\nHope it helps", `{"a":1}`},
		{"thinking", "<think>{\"b\":</think>{\"a\":1}", `{"a":1}`},
		{"cut", `{"a":[{"b":1},`, ""},
		{"none", "no", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ask.FindJSON(tt.in)
			if string(got) != tt.want || (err != nil) != (tt.want == "") {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}
