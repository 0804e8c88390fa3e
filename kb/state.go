package kb

import (
	"slices"
	"strings"

	"github.com/deskbook/deskbook/internal/access"
)

// Confidences lists every confidence state.
func Confidences() []Confidence { return []Confidence{WIP, NotValidated, Validated, Archived} }

// Governances lists every governance state.
func Governances() []Governance { return []Governance{Experience, Compliance} }

// Kinds lists every article kind.
func Kinds() []Kind { return []Kind{Troubleshooting, HowTo, FAQ, KnownError, Policy} }

// Audiences lists every audience, the narrowest first.
func Audiences() []access.Audience {
	return []access.Audience{access.Internal, access.Customer, access.AudiencePublic}
}

// ParseConfidence returns the confidence state with that name.
func ParseConfidence(s string) (Confidence, bool) { return oneOf(s, Confidences()) }

// ParseGovernance returns the governance state with that name.
func ParseGovernance(s string) (Governance, bool) { return oneOf(s, Governances()) }

// ParseKind returns the article kind with that name.
func ParseKind(s string) (Kind, bool) { return oneOf(s, Kinds()) }

// ParseAudience returns the audience with that name.
func ParseAudience(s string) (access.Audience, bool) { return oneOf(s, Audiences()) }

func oneOf[T ~string](s string, values []T) (T, bool) {
	v := T(strings.ToLower(strings.TrimSpace(s)))
	return v, slices.Contains(values, v)
}

func names[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// wider reports whether audience a reaches more people than b.
func wider(a, b access.Audience) bool {
	return slices.Index(Audiences(), a) > slices.Index(Audiences(), b)
}

// everything is the visibility for operations that serve no reader: import, export, and
// checks of other articles during a change.
func everything() Visibility {
	return Visibility{Audiences: Audiences(), Confidences: Confidences()}
}

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
