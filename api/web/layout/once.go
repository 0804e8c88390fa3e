package layout

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/journal"
)

// Once returns the idempotency key of a form that creates something: the form's hidden
// key, scoped to the actor, the action and the content. Sending the same form twice
// creates one object. Sending it with different content, for example after going back
// in the browser to write another reply, creates another one. Without a key there is
// no idempotency.
func Once(actor access.Actor, action, key string, content ...string) journal.Idempotency {
	if key == "" || len(key) > 200 {
		return journal.Idempotency{}
	}
	h := sha256.New()
	for _, s := range content {
		sum := sha256.Sum256([]byte(s))
		h.Write(sum[:]) // fixed-length digests keep the parts separate
	}
	digest := hex.EncodeToString(h.Sum(nil))
	return journal.Idempotency{
		Key:  actor.ID + " page " + action + " " + key + " " + digest[:32],
		Hash: digest,
	}
}
