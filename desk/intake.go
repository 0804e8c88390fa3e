package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb"
)

// NewTicket is what a ticket is opened with. Only Subject and Body are required.
type NewTicket struct {
	Subject, Body     string
	Type              Type   // when empty, derived from the category or the subject
	Service, Category string // of the service model
	// Request is a request type of the catalogue, with its fields; it sets type and service, and
	// its title and fields begin the text, which may then be empty.
	Request         string
	Fields          map[string]string
	Impact, Urgency int // 1..3; 0 means the service model's default
	// Channel is how the ticket came in; only agents may set one other than Portal or API.
	Channel Channel
	// Requester is the user id or e-mail address of the person the ticket is opened for;
	// only agents may open tickets for others.
	Requester   string
	Files       []NewFile
	Kept        []string // paths of files that were sent before; see [Service.KeepFiles]
	Idempotency journal.Idempotency
}

// OpenTicket checks a new ticket against the service model and stores it with suggestions
// of what will probably resolve it. When the suggestions fail, the ticket is opened
// without them.
func (s *Service) OpenTicket(ctx context.Context, actor access.Actor, in NewTicket) (Ticket, error) {
	if !actor.Can(access.OpenTickets) {
		return Ticket{}, fault.New(fault.Forbidden, "sign in to open a ticket")
	}
	requester, err := s.requester(ctx, actor, in.Requester)
	if err != nil {
		return Ticket{}, err
	}
	ordered, bad := withOrder(s.Model(), &in)
	if len(bad) > 0 {
		return Ticket{}, fault.InvalidFields(bad)
	}
	t, err := s.draftTicket(actor, in)
	if err != nil {
		return Ticket{}, err
	}
	s.begin(&t, ordered)
	t.Requester, t.RequesterName = requester.ID, requester.DisplayName()
	body, err := cleanText("body", in.Body, MaxText, false)
	if err != nil {
		return Ticket{}, err
	}
	files, err := s.newFiles(ctx, actor, in)
	if err != nil {
		return Ticket{}, err
	}
	s.append(&t, actor, Message{Kind: Reply, Visibility: PublicReply, Channel: t.Channel, Text: body, Files: files})
	asOpened, chosen := t, chosenFields(in)
	triaged := s.triageIntake(ctx, &t, chosen)
	t.Intake = s.intakeSuggestions(ctx, t)
	models, err := s.timeline(ctx)
	if err != nil {
		return Ticket{}, err
	}
	created, err := s.Store.CreateTicket(ctx, func(id string) (Ticket, journal.Entry) {
		t.ID = id
		entry := s.event(actor, id, "created", Opening(asOpened, chosen))
		if triaged != nil {
			entry.Events = append(entry.Events, s.event(access.System(), id, verbTriaged, triaged).Events...)
		}
		s.declare(&entry, actor, Ticket{}, t)
		entry.Notices = approvalTasks(s.Model(), t)
		entry.Changes = []journal.Change{{Object: journal.Ticket, ID: id}}
		entry.Idempotency = in.Idempotency
		entry.Idempotency.Object = id
		t.Timing = s.timing(entry.Events, models)
		return t, entry
	})
	if err != nil {
		return Ticket{}, err
	}
	if t.Intake != nil && t.Intake.BelowFloor {
		s.recordGap(actor, created, GapBelowFloor)
	}
	return s.visibleTo(ctx, actor, created)
}

// newFiles returns the files of a new ticket: those that were sent before, and those that are
// stored now.
func (s *Service) newFiles(ctx context.Context, actor access.Actor, in NewTicket) ([]File, error) {
	kept, err := s.keptFiles(ctx, actor, in.Kept, len(in.Files))
	if err != nil {
		return nil, err
	}
	stored, err := s.store(ctx, in.Files)
	return append(kept, stored...), err
}

// begin sets on a ticket what it orders: its group, and the wait for an approval.
func (s *Service) begin(t *Ticket, o *Order) {
	if o == nil {
		return
	}
	t.Order = o
	if r, ok := s.Model().RequestType(o.Type); ok && r.Group != "" {
		t.Group = r.Group
	}
	if o.Approval == ApprovalOpen {
		t.Status = OnHold
	}
}

// requester returns the person the ticket is opened for.
func (s *Service) requester(ctx context.Context, actor access.Actor, ref string) (access.Actor, error) {
	if ref == "" || ref == actor.ID || strings.EqualFold(ref, actor.Email) {
		return actor, nil
	}
	if !actor.Can(access.WorkTickets) {
		return access.Actor{}, fault.New(fault.Forbidden, "only agents can open tickets for other people")
	}
	p, err := s.People.Person(ctx, ref)
	if fault.Is(err, fault.NotFound) {
		return access.Actor{}, fault.InvalidField("requester", "there is no user %q", ref)
	}
	return p, err
}

