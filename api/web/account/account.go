// Package account is the page where users manage their own account: change the
// password, create and revoke tokens.
//
// It promises that a token's secret is shown once, in the response to its creation,
// and that no page ever contains a password. It imports no store.
package account

import (
	"context"
	"embed"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/fault"
)

//go:embed account.html
var files embed.FS

// Credentials manages a user's own credentials.
type Credentials interface {
	port.Tokens
	// ChangePassword ends all sessions and returns the secret of a new one.
	ChangePassword(ctx context.Context, actor access.Actor, current, password, clientKey string) (secret string, err error)
}

// Deps holds the page's dependencies.
type Deps struct {
	Credentials Credentials
	Now         func() time.Time
}

// Page serves the account page.
type Page struct {
	Deps
	view layout.View[Account]
}

// Account is what the page shows.
type Account struct {
	Name, Email string
	Roles       []access.Role
	Tokens      []Token
	Secret      string // of the token just created; shown only once
	Password    layout.Problem
	New         TokenForm
}

// Token is a token in the list.
type Token struct {
	auth.Token
	State string // "active", "expired" or "revoked"
}

// TokenForm is the form for a new token with its input.
type TokenForm struct {
	Name    string
	Days    int
	Scopes  []ScopeChoice
	Limits  []int // choices, in days
	Problem layout.Problem
}

// ScopeChoice is a checkbox for a scope.
type ScopeChoice struct {
	Scope   access.Permission
	Checked bool
}

// New parses the page's template.
func New(site *layout.Site, d Deps) (*Page, error) {
	p := &Page{Deps: d}
	return p, layout.Load(site, files, &p.view, "account.html")
}

// Routes returns the page's routes.
func (p *Page) Routes() []route.Route {
	return []route.Route{
		route.New(http.MethodGet, "/account", access.SignedIn, p.show, "The user's account"),
		route.New(http.MethodPost, "/account/password", access.SignedIn, p.password, "Change password"),
		route.New(http.MethodPost, "/account/tokens", access.SignedIn, p.create, "Create a token"),
		route.New(http.MethodPost, "/account/tokens/:id/revoke", access.SignedIn, p.revoke, "Revoke a token"),
		route.New(http.MethodGet, "/account/:action", access.SignedIn, layout.BackTo("/account"),
			"Redirect from a form to the account"),
	}
}

func (p *Page) show(c echo.Context) error { return p.render(c, http.StatusOK, nil) }

func (p *Page) render(c echo.Context, status int, fill func(*Account)) error {
	actor := route.Actor(c)
	tokens, err := p.Credentials.Tokens(c.Request().Context(), actor, actor.ID)
	if err != nil {
		return err
	}
	a := Account{Name: actor.Name, Email: actor.Email, Roles: actor.Roles, New: form(actor, nil)}
	for _, t := range tokens {
		a.Tokens = append(a.Tokens, Token{Token: t, State: state(t, p.Now())})
	}
	if fill != nil {
		fill(&a)
	}
	return p.view.Render(c, status, "Account", a)
}

func state(t auth.Token, now time.Time) string {
	switch {
	case !t.RevokedAt.IsZero():
		return "revoked"
	case !t.ExpiresAt.IsZero() && !now.Before(t.ExpiresAt):
		return "expired"
	default:
		return "active"
	}
}

// form returns the token form with the scopes that the user's roles grant.
func form(actor access.Actor, selected []access.Permission) TokenForm {
	f := TokenForm{Days: 90, Limits: []int{7, 30, 90, 365}}
	limited := access.Actor{Scopes: selected, Roles: actor.Roles}
	for _, scope := range access.Scopes() {
		if actor.Can(scope) {
			f.Scopes = append(f.Scopes, ScopeChoice{Scope: scope, Checked: selected != nil && limited.Can(scope)})
		}
	}
	return f
}

func (p *Page) password(c echo.Context) error {
	actor, next := route.Actor(c), c.FormValue("password")
	err := fault.InvalidField("repeated", "does not match the new password")
	var secret string
	if next == c.FormValue("repeated") {
		secret, err = p.Credentials.ChangePassword(c.Request().Context(), actor, c.FormValue("current_password"), next,
			route.ClientKey(c))
	}
	if err != nil {
		problem, status, ok := layout.FormProblem(err)
		if !ok {
			return err
		}
		return p.render(c, status, func(a *Account) { a.Password = problem })
	}
	route.SetSession(c, secret, p.Now().Add(auth.SessionLife))
	return layout.SeeOther(c, "/account", "password")
}

func (p *Page) create(c echo.Context) error {
	actor := route.Actor(c)
	in := auth.NewToken{Name: layout.Line(c, "name")}
	for _, s := range layout.Checked(c, "scopes") {
		in.Scopes = append(in.Scopes, access.Permission(s))
	}
	days, err := strconv.Atoi(layout.Line(c, "days"))
	if err != nil || days < 0 || days > 3650 {
		err = fault.InvalidField("days", "must be a number of days up to 3650, or 0 for no expiry")
	} else {
		in.Life = time.Duration(days) * 24 * time.Hour
	}
	var secret string
	if err == nil {
		secret, _, err = p.Credentials.CreateToken(c.Request().Context(), actor, actor.ID, in)
	}
	if err != nil {
		problem, status, ok := layout.FormProblem(err)
		if !ok {
			return err
		}
		return p.render(c, status, func(a *Account) {
			a.New = form(actor, in.Scopes)
			a.New.Name, a.New.Days, a.New.Problem = in.Name, days, problem
		})
	}
	// The secret exists only in this response, so there is no redirect.
	return p.render(c, http.StatusCreated, func(a *Account) { a.Secret = secret })
}

func (p *Page) revoke(c echo.Context) error {
	actor := route.Actor(c)
	if err := p.Credentials.RevokeToken(c.Request().Context(), actor, actor.ID, c.Param("id")); err != nil {
		return err
	}
	return layout.SeeOther(c, "/account", "revoked")
}
