// Package user is the page where admins manage users: list, create, set roles, disable
// and enable.
//
// It promises that no page ever contains a password. It imports no store.
package user

import (
	"context"
	"embed"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/api/web/layout"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
)

//go:embed user.html
var files embed.FS

// Users manages users.
type Users interface {
	port.Users
	SetRoles(ctx context.Context, actor access.Actor, id string, roles []access.Role) error
	Disable(ctx context.Context, actor access.Actor, id string) error
	Enable(ctx context.Context, actor access.Actor, id string) error
}

// Page serves the users page.
type Page struct {
	users Users
	view  layout.View[List]
}

// List holds all users and the form for a new one.
type List struct {
	Users   []Row
	New     Form
	Problem layout.Problem // with an action on a listed user
}

// Row is a user in the list.
type Row struct {
	auth.User
	Choices []layout.RoleChoice
	Self    bool
}

// Form is the form for a new user, with its input.
type Form struct {
	Email, Name string
	Roles       []layout.RoleChoice
	Problem     layout.Problem
}

// New parses the page's template.
func New(site *layout.Site, users Users) (*Page, error) {
	p := &Page{users: users}
	return p, layout.Load(site, files, &p.view, "user.html")
}

// Routes returns the page's routes.
func (p *Page) Routes() []route.Route {
	row := func(method, path string, h echo.HandlerFunc, summary string) route.Route {
		return route.New(method, path, access.ManageUsers, h, summary)
	}
	return []route.Route{
		row(http.MethodGet, "/admin/users", p.list, "List of users"),
		row(http.MethodPost, "/admin/users", p.create, "Create a user"),
		row(http.MethodPost, "/admin/users/:id/roles", p.roles, "Set a user's roles"),
		row(http.MethodPost, "/admin/users/:id/disable", p.disable, "Disable a user"),
		row(http.MethodPost, "/admin/users/:id/enable", p.enable, "Enable a user"),
		row(http.MethodGet, "/admin/users/:id/:action", layout.BackTo("/admin/users"),
			"Redirect from a form to the list of users"),
	}
}

func (p *Page) list(c echo.Context) error { return p.render(c, http.StatusOK, nil) }

func (p *Page) render(c echo.Context, status int, fill func(*List)) error {
	actor := route.Actor(c)
	users, err := p.users.Users(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	l := List{New: Form{Roles: layout.RoleChoices([]access.Role{access.Requester})}}
	for _, u := range users {
		l.Users = append(l.Users, Row{User: u, Choices: layout.RoleChoices(u.Roles), Self: u.ID == actor.ID})
	}
	if fill != nil {
		fill(&l)
	}
	return p.view.Render(c, status, "Users", l)
}

func (p *Page) create(c echo.Context) error {
	f := Form{Email: layout.Line(c, "email"), Name: layout.Line(c, "name")}
	roles := layout.SelectedRoles(c)
	f.Roles = layout.RoleChoices(roles)
	_, err := p.users.CreateUser(c.Request().Context(), route.Actor(c), auth.NewUser{
		Email: f.Email, Name: f.Name, Password: c.FormValue("password"), Roles: roles,
	})
	if err != nil {
		problem, status, ok := layout.FormProblem(err)
		if !ok {
			return err
		}
		f.Problem = problem
		return p.render(c, status, func(l *List) { l.New = f })
	}
	return layout.SeeOther(c, "/admin/users", "created")
}

func (p *Page) roles(c echo.Context) error {
	return p.done(c, p.users.SetRoles(c.Request().Context(), route.Actor(c), c.Param("id"), layout.SelectedRoles(c)),
		"roles")
}

func (p *Page) disable(c echo.Context) error {
	return p.done(c, p.users.Disable(c.Request().Context(), route.Actor(c), c.Param("id")), "disabled")
}

func (p *Page) enable(c echo.Context) error {
	return p.done(c, p.users.Enable(c.Request().Context(), route.Actor(c), c.Param("id")), "enabled")
}

func (p *Page) done(c echo.Context, err error, notice string) error {
	if err == nil {
		return layout.SeeOther(c, "/admin/users", notice)
	}
	problem, status, ok := layout.FormProblem(err)
	if !ok {
		return err
	}
	return p.render(c, status, func(l *List) { l.Problem = problem })
}
