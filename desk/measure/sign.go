package measure

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/deskbook/deskbook/desk/clock"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
)

// SignKind is a way in which numbers can look better than the work. A sign is a fact about a
// ticket, which has many honest reasons; it says nothing about anybody.
type SignKind struct {
	Name, Title, Definition string
	Version                 int
}

const (
	signPriority  = "priority_near_breach"
	signLimit     = "resolved_at_limit"
	signPause     = "pending_without_question"
	signElsewhere = "opened_again"
	signSplit     = "split"
)

// SignKinds lists the kinds of signs in the order in which they are shown.
func SignKinds() []SignKind {
	return []SignKind{
		{signPriority, "Priority lowered near the target", "The priority was lowered when the share of the resolution " +
			"target that the service model calls near was already spent.", 1},
		{signLimit, "Resolved within a minute of the limit", "The ticket was resolved less than a minute before its " +
			"target was due.", 1},
		{signPause, "Pending without a question", "The ticket was set to pending although the desk had not written to the " +
			"requester in the hour before, and went on without an answer.", 1},
		{signElsewhere, "Opened again as another ticket", "Within a day after a ticket was resolved, its requester opened " +
			"another one about the same service and category instead of reopening it.", 1},
		{signSplit, "One request, several tickets", "The desk opened several tickets for one requester within 30 " +
			"minutes.", 1},
	}
}

// Sign is one such fact.
type Sign struct {
	Kind   string
	Ticket string
	With   string // another ticket, "" for none
	At     Moment
}

const (
	askedBefore = Moment(time.Hour / time.Microsecond)
	nearLimit   = Moment(time.Minute / time.Microsecond)
	againWithin = day
	splitWithin = Moment(30 * time.Minute / time.Microsecond)
)

// addSigns notes for each lowered priority whether the resolution was near its target then.
func (f *Facts) addSigns(known []clock.Fact, models clock.Timeline) {
	for i, r := range f.Raised {
		if r.To <= r.From {
			continue
		}
		at := r.At.Time()
		before := slices.IndexFunc(known, func(x clock.Fact) bool { return !x.At.Before(at) })
		for _, c := range clock.Latest(clock.OfFacts(known[:max(0, before)], models, at)) {
			if c.Kind == model.Resolution && c.Open() {
				f.Raised[i].Near = float64(c.Spent) >= models.At(at).NearBreach*float64(c.Goal)
			}
		}
	}
}

// Signs returns the signs of one ticket.
func (f *Facts) Signs() (out []Sign) {
	add := func(kind string, at Moment) { out = append(out, Sign{Kind: kind, Ticket: f.Ticket, At: at}) }
	for _, r := range f.Raised {
		if r.Near {
			add(signPriority, r.At)
		}
	}
	for _, c := range f.Clocks {
		if c.Met && c.is(model.Resolution) && c.Due >= c.Ended && c.Due-c.Ended < nearLimit {
			add(signLimit, c.Ended)
		}
	}
	for _, w := range f.Waits {
		if w.Status == statusPending && w.To != 0 && !w.Asked && !w.Answered {
			add(signPause, w.From)
		}
	}
	return out
}

// SignsAmong returns the signs that only several tickets of a requester together make.
func SignsAmong(list []Facts) (out []Sign) {
	slices.SortStableFunc(list, func(a, b Facts) int { return cmp.Compare(a.Created, b.Created) })
	for i, b := range list {
		for _, a := range list[:i] {
			kind := ""
			if r, ok := a.standing(); ok && a.Service == b.Service && a.Category == b.Category &&
				b.Created > r.At && b.Created-r.At <= againWithin {
				kind = signElsewhere
			}
			if a.FromDesk && b.FromDesk && b.Created-a.Created <= splitWithin {
				kind = signSplit
			}
			if kind != "" {
				out = append(out, Sign{Kind: kind, Ticket: b.Ticket, With: a.Ticket, At: b.Created})
				break
			}
		}
	}
	return out
}

// short returns what a comparison of a requester's tickets needs of one.
func (f *Facts) short() Facts {
	s := Facts{Ticket: f.Ticket, Created: f.Created, Service: f.Service, Category: f.Category, FromDesk: f.FromDesk}
	if r, ok := f.standing(); ok {
		s.Resolutions = []Resolution{{At: r.At}}
	}
	return s
}

// Signs returns the signs in a window, by kind and time.
func (s *Service) Signs(ctx context.Context, actor access.Actor, q Query) ([]Sign, error) {
	if err := s.ready(ctx, actor); err != nil {
		return nil, err
	}
	w := newFrame(q, s.Now(), s.rules().ReopenDays)
	var out []Sign
	keep := func(list []Sign) {
		for _, x := range list {
			if w.in(x.At) {
				out = append(out, x)
			}
		}
	}
	byRequester := map[string][]Facts{}
	err := s.Store.EachFacts(ctx, w.from-againWithin, w.to, "", func(f *Facts) error {
		if !q.matches(f) || f.exclusion() != "" {
			return nil
		}
		keep(f.Signs())
		if f.Requester != "" {
			byRequester[f.Requester] = append(byRequester[f.Requester], f.short())
		}
		return nil
	})
	for _, list := range byRequester {
		if len(list) > 1 {
			keep(SignsAmong(list))
		}
	}
	slices.SortFunc(out, func(a, b Sign) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.At, b.At), cmp.Compare(a.Ticket, b.Ticket))
	})
	return out, err
}
