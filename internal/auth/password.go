package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/deskbook/deskbook/internal/fault"
)

// MinPassword is the shortest password accepted, in characters.
const MinPassword = 8

const maxPassword = 1024 // bytes; longer ones are refused before they are hashed

// cost holds the parameters of a password hash. ownCost is the OWASP minimum for
// argon2id: 19 MiB, two passes, one lane.
type cost struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

var ownCost = cost{memory: 19 * 1024, passes: 2, threads: 1}

const (
	saltBytes = 16
	keyBytes  = 32
	// Two hashes at a time use 38 MiB whatever the load. Other logins wait; when more than
	// maxWaiting do, they are refused.
	hashSlots  = 2
	maxWaiting = 64
)

// hasher computes password hashes, few at a time, so that a flood of logins exhausts
// neither memory nor processors.
type hasher struct {
	slots   chan struct{}
	waiting atomic.Int64
	dummy   string // hash to verify against when there is no such user
}

func newHasher() *hasher {
	h := &hasher{slots: make(chan struct{}, hashSlots)}
	h.dummy = encode(newSecret(), ownCost)
	return h
}

// acquire takes a slot; release must be called if the error is nil.
func (h *hasher) acquire(ctx context.Context) (release func(), err error) {
	if h.waiting.Add(1) > maxWaiting {
		h.waiting.Add(-1)
		return nil, fault.New(fault.Unavailable, "Too many people are signing in at once. Try again in a few seconds.")
	}
	defer h.waiting.Add(-1)
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots }, nil
	case <-ctx.Done():
		return nil, fault.Wrap(fault.Unavailable, ctx.Err(), "Signing in took too long. Try again.")
	}
}

// hash returns the PHC string of a new password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	release, err := h.acquire(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	return encode(password, ownCost), nil
}

func encode(password string, c cost) string {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never returns an error
	key := derive(password, salt, c, keyBytes)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.passes, c.threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

// derive normalises the password first, because the same characters can arrive composed or
// decomposed from different keyboards.
func derive(password string, salt []byte, c cost, size uint32) []byte {
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, c.passes, c.memory, c.threads, size)
}

// verify reports whether the password matches the hash, in constant time. The caller holds
// a slot. A string that is not a hash of this program matches nothing.
func verify(phc, password string) bool {
	c, salt, key, err := parsePHC(phc)
	if err != nil {
		return false
	}
	return subtle.ConstantTimeCompare(derive(password, salt, c, uint32(len(key))), key) == 1
}

// parsePHC parses an argon2id PHC string. It refuses costs that no version of this program
// uses, so that a damaged row cannot demand gigabytes.
func parsePHC(phc string) (c cost, salt, key []byte, err error) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, fmt.Errorf("password hash: not argon2id version %d", argon2.Version)
	}
	if _, err = fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.threads); err != nil {
		return c, nil, nil, fmt.Errorf("password hash: cost: %w", err)
	}
	if c.memory < 8 || c.memory > 1<<18 || c.passes < 1 || c.passes > 16 || c.threads < 1 || c.threads > 16 {
		return c, nil, nil, fmt.Errorf("password hash: cost %q out of range", parts[3])
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return c, nil, nil, fmt.Errorf("password hash: salt: %w", err)
	}
	if key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
		return c, nil, nil, fmt.Errorf("password hash: key: %w", err)
	}
	if len(salt) < 8 || len(key) < 16 || len(key) > 128 {
		return c, nil, nil, fmt.Errorf("password hash: salt or key of wrong length")
	}
	return c, salt, key, nil
}
