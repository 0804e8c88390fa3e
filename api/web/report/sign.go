package report

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk/measure"
	"github.com/deskbook/deskbook/internal/access"
)

// mostSigns is how many tickets of a kind the page lists; the API has all.
const mostSigns = 100

// Signs is what the page of signs shows.
type Signs struct {
	Filter  Filter
	Kinds   []SignRow
	CanOpen bool
}

// SignRow is a kind of sign with its tickets.
type SignRow struct {
	measure.SignKind
	N       int
	Tickets []SignTicket
}

// SignTicket is a ticket with a sign.
type SignTicket struct {
	ID, With string
	At       time.Time
}

func (p *Pages) signs(c echo.Context) error {
	f, err := p.filter(c)
	if err != nil {
		return err
	}
	f.Action = "/report/signs"
	found, err := p.Measures.Signs(c.Request().Context(), route.Actor(c), f.query)
	if err != nil {
		return err
	}
	s := Signs{Filter: f, CanOpen: route.Actor(c).Can(access.OpenTickets)}
	for _, k := range measure.SignKinds() {
		row := SignRow{SignKind: k}
		for _, x := range found {
			if x.Kind != k.Name {
				continue
			}
			if row.N++; row.N <= mostSigns {
				row.Tickets = append(row.Tickets, SignTicket{ID: x.Ticket, With: x.With, At: x.At.Time()})
			}
		}
		s.Kinds = append(s.Kinds, row)
	}
	return p.sign.Render(c, http.StatusOK, "Signs", s)
}

// Hidden returns how many tickets of the kind are not listed.
func (r SignRow) Hidden() int { return r.N - len(r.Tickets) }
