package summarize_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/handoff"
)

// TestReplies counts the true and the subtly false statements of testdata/replies.txt that the
// checks of a model's text keep.
func TestReplies(t *testing.T) {
	data, err := os.ReadFile("testdata/replies.txt")
	if err != nil {
		t.Fatal(err)
	}
	threads := inventedThreads(t, "threads.txt")
	kept, all := map[string]int{}, map[string]int{}
	var ev *evidence.Set
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if subject, ok := strings.CutPrefix(line, "== "); ok {
			i := slices.IndexFunc(threads, func(x desk.Ticket) bool { return x.Subject == subject })
			ev = evidence.New()
			for _, m := range threads[i].Messages {
				ev.AddMessage(m, m.Text)
			}
			continue
		}
		kind, rest, _ := strings.Cut(line, " ")
		marks, text, ok := strings.Cut(rest, ": ")
		if !ok || kind != "true" && kind != "false" {
			continue
		}
		all[kind]++
		_, _, supported := ev.Resolve(evidence.Claim{Text: text, Marks: strings.Split(marks, ",")}, handoff.MaxLineRunes)
		if supported {
			kept[kind]++
		}
		if supported != (kind == "true") {
			t.Logf("%s, kept %t: %s", kind, supported, text)
		}
	}
	t.Logf("kept %d of %d true and %d of %d false statements", kept["true"], all["true"], kept["false"], all["false"])
	if 100*kept["true"] < 95*all["true"] || 100*kept["false"] > 2*all["false"] {
		t.Errorf("too few true or too many false statements are kept")
	}
}
