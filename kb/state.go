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

// Names returns values as strings.
func Names[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// Wider reports whether audience a reaches more people than b.
func Wider(a, b access.Audience) bool {
	return slices.Index(Audiences(), a) > slices.Index(Audiences(), b)
}

// Everything is the visibility for operations that serve no reader: import, export, and
// checks of other articles during a change.
func Everything() Visibility {
	return Visibility{Audiences: Audiences(), Confidences: Confidences()}
}
