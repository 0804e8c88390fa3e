package api

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/port"
	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/auth"
	"github.com/deskbook/deskbook/internal/fault"
)

// Users manages users and their sessions. *auth.Service implements it.
type Users interface {
	port.Users
	port.Sessions
	User(ctx context.Context, actor access.Actor, id string) (auth.User, error)
	Update(ctx context.Context, actor access.Actor, id string, p auth.Patch) (auth.User, error)
}

type userJSON struct {
	ID          string              `json:"id"`
	Email       string              `json:"email"`
	Name        string              `json:"name"`
	Roles       []access.Role       `json:"roles"`
	Disabled    bool                `json:"disabled"`
	CreatedAt   time.Time           `json:"created_at"`
	UpdatedAt   time.Time           `json:"updated_at"`
	Permissions []access.Permission `json:"permissions,omitempty"` // of this request; GET /me only
}

func userView(u auth.User) userJSON {
	return userJSON{
		ID: u.ID, Email: u.Email, Name: u.Name, Roles: list(u.Roles), Disabled: u.Disabled,
		CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt,
	}
}

// me returns the current user and the permissions of the request.
func (s *Server) me(c echo.Context) error {
	actor := route.Actor(c)
	u, err := s.deps.Auth.User(c.Request().Context(), actor, actor.ID)
	if err != nil {
		return err
	}
	view := userView(u)
	for _, p := range access.Scopes() {
		if actor.Can(p) {
			view.Permissions = append(view.Permissions, p)
		}
	}
	return c.JSON(http.StatusOK, view)
}

func (s *Server) login(c echo.Context) error {
	var in struct {
		Email    string `json:"email"`
		Password string `json:"password"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	secret, u, err := s.deps.Auth.Login(ctx, in.Email, in.Password, route.ClientKey(c))
	if err != nil {
		return err
	}
	// The browser's previous session must not stay valid unnoticed.
	if old := route.Session(c); old != "" {
		if err := s.deps.Auth.Logout(ctx, old); err != nil {
			return err
		}
	}
	route.SetSession(c, secret, s.deps.Now().Add(auth.SessionLife))
	return c.JSON(http.StatusOK, userView(u))
}

func (s *Server) logout(c echo.Context) error {
	if secret := route.Session(c); secret != "" {
		if err := s.deps.Auth.Logout(c.Request().Context(), secret); err != nil {
			return err
		}
	}
	route.ClearSession(c)
	return c.NoContent(http.StatusNoContent)
}

func (s *Server) listUsers(c echo.Context) error {
	users, err := s.deps.Auth.Users(c.Request().Context(), route.Actor(c))
	if err != nil {
		return err
	}
	views := make([]userJSON, len(users))
	for i, u := range users {
		views[i] = userView(u)
	}
	return c.JSON(http.StatusOK, map[string]any{"users": views})
}

func (s *Server) createUser(c echo.Context) error {
	var in struct {
		Email    string        `json:"email"`
		Name     string        `json:"name"`
		Password string        `json:"password"`
		Roles    []access.Role `json:"roles"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	u, err := s.deps.Auth.CreateUser(c.Request().Context(), route.Actor(c), auth.NewUser(in))
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, prefix+"/users/"+u.ID)
	return c.JSON(http.StatusCreated, userView(u))
}

func (s *Server) getUser(c echo.Context) error {
	u, err := s.deps.Auth.User(c.Request().Context(), route.Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, userView(u))
}

func (s *Server) patchUser(c echo.Context) error {
	var in struct {
		Name     *string        `json:"name"`
		Password *string        `json:"password"`
		Roles    *[]access.Role `json:"roles"`
		Disabled *bool          `json:"disabled"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	u, err := s.deps.Auth.Update(c.Request().Context(), route.Actor(c), c.Param("id"), auth.Patch(in))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, userView(u))
}

type tokenJSON struct {
	ID        string              `json:"id"`
	User      string              `json:"user"`
	Name      string              `json:"name"`
	Scopes    []access.Permission `json:"scopes"` // null: everything the user's roles grant
	CreatedAt time.Time           `json:"created_at"`
	ExpiresAt *time.Time          `json:"expires_at"`
	RevokedAt *time.Time          `json:"revoked_at"`
	Token     string              `json:"token,omitempty"` // the secret; only in the response to its creation
}

func tokenView(t auth.Token) tokenJSON {
	return tokenJSON{
		ID: t.ID, User: t.UserID, Name: t.Name, Scopes: t.Scopes,
		CreatedAt: t.CreatedAt, ExpiresAt: timeOrNull(t.ExpiresAt), RevokedAt: timeOrNull(t.RevokedAt),
	}
}

// timeOrNull returns nil for the zero time.
func timeOrNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// tokenOwner returns the user whose tokens the request concerns: the caller, under /me.
func tokenOwner(c echo.Context) string {
	if id := c.Param("id"); id != "" {
		return id
	}
	return route.Actor(c).ID
}

func (s *Server) listTokens(c echo.Context) error {
	tokens, err := s.deps.Auth.Tokens(c.Request().Context(), route.Actor(c), tokenOwner(c))
	if err != nil {
		return err
	}
	views := make([]tokenJSON, len(tokens))
	for i, t := range tokens {
		views[i] = tokenView(t)
	}
	return c.JSON(http.StatusOK, map[string]any{"tokens": views})
}

func (s *Server) createToken(c echo.Context) error {
	var in struct {
		Name    string              `json:"name"`
		Scopes  []access.Permission `json:"scopes"`
		Expires string              `json:"expires"` // a duration such as 720h
	}
	if err := decodeOptional(c, &in); err != nil {
		return err
	}
	life, err := tokenLife(in.Expires)
	if err != nil {
		return err
	}
	owner := tokenOwner(c)
	secret, t, err := s.deps.Auth.CreateToken(c.Request().Context(), route.Actor(c), owner,
		auth.NewToken{Name: in.Name, Scopes: in.Scopes, Life: life})
	if err != nil {
		return err
	}
	view := tokenView(t)
	view.Token = secret
	return c.JSON(http.StatusCreated, view)
}

func tokenLife(expires string) (time.Duration, error) {
	if expires == "" {
		return 0, nil
	}
	life, err := time.ParseDuration(expires)
	if err != nil || life <= 0 {
		return 0, fault.InvalidField("expires", "must be a duration such as 720h")
	}
	return life, nil
}

func (s *Server) revokeToken(c echo.Context) error {
	err := s.deps.Auth.RevokeToken(c.Request().Context(), route.Actor(c), tokenOwner(c), c.Param("token"))
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
