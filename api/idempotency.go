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

// Keys knows the idempotency keys that were used. The store implements it.
type Keys interface {
	// Claimed is *journal.Replay when an earlier write took the key, else nil.
	Claimed(ctx context.Context, k journal.Idempotency) error
}

// once creates an object, or gives the one that an earlier request under the same
// key created, through read. It asks before it creates: the repetition would else be
// refused for what the first request itself did, such as taking the name, and again
// after, since the first request may be under way.
func once[T any](s *Server, c echo.Context, key journal.Idempotency, create func() (T, error), read func(object string) (T, error)) (T, error) {
	err := s.deps.Keys.Claimed(c.Request().Context(), key)
	if err == nil {
		var made T
		if made, err = create(); err == nil {
			return made, nil
		}
	}
	object, err := replayed(c, err)
	if err != nil {
		var none T
		return none, err
	}
	return read(object)
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
