package ticket

import (
	"context"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/clock"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
)

// Target is a target of the ticket with its clock.
type Target struct {
	Title string
	clock.Clock
}

// Late reports whether the target is or was missed.
func (t Target) Late() bool { return t.Phase == clock.Breached }

// Over returns by how much business time the target is or was missed.
func (t Target) Over() time.Duration { return max(0, -t.Left()) }

// targets returns the targets of a ticket; without them, the page is shown all the same.
func (p *Pages) targets(ctx context.Context, actor access.Actor, t desk.Ticket) []Target {
	clocks, err := p.Desk.Clocks(ctx, actor, t.ID)
	if err != nil {
		p.Log.WarnContext(ctx, "ticket page without targets", "ticket", t.ID, "error", err)
	}
	out := make([]Target, len(clocks))
	for i, c := range clocks {
		out[i] = Target{p.targetTitle(c), c}
	}
	return out
}

func (p *Pages) targetTitle(c clock.Clock) string {
	_, name, _ := strings.Cut(c.Target, ":")
	switch c.Kind {
	case model.FirstResponse:
		return "First response"
	case model.Resolution:
		return "Resolution"
	case model.UpdateTarget:
		return "Next news for the requester"
	case model.OLATarget:
		g, _ := p.ServiceModel().Group(name)
		return "In group " + orName(g.Title, name)
	case model.SupplierTarget:
		x, _ := p.ServiceModel().Supplier(name)
		return "At supplier " + orName(x.Title, name)
	}
	return c.Target
}
