package format

import (
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/front"
)

// isMarker reports whether this key with this value shows a file written for Deskbook.
func isMarker(key, value string) bool {
	for _, m := range markers {
		if m != key {
			continue
		}
		switch key {
		case front.KeyKind:
			_, ok := kb.ParseKind(value)
			return ok
		case front.KeyConfidence:
			_, ok := kb.ParseConfidence(value)
			return ok
		case front.KeyGovernance:
			_, ok := kb.ParseGovernance(value)
			return ok
		}
		return true
	}
	return false
}

// markers are the keys that other systems do not use with our values: any of them shows
// that the front matter was written for Deskbook.
var markers = []string{front.KeyKind, front.KeyConfidence, front.KeyGovernance, front.KeyReviewBy}

// marked reports whether a key shows that the front matter was written for Deskbook.
func marked(f front.Matter) bool {
	for key, value := range f.Values {
		if isMarker(key, value.Value) {
			return true
		}
	}
	return false
}
