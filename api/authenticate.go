package api

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

// clientKey is the context key of what distinguishes clients for limits: their token, session
// or address.
const clientKey = "deskbook.client"

// authenticate identifies the actor by bearer token or session cookie; without either
// the actor is a visitor. An invalid token is rejected even where none is required, so
// that its owner notices; an expired session cookie is ignored.
func (s *Server) authenticate(next echo.HandlerFunc) echo.HandlerFunc {
	guard := http.NewCrossOriginProtection()
	return func(c echo.Context) error {
		r := c.Request()
		if isProbe(r.URL.Path) && r.Header.Get(echo.HeaderAuthorization) == "" {
			return next(c)
		}
		key := addressKey(c.RealIP())
		actor, secret, err := s.identify(c, guard)
		if err != nil {
			// Failed attempts count against the limit of the address.
			if limited := s.limiter.allow(key); limited != nil {
				err = limited
			}
			return err
		}
		if secret != "" {
			sum := sha256.Sum256([]byte(secret))
			key = "secret:" + hex.EncodeToString(sum[:8])
		}
		if err := s.limiter.allow(key); err != nil {
			s.metrics.rejected.WithLabelValues("rate").Inc()
			return err
		}
		route.WithActor(c, actor)
		c.Set(clientKey, key)
		return next(c)
	}
}

// identify returns the actor and the secret that authenticated it.
func (s *Server) identify(c echo.Context, guard *http.CrossOriginProtection) (access.Actor, string, error) {
	r := c.Request()
	if header := r.Header.Get(echo.HeaderAuthorization); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return access.Actor{}, "", fault.New(fault.Unauthenticated, "Use the header Authorization: Bearer TOKEN.")
		}
		token = strings.TrimSpace(token)
		actor, err := s.deps.Auth.AuthenticateToken(r.Context(), token)
		return actor, token, err
	}
	// Without a token the request may be authenticated by a cookie, so other sites must
	// not be able to make the browser send a write or a sign-in.
	if err := guard.Check(r); err != nil {
		return access.Actor{}, "", fault.Wrap(fault.Forbidden, err, "This request came from another site and was rejected.")
	}
	secret := sessionCookie(r)
	if secret == "" {
		return access.Actor{}, "", nil
	}
	actor, err := s.deps.Auth.AuthenticateSession(r.Context(), secret)
	if fault.Is(err, fault.Unauthenticated) {
		return access.Actor{}, "", nil
	}
	if err != nil {
		return access.Actor{}, "", err
	}
	route.WithSession(c, secret)
	return actor, secret, nil
}

// sessionCookie returns the value of the session cookie, "" if there is none.
func sessionCookie(r *http.Request) string {
	if cookies := r.CookiesNamed(route.SessionCookie); len(cookies) > 0 {
		return cookies[0].Value
	}
	return ""
}

// require checks the route's permission before its handler runs.
func (s *Server) require(r route.Route) echo.HandlerFunc {
	return func(c echo.Context) error {
		actor := route.Actor(c)
		switch {
		case actor.Can(r.Permission), r.Permission == access.ReadArticles && s.openToAll(r):
			return s.admitted(c, r)
		case !actor.Known():
			return fault.New(fault.Unauthenticated, "Sign in, or send a token.")
		default:
			return fault.New(fault.Forbidden, "You don't have permission to do this. It requires %s.", r.Permission)
		}
	}
}

func (s *Server) openToAll(r route.Route) bool {
	m := s.deps.ServiceModel()
	if r.Searches {
		return m.AnonymousSearch()
	}
	return m.AnonymousReading()
}
