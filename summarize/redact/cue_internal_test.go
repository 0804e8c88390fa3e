package redact

import "testing"

// TestCuesHaveOneClass holds the lists of cues apart: of a phrase in two of them, only one
// would count.
func TestCuesHaveOneClass(t *testing.T) {
	seen := map[string]cueClass{}
	for _, list := range cues {
		for _, c := range list {
			if class, twice := seen[c.text]; twice {
				t.Errorf("%q is a cue of class %d and of class %d", c.text, class, c.class)
			}
			seen[c.text] = c.class
		}
	}
}
