package format

import (
	"strings"

	"github.com/deskbook/deskbook/kb/plain"
)

// resembles reports whether s could be a misspelling of one of the values: it has the
// same beginning, or differs by at most two letters.
func resembles(s string, values []string) bool {
	s = strings.ToLower(s)
	for _, v := range values {
		if len(s) >= 4 && strings.HasPrefix(v, s[:4]) || editDistance(s, v) <= 2 {
			return true
		}
	}
	return false
}

// editDistance returns the number of insertions, deletions and replacements between two
// short strings; strings longer than 32 bytes count as entirely different.
func editDistance(a, b string) int {
	if len(a) > 32 || len(b) > 32 {
		return 32
	}
	return plain.Edits([]byte(a), []byte(b))
}
