package api

import (
	"context"
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

// idempotency returns the request's key, scoped to the actor and the path, with the
// digest of its body; it is empty without the header. Call it after decode.
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
	// The key comes last, after parts without spaces, so that scopes cannot collide.
	return journal.Idempotency{
		Key:  route.Actor(c).ID + " " + c.Request().Method + " " + c.Request().URL.EscapedPath() + " " + key,
		Hash: hex.EncodeToString(sum[:]),
	}, nil
}

// Keys looks up idempotency keys that have been used. The store implements it.
type Keys interface {
	// Claimed returns a *journal.Replay if an earlier write used the key, otherwise nil.
	Claimed(ctx context.Context, k journal.Idempotency) error
}

// once creates an object, or reads the one that an earlier request with the same key
// created. It checks the key before creating, since a repeated request might otherwise
// be rejected for what the first one did, such as taking the name, and again
// afterwards, since both requests may be running at the same time.
func once[T any](
	s *Server, c echo.Context, key journal.Idempotency, create func() (T, error), read func(object string) (T, error),
) (T, error) {
	err := s.deps.Keys.Claimed(c.Request().Context(), key)
	if err == nil {
		var created T
		if created, err = create(); err == nil {
			return created, nil
		}
	}
	object, err := replayed(c, err)
	if err != nil {
		var none T
		return none, err
	}
	return read(object)
}

// replayed returns the object that the first request with this key created, if err
// reports a repetition of it. A key that was used for a different request is a
// conflict; any other error is returned unchanged.
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
