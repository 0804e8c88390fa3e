package auth

import (
	"context"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/internal/fault"
)

func TestVerify(t *testing.T) {
	own := encode("correct horse 7", ownCost)
	if !strings.HasPrefix(own, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash %q", own)
	}
	if !verify(own, "correct horse 7") || verify(own, "correct horse 8") {
		t.Error("verify accepts the wrong password or refuses the right one")
	}
	// "é" composed and decomposed is one password.
	if !verify(encode("caf\u00e9 au lait", ownCost), "cafe\u0301 au lait") {
		t.Error("the composed and the decomposed form differ")
	}
	for name, phc := range map[string]string{
		"empty":          "",
		"another method": strings.Replace(own, "argon2id", "argon2i", 1),
		"other version":  strings.Replace(own, "v=19", "v=16", 1),
		"4 GiB":          strings.Replace(own, "m=19456", "m=4194304", 1),
		"endless":        strings.Replace(own, "t=2", "t=4000000", 1),
		"no salt":        "$argon2id$v=19$m=19456,t=2,p=1$$" + strings.Split(own, "$")[5],
		"no key":         strings.Join(strings.Split(own, "$")[:5], "$") + "$",
		"cut":            own[:len(own)/2],
	} {
		t.Run(name, func(t *testing.T) {
			if verify(phc, "correct horse 7") {
				t.Error("verified")
			}
		})
	}
}

func TestHasherRefusesWhenFull(t *testing.T) {
	h := newHasher()
	var releases []func()
	for range hashSlots {
		release, err := h.acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		releases = append(releases, release)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.acquire(ended); !fault.Is(err, fault.Unavailable) {
		t.Errorf("waiting with an ended context: %v", err)
	}
	h.waiting.Store(maxWaiting)
	if _, err := h.acquire(t.Context()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("beyond the queue: %v", err)
	}
	h.waiting.Store(0)
	for _, release := range releases {
		release()
	}
	if _, err := h.acquire(t.Context()); err != nil {
		t.Errorf("after release: %v", err)
	}
}

func FuzzParsePHC(f *testing.F) {
	f.Add(encode("correct horse 7", cost{memory: 8, passes: 1, threads: 1}))
	f.Add("$argon2id$v=19$m=1,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, phc string) {
		c, salt, key, err := parsePHC(phc)
		if err != nil {
			return
		}
		if c.memory > 1<<18 || c.passes > 16 || c.threads > 16 || c.threads == 0 || len(salt) < 8 || len(key) < 16 {
			t.Fatalf("%q: cost %+v, salt %d, key %d", phc, c, len(salt), len(key))
		}
	})
}
