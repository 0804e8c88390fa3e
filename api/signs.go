package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk/measure"
)

// signKindJSON is a way in which numbers can look better than the work, with the tickets.
type signKindJSON struct {
	Name       string     `json:"name"`
	Title      string     `json:"title"`
	Definition string     `json:"definition"`
	Version    int        `json:"version"`
	N          int        `json:"n"`
	Tickets    []signJSON `json:"tickets"`
}

type signJSON struct {
	ID   string    `json:"id"`
	With string    `json:"with,omitempty"`
	At   time.Time `json:"at"`
}

// listSigns lists the tickets that may make numbers look better than the work is.
func (s *Server) listSigns(c echo.Context) error {
	q, err := s.measureQuery(c)
	if err != nil {
		return err
	}
	signs, err := s.deps.Measures.Signs(c.Request().Context(), route.Actor(c), q)
	if err != nil {
		return err
	}
	var views []signKindJSON
	for _, k := range measure.SignKinds() {
		v := signKindJSON{Name: k.Name, Title: k.Title, Definition: k.Definition, Version: k.Version, Tickets: []signJSON{}}
		for _, x := range signs {
			if x.Kind == k.Name {
				v.N++
				v.Tickets = append(v.Tickets, signJSON{ID: x.Ticket, With: x.With, At: x.At.Time()})
			}
		}
		views = append(views, v)
	}
	return c.JSON(http.StatusOK, map[string]any{"signs": views})
}
