package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

const (
	secretBytes = 32 // 256 bits, which cannot be guessed and need no slow hash
	tokenPrefix = "dbk_"
)

// newSecret returns a random secret that is safe in a cookie, a header and a URL.
func newSecret() string {
	b := make([]byte, secretBytes)
	rand.Read(b) // never returns an error
	return base64.RawURLEncoding.EncodeToString(b)
}

// digest returns what is stored of a secret. A fast hash is enough, because secrets are
// random and 256 bits long.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

var idEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewUserID returns the id of a new user.
func NewUserID() string { return newID("u_") }

// newID returns a random id: the prefix and 16 lower-case letters and digits.
func newID(prefix string) string {
	b := make([]byte, 10)
	rand.Read(b) // never returns an error
	return prefix + strings.ToLower(idEncoding.EncodeToString(b))
}
