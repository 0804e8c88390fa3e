package layout

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/journal"
)

// Once makes the idempotency of a form that creates something: the form's hidden
// key, scoped to who sends it, to what it does and to what it asks for. The same
// form sent twice is one create. A form that is sent again with other content, as
// after going back in the browser to write one more reply, is another create: the
// content is part of the key. No key, no idempotency.
func Once(actor access.Actor, action, key string, content ...string) journal.Idempotency {
	if key == "" || len(key) > 200 {
		return journal.Idempotency{}
	}
	h := sha256.New()
	for _, s := range content {
		sum := sha256.Sum256([]byte(s))
		h.Write(sum[:]) // digests have one length, so contents cannot run into each other
	}
	digest := hex.EncodeToString(h.Sum(nil))
	return journal.Idempotency{
		Key:  actor.ID + " page " + action + " " + key + " " + digest[:32],
		Hash: digest,
	}
}
