package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
)

// noticeJSON is a task or notice.
type noticeJSON struct {
	ID        int64      `json:"id"`
	Task      bool       `json:"task"`
	Recipient string     `json:"recipient"`
	Title     string     `json:"title"`
	Detail    string     `json:"detail"`
	Object    string     `json:"object"`
	ObjectID  string     `json:"object_id"`
	At        time.Time  `json:"at"`
	DoneAt    *time.Time `json:"done_at"`
	DoneBy    string     `json:"done_by"`
}

func noticeView(n desk.Notice) noticeJSON {
	return noticeJSON{
		ID: n.Number, Task: n.Task, Recipient: n.Recipient, Title: n.Title, Detail: n.Detail, Object: n.Object,
		ObjectID: n.ID, At: n.At, DoneAt: timeOrNull(n.DoneAt), DoneBy: n.DoneBy,
	}
}

func (s *Server) listNotices(c echo.Context) error {
	p, err := paging(c)
	if err != nil {
		return err
	}
	var before int64
	if p.Cursor != "" {
		if before, err = strconv.ParseInt(p.Cursor, 10, 64); err != nil || before < 1 {
			return fault.InvalidField("cursor", "is not a cursor of this list")
		}
	}
	done, err := boolParam(c, "done")
	if err != nil {
		return err
	}
	found, err := s.deps.Inbox.List(c.Request().Context(), route.Actor(c), done, before, p.Limit)
	if err != nil {
		return err
	}
	views, next := make([]noticeJSON, len(found)), ""
	for i, n := range found {
		views[i] = noticeView(n)
	}
	if n := len(found); n == p.Limit {
		next = strconv.FormatInt(found[n-1].Number, 10)
	}
	return c.JSON(http.StatusOK, map[string]any{"notices": views, "next": next})
}

func (s *Server) finishNotice(c echo.Context) error {
	number, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "There is no such notice.")
	}
	n, err := s.deps.Inbox.Done(c.Request().Context(), route.Actor(c), number)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, noticeView(n))
}
