package api

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

const (
	idempotencyKey = "Idempotency-Key"
	replayedHeader = "Idempotency-Replayed"
	maxKey         = 200
)

// idempotency gives the request's key, scoped to the actor and the address, with
// the digest of its body; empty without the header. It is called after decode.
func idempotency(c echo.Context) (journal.Idempotency, error) {
	key := c.Request().Header.Get(idempotencyKey)
	if key == "" {
		return journal.Idempotency{}, nil
	}
	if len(key) > maxKey {
		return journal.Idempotency{}, fault.InvalidField(idempotencyKey, "must not be longer than %d bytes", maxKey)
	}
	body, _ := c.Get(bodyKey).([]byte)
	sum := sha256.Sum256(body)
	// The key comes last, after parts without spaces, so that no two scopes meet.
	return journal.Idempotency{
		Key:  route.Actor(c).ID + " " + c.Request().Method + " " + c.Request().URL.EscapedPath() + " " + key,
		Hash: hex.EncodeToString(sum[:]),
	}, nil
}

// replayed gives the object that the first request under this key created, when
// err says that this is a repetition of it. A key used for another request is a
// conflict; any other error is returned as it is.
func replayed(c echo.Context, err error) (object string, other error) {
	var r *journal.Replay
	if !errors.As(err, &r) {
		return "", err
	}
	if !r.Same {
		return "", fault.New(fault.Conflict, "This Idempotency-Key was used for a different request. Use a new one.")
	}
	c.Response().Header().Set(replayedHeader, "true")
	return r.Object, nil
}