// draftTicket checks the fields against the service model and fills in the defaults.
func (s *Service) draftTicket(actor access.Actor, in NewTicket) (Ticket, error) {
	m := s.Model()
	var bad []fault.Field
	subject, err := cleanText("subject", strings.Join(strings.Fields(in.Subject), " "), MaxSubject, false)
	if err != nil {
		return Ticket{}, err
	}
	if in.Category != "" && !m.HasCategory(in.Category) {
		bad = append(bad, fault.Field{Field: "category", Message: "is not in the service model"})
	}
	if in.Service != "" && !m.HasService(in.Service) {
		bad = append(bad, fault.Field{Field: "service", Message: "is not in the service model"})
	}
	if in.Channel == "" {
		in.Channel = Portal
	}
	if !slices.Contains([]Channel{Portal, API, Mail, Phone, Direct, VIP}, in.Channel) {
		bad = append(bad, fault.Field{Field: "channel", Message: "must be portal, api, mail, phone, direct or vip"})
	} else if in.Channel != Portal && in.Channel != API && !actor.Can(access.WorkTickets) {
		bad = append(bad, fault.Field{Field: "channel", Message: "only agents can use this channel"})
	} else if !m.Accepts(in.Channel) {
		bad = append(bad, fault.Field{Field: "channel", Message: "is not open: the service model lists it neither as a " +
			"channel nor as a side door"})
	}
	t := Ticket{
		Version: 1, Subject: subject, Channel: in.Channel, Bypass: m.Bypasses(in.Channel), Status: New,
		Service: in.Service, Category: in.Category, Type: in.Type,
		Impact: cmp.Or(in.Impact, m.DefaultImpact), Urgency: cmp.Or(in.Urgency, m.DefaultUrgency),
		Group: m.DefaultGroup(in.Category), CreatedAt: s.clock(),
	}
	t.UpdatedAt = t.CreatedAt
	if t.Type == "" {
		t.Type = guessType(m, in.Category, subject)
	}
	bad = append(bad, checkLists(t)...)
	if len(bad) > 0 {
		return Ticket{}, fault.InvalidFields(bad)
	}
	t.Priority = m.Priority(t.Impact, t.Urgency)
	if t.Priority == 1 && !m.MayDeclareP1(actor.Roles) {
		return Ticket{}, fault.New(fault.Forbidden, "only the desk can declare priority 1: "+
			"choose a lower impact or urgency and describe the damage in the text")
	}
	return t, nil
}

// guessType returns the type of a ticket that was opened without one: a question if the
// subject ends in a question mark and there is no category, otherwise the default type of
// the category or the intake.
func guessType(m *model.Service, category, subject string) Type {
	if category == "" && strings.HasSuffix(subject, "?") {
		return Question
	}
	return m.DefaultType(category)
}

// intakeSuggestions returns suggestions with all that the desk may see: only agents are
// shown what is stored with the ticket.
func (s *Service) intakeSuggestions(ctx context.Context, t Ticket) *Suggestions {
	if s.Model().Boundary(t.Category, model.ActionSuggest) == model.BoundaryOff {
		return nil
	}
	got, err := s.Suggester.Suggest(ctx, SuggestRequest{
		Subject: t.Subject, Body: t.Body(), Visibility: kb.VisibleTo(access.System()), Tickets: true,
		At: t.CreatedAt, Requester: t.Requester, Service: t.Service, Created: t.CreatedAt,
	})
	if err != nil {
		s.Log.WarnContext(ctx, "opening a ticket without suggestions", "error", err)
		return nil
	}
	return &got
}

// Suggest returns new suggestions for a ticket, restricted to what the actor may see and
// without the articles dismissed on it.
func (s *Service) Suggest(ctx context.Context, actor access.Actor, id string) (Suggestions, error) {
	t, err := s.Store.Ticket(ctx, id, readScope(actor))
	if err != nil {
		return Suggestions{}, err
	}
	if s.Model().Boundary(t.Category, model.ActionSuggest) == model.BoundaryOff {
		return Suggestions{BelowFloor: true, At: s.clock()}, nil
	}
	got, err := s.Suggester.Suggest(ctx, SuggestRequest{
		Subject: t.Subject, Body: t.Body(), Exclude: t.ID,
		Visibility: kb.VisibleTo(actor), Tickets: actor.ReadsAllTickets(),
		Requester: t.Requester, Service: t.Service, Created: t.CreatedAt,
	})
	dismissed := func(h ArticleHit) bool {
		return slices.ContainsFunc(t.Dismissed, func(d Dismissal) bool { return d.Article == h.Article.ID })
	}
	got.Articles = slices.DeleteFunc(got.Articles, dismissed)
	got.KnownErrors = slices.DeleteFunc(got.KnownErrors, dismissed)
	return got, err
}
