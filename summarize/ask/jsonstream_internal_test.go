package ask

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPieces(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"two lists", `{"a":[{"t":"1"},{"t":"2"}],"b":[{"t":"3"}]}`, []string{`a {"t":"1"}`, `a {"t":"2"}`, `b {"t":"3"}`}},
		{"fence and prose", "Sure!\n```json\n{\"a\": [ {\"t\": \"1\"} ]}\n```", []string{`a {"t": "1"}`}},
		{"cut in an item", `{"a":[{"t":"1"},{"t":"2`, []string{`a {"t":"1"}`}},
		{"brackets in strings", `{"a":[{"t":"}]{[\"\\"}]}`, []string{`a {"t":"}]{[\"\\"}`}},
		{"nested", `{"a":[{"t":"1","marks":["m1"],"x":{"y":[{}]}}]}`, []string{`a {"t":"1","marks":["m1"],"x":{"y":[{}]}}`}},
		{"reasoning", `<think>{"a":[{"t":"draft"}]}</think>{"a":[{"t":"1"}]}`, []string{`a {"t":"draft"}`, `a {"t":"1"}`}},
		{"reasoning with an open item", `<think>{"a":[{"t</think>{"a":[{"t":"1"}]}`, []string{`a {"t":"1"}`}},
		{"no list", `{"a":{"t":"1"},"b":"{}","c":[1,"x",["y"]]}`, nil},
		{"list at the top", `[{"t":"1"}]`, nil},
		{"nothing", "", nil},
		{"closing only", `}}]]`, nil},
		{"deep", strings.Repeat(`{"a":[`, 500), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, step := range []int{1, 7, 1 << 20} {
				var got []string
				p := &pieces{found: func(key string, raw []byte) { got = append(got, key+" "+string(raw)) }}
				for from := 0; from < len(tt.text); from += step {
					p.feed(tt.text[from:min(len(tt.text), from+step)])
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("in steps of %d (-want +got):\n%s", step, diff)
				}
			}
		})
	}
}

// TestPiecesAreBounded requires memory for one item, whatever the size of the reply, and a
// bounded number of items.
func TestPiecesAreBounded(t *testing.T) {
	n := 0
	p := &pieces{found: func(_ string, raw []byte) {
		if n++; len(raw) > maxPiece {
			t.Errorf("an item of %d bytes", len(raw))
		}
	}}
	p.feed(`{"a":[{"t":"` + strings.Repeat("x", 1<<20) + `"},`)
	for i := range 10_000 {
		p.feed(fmt.Sprintf(`{"t":"%d"},`, i))
	}
	if n == 0 || n > maxPieces || cap(p.item) > 4*maxPiece || cap(p.stack) > 256 || cap(p.text) > 128 {
		t.Errorf("%d items, %d bytes buffered", n, cap(p.item))
	}
}

func FuzzPieces(f *testing.F) {
	f.Add(`{"a":[{"t":"1"},{"t":"2"}]}`, 3)
	f.Add(`<think>{"a":[{`, 1)
	f.Fuzz(func(t *testing.T, text string, step int) {
		collect := func(step int) (got []string) {
			p := &pieces{found: func(key string, raw []byte) { got = append(got, key+" "+string(raw)) }}
			for from := 0; from < len(text); from += step {
				p.feed(text[from:min(len(text), from+step)])
			}
			return got
		}
		if diff := cmp.Diff(collect(len(text)+1), collect(max(1, step%9))); diff != "" {
			t.Error(diff)
		}
	})
}
