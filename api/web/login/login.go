// Package login serves the pages to sign in, sign out and set up the first admin.
//
// It promises that a failed sign-in does not reveal whether an address is known, that
// no page ever contains a password, and that the redirect after a sign-in stays on
// this server. It imports no store.
package login

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/fault"
)

//go:embed *.html
var files embed.FS

// Sessions opens and ends sessions.
type Sessions interface {
	port.Sessions
	// CompleteSetup creates the first admin and opens a session for them.
	CompleteSetup(ctx context.Context, key string, in auth.NewUser) (secret string, u auth.User, err error)
}

// Deps holds the pages' dependencies.
type Deps struct {
	Sessions Sessions
	Now      func() time.Time
}

// Pages serves sign-in, sign-out and setup.
type Pages struct {
	Deps
	login layout.View[Login]
	setup layout.View[Setup]
}

// Login is the sign-in form.
type Login struct {
	Email   string
	Next    string // path to continue to
	Problem layout.Problem
}

// Setup is the form that creates the first admin.
type Setup struct {
	Key     string
	Email   string
	Name    string
	Roles   []layout.RoleChoice
	Problem layout.Problem
}

// New parses the pages' templates.
func New(site *layout.Site, d Deps) (*Pages, error) {
	p := &Pages{Deps: d}
	return p, errors.Join(
		layout.Load(site, files, &p.login, "login.html"),
		layout.Load(site, files, &p.setup, "setup.html"),
	)
}

// Routes returns the pages' routes.
func (p *Pages) Routes() []route.Route {
	return []route.Route{
		route.New(http.MethodGet, "/login", access.Public, p.loginForm, "Sign-in form"),
		route.New(http.MethodPost, "/login", access.Public, p.signIn, "Sign in"),
		route.New(http.MethodPost, "/logout", access.Public, p.signOut, "Sign out"),
		route.New(http.MethodGet, "/setup", access.Public, p.setupForm, "Form for the first admin"),
		route.New(http.MethodPost, "/setup", access.Public, p.complete, "Create the first admin"),
	}
}

func (p *Pages) loginForm(c echo.Context) error {
	next := layout.LocalPath(c.QueryParam("next"), "/")
	if route.Actor(c).Known() {
		return layout.SeeOther(c, next, "")
	}
	return p.login.Render(c, http.StatusOK, "Sign in", Login{Next: next})
}

func (p *Pages) signIn(c echo.Context) error {
	form := Login{Email: layout.Line(c, "email"), Next: layout.LocalPath(c.FormValue("next"), "/")}
	secret, _, err := p.Sessions.Login(c.Request().Context(), form.Email, c.FormValue("password"), route.ClientKey(c))
	if err != nil {
		problem, status, ok := layout.FormProblem(err)
		if fault.Is(err, fault.Unauthenticated) {
			message, _, _ := fault.Public(err)
			problem, status, ok = layout.Problem{Message: route.Sentence(message)}, http.StatusUnauthorized, true
		}
		if !ok {
			return err
		}
		form.Problem = problem
		return p.login.Render(c, status, "Sign in", form)
	}
	p.endSession(c) // the browser's previous session may belong to someone else
	route.SetSession(c, secret, p.Now().Add(auth.SessionLife))
	return layout.SeeOther(c, form.Next, "")
}

// endSession ends the browser's current session, if any. The new session is valid even
// if the old one cannot be deleted, so errors are ignored.
func (p *Pages) endSession(c echo.Context) {
	if old := route.Session(c); old != "" {
		_ = p.Sessions.Logout(c.Request().Context(), old)
	}
}

func (p *Pages) signOut(c echo.Context) error {
	if secret := route.Session(c); secret != "" {
		if err := p.Sessions.Logout(c.Request().Context(), secret); err != nil {
			return err
		}
	}
	route.ClearSession(c)
	return layout.SeeOther(c, "/", "signed-out")
}

func (p *Pages) setupForm(c echo.Context) error {
	return p.setup.Render(c, http.StatusOK, "Create the first admin", Setup{
		Key: c.QueryParam("key"), Roles: layout.RoleChoices(access.Roles()),
	})
}

func (p *Pages) complete(c echo.Context) error {
	form := Setup{Key: c.FormValue("key"), Email: layout.Line(c, "email"), Name: layout.Line(c, "name")}
	roles := layout.SelectedRoles(c)
	form.Roles = layout.RoleChoices(roles)
	secret, _, err := p.Sessions.CompleteSetup(c.Request().Context(), form.Key, auth.NewUser{
		Email: form.Email, Name: form.Name, Password: c.FormValue("password"), Roles: roles,
	})
	if err != nil {
		problem, status, ok := layout.FormProblem(err)
		if !ok {
			return err
		}
		form.Problem = problem
		return p.setup.Render(c, status, "Create the first admin", form)
	}
	route.SetSession(c, secret, p.Now().Add(auth.SessionLife))
	return layout.SeeOther(c, "/", "signed-up")
}
