package answer_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/answer"
)

const badge = `Badges open the doors of the building.

**Warning:** A badge that was reported lost cannot be unlocked again.

## Issue

The reader blinks red.

## Resolution

If the badge is new, wait one hour first.

1. Hold the badge to the reader in the lobby.
2. Sign in to the badge portal:
   - with your work account
   - or with the code that came by mail
3. Press *Unlock*.

   The light turns green.
4. Try the door.

## Read more

See the list of all doors.

## Related articles

- [Doors](doors.md)
- [Parking](parking.md)

## Legal

Copyright 2026 the landlord. All rights reserved.
`

func TestChosenLines(t *testing.T) {
	tests := []struct {
		name, question, markdown string
		passage                  int
		want                     []string
	}{
		{
			"the symptoms lead to the remedy, whole and with its condition and the article's warning", "badge reader blinks red",
			badge, 1,
			[]string{
				"Warning: A badge that was reported lost cannot be unlocked again.",
				"If the badge is new, wait one hour first.", "step Hold the badge to the reader in the lobby.",
				"step Sign in to the badge portal:", "item with your work account",
				"item or with the code that came by mail", "step Press Unlock.", "The light turns green.",
				"step Try the door.",
			},
		},
		{
			"a list of links answers nothing", "badge doors",
			"## Where\n\nFor doors, see:\n\n- [Doors](doors.md)\n- [Parking](parking.md)\n", 0, nil,
		},
		{
			"a guide is told by its headings", "door jams",
			"Doors jam in winter.\n\n## Oil the hinges\n\nUse oil.\n\n## Check the frame\n\nLook.\n\n" +
				"## Remove the stopper\n\nDial 5.\n\n## Replace the lock\n\nLast.\n",
			0,
			[]string{"part Oil the hinges", "part Check the frame", "part Remove the stopper", "part Replace the lock"},
		},
		{
			"of two procedures the one that is asked for", "how do I remove a door",
			"## Steps\n\nTo add a door:\n\n" + steps("add", 14) + "\nTo remove a door:\n\n" + steps("remove", 12), 0,
			append([]string{"To remove a door:"}, listed("remove", 12)...),
		},
		{"a sample is no answer", "employer changed", "## Sample text\n\nMy employer changed to Northgate.\n", 0, nil},
		{"nor is a reference", "door procedure", "## Doors\n\nDo it as described above.\n", 0, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := kb.Article{ID: "a", Title: "Badge", Revision: 1, Markdown: tt.markdown}
			a.Passages = kb.SplitPassages("a", tt.markdown, nil)
			if diff := cmp.Diff(tt.want, answer.LinesOf(tt.question, a, tt.passage)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func steps(verb string, n int) string {
	out := ""
	for _, s := range listed(verb, n) {
		out += "1. " + s[len("step "):] + "\n"
	}
	return out
}

func listed(verb string, n int) []string {
	var out []string
	for i := range n {
		out = append(out, "step Then "+verb+" part "+string(rune('A'+i))+".")
	}
	return out
}
