package plain

import (
	"crypto/sha256"
	"encoding/base32"
	"path"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The lengths of slugs and ids.
const (
	maxSlug  = 80  // runes: long enough for most titles, short enough for an address bar
	maxBytes = 200 // of a slug, which is also a file name
	MaxIDLen = 80  // bytes of an id
)

var (
	idShape   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
	slugShape = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]*$`)
)

var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// ligatures replaces the Latin letters that have no Unicode decomposition.
var ligatures = strings.NewReplacer(
	"ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ı", "i",
)

// Decomposed returns s in lower case with its letters apart from their accents.
func Decomposed(s string) string { return norm.NFKD.String(ligatures.Replace(strings.ToLower(s))) }

// Slugify turns a title or path into part of an address: lower case, without the accents
// of Latin letters, with the letters and digits of every script, one hyphen for anything
// between them, at most 80 runes. It is "" if s has no letter or digit.
func Slugify(s string) string {
	var b strings.Builder
	runes, gap, latin := 0, false, false // latin: the letter before a mark
	for _, r := range Decomposed(s) {
		if runes >= maxSlug || b.Len() >= maxBytes {
			break
		}
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && runes > 0 {
				b.WriteByte('-')
				runes++
			}
			gap, latin = false, unicode.Is(unicode.Latin, r)
			b.WriteRune(r)
			runes++
		case latin && unicode.Is(unicode.Mn, r), r == '\'', r == '’':
			// A Latin accent or an apostrophe belongs to its word.
		case unicode.Is(unicode.M, r):
			// Other scripts are not readable without their vowel signs.
			if runes > 0 && !gap {
				b.WriteRune(r)
			}
		default:
			gap = true
		}
	}
	return norm.NFC.String(strings.TrimRight(b.String(), "-"))
}

// PathSlug returns the slug of an imported file that names none: its path without the
// extension. Folders are included, since file names repeat across them.
func PathSlug(name string) string {
	return Slugify(strings.TrimSuffix(name, path.Ext(name)))
}

// ImportedID derives an article's id from what identifies its file, so that the same
// file has the same id in every store.
func ImportedID(key string) string {
	return HashID("a_", key)
}

// HashID returns an id with a prefix that depends on the key alone.
func HashID(prefix, key string) string {
	sum := sha256.Sum256([]byte(key))
	return prefix + idEncoding.EncodeToString(sum[:10])
}

// IsGeneratedID reports whether an id has the form of those made by importedID.
func IsGeneratedID(id string) bool { return strings.HasPrefix(id, "a_") && len(id) == len("a_")+16 }

// DistinctSlug returns the slug of an article whose own is taken. It is deterministic,
// so that an import into another store leads to the same address.
func DistinctSlug(slug, id string) string {
	sum := sha256.Sum256([]byte(id))
	return slug + "-" + idEncoding.EncodeToString(sum[:4])[:6]
}

// ValidID reports whether s can be an article id: safe in a URL and bounded.
func ValidID(s string) bool { return len(s) <= MaxIDLen && idShape.MatchString(s) }

// ValidSlug reports whether s can be a slug as it is.
func ValidSlug(s string) bool {
	return len(s) <= maxBytes && slugShape.MatchString(s) && norm.NFC.IsNormalString(s)
}

// Folded returns the name as file systems see it that ignore case and Unicode form.
func Folded(name string) string { return norm.NFC.String(strings.ToLower(name)) }
