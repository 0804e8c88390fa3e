package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
)

// Visits records visits of articles, which belong to no account. *measure.Service implements it.
type Visits interface {
	// VisitBegan says that a browser opened an article; reader is the browser's random id.
	VisitBegan(ctx context.Context, visit, reader string) error
	VisitHelped(ctx context.Context, visit string) error // an article helped, as the reader said
	VisitAsked(ctx context.Context, visit string) error  // a ticket was opened
}

const (
	visitCookie = "deskbook_visit"
	// visitEnds is how long a reader may be idle in one visit, visitKept for how long a browser keeps
	// its id, to see who comes back.
	visitEnds, visitKept = 30 * time.Minute, 7 * 24 * time.Hour
	// visitStep is how exactly the last moment is kept, so that not every page sets the cookie again.
	visitStep = 5 * time.Minute
)

// visit is what a browser knows of its visit. Both ids are random, and a forged one can do no more
// than make a number wrong.
type visit struct {
	reader, id string
	last       time.Time
	began      bool // it was recorded: an article was opened
}

var visitForm = regexp.MustCompile(`^([0-9a-f]{16})\.([0-9a-f]{16})\.(\d{1,12})\.([01])$`)

// visitOf returns the visit of a request; known is false for a browser that has no cookie yet.
func visitOf(c echo.Context, now time.Time) (v visit, known bool) {
	cookie, err := c.Cookie(visitCookie)
	if err != nil {
		return visit{reader: newVisitID(), id: newVisitID(), last: now}, false
	}
	m := visitForm.FindStringSubmatch(cookie.Value)
	if m == nil {
		return visit{reader: newVisitID(), id: newVisitID(), last: now}, false
	}
	seconds, err := strconv.ParseInt(m[3], 10, 64)
	v = visit{reader: m[1], id: m[2], last: time.Unix(seconds, 0), began: m[4] == "1"}
	if err != nil || now.Sub(v.last) > visitEnds || v.last.After(now.Add(visitStep)) {
		v.id, v.last, v.began = newVisitID(), time.Time{}, false
	}
	return v, true
}

func newVisitID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

func (v visit) keep(c echo.Context) {
	began := 0
	if v.began {
		began = 1
	}
	c.SetCookie(&http.Cookie{
		Name: visitCookie, Value: fmt.Sprintf("%s.%s.%d.%d", v.reader, v.id, v.last.Unix(), began), Path: "/",
		MaxAge: int(visitKept.Seconds()), HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: c.Scheme() == "https",
	})
}

// follow returns the route with its part in visits: pages for readers keep the visit going, an
// article begins it, and feedback or a ticket decides what became of it. A browser counts from its
// second page on, so that programs that only fetch pages do not.
func follow(r route.Route, visits Visits, now func() time.Time, log *slog.Logger) route.Route {
	what := map[string]string{
		"GET /": "page", "GET /search": "page", "GET /articles": "page", "GET /articles/:ref": "article",
		"POST /articles/:ref/feedback": "feedback", "GET /tickets/new": "page", "POST /tickets": "ticket",
	}[r.Method+" "+r.Path]
	if what == "" {
		return r
	}
	next := r.Handler
	r.Handler = func(c echo.Context) error {
		if route.Actor(c).Staff() {
			return next(c)
		}
		at := now()
		v, known := visitOf(c, at)
		changed := !known || at.Sub(v.last) >= visitStep
		note := func(err error) {
			if err != nil {
				log.WarnContext(c.Request().Context(), "a visit could not be recorded", "error", err)
			}
		}
		if what == "article" && known && !v.began {
			note(visits.VisitBegan(c.Request().Context(), v.id, v.reader))
			v.began, changed = true, true
		}
		if changed {
			v.last = at
			v.keep(c)
		}
		err := next(c)
		switch {
		case err != nil || !v.began || c.Response().Status != http.StatusSeeOther: // nothing was done
		case what == "feedback" && c.FormValue("helped") == "yes":
			note(visits.VisitHelped(c.Request().Context(), v.id))
		case what == "ticket":
			note(visits.VisitAsked(c.Request().Context(), v.id))
		}
		return err
	}
	return r
}
