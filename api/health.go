package api

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// Changes reports the sequence number of the newest change. The store implements it.
type Changes interface {
	LastChange(ctx context.Context) (int64, error)
}

// live reports that the process responds.
func (s *Server) live(c echo.Context) error {
	return c.JSON(http.StatusOK, map[string]string{"status": "ok"})
}

type readyJSON struct {
	Status     string `json:"status"` // "ok", or why the node is not ready
	Sequence   int64  `json:"sequence"`
	LastChange int64  `json:"last_change"`
	// PendingVectors is how many passages and tickets have no vector yet; until they do, words
	// alone count. It says nothing about readiness.
	PendingVectors int `json:"pending_vectors"`
}

// ready reports whether this node should receive requests: the store responds and the
// index is not far behind it.
func (s *Server) ready(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), 2*time.Second)
	defer cancel()
	r := readyJSON{Status: "ok", Sequence: s.deps.Search.Sequence()}
	if s.deps.PendingVectors != nil {
		r.PendingVectors = s.deps.PendingVectors()
	}
	last, err := s.deps.Changes.LastChange(ctx)
	r.LastChange = last
	switch {
	case err != nil:
		s.log.WarnContext(ctx, "not ready", "error", err)
		r.Status = "the store does not respond"
	case !s.deps.Search.Ready():
		r.Status = "the search index is being built"
	case last-r.Sequence > s.deps.Limits.Lag:
		r.Status = "the search index is catching up"
	default:
		return c.JSON(http.StatusOK, r)
	}
	return c.JSON(http.StatusServiceUnavailable, r)
}
