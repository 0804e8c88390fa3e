package format

import "strings"

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
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
