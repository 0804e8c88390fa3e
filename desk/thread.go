package desk

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// NewMessage is a reply or note to be added to a thread.
type NewMessage struct {
	Text        string            // may be empty with files
	Visibility  MessageVisibility // public when empty
	Files       []NewFile
	Channel     Channel
	Idempotency journal.Idempotency
}

// Reply adds a message. A requester's reply moves a pending ticket back to open and, unless
// it only says thanks, reopens a resolved one within the reopen days of the service model; the
// desk's first public reply moves a new ticket to open and is its first response.
func (s *Service) Reply(ctx context.Context, actor access.Actor, id string, in NewMessage) (Ticket, Message, error) {
	text, err := cleanText("text", in.Text, MaxText, len(in.Files) > 0)
	if err != nil {
		return Ticket{}, Message{}, err
	}
	if in.Visibility == "" {
		in.Visibility = PublicReply
	}
	if in.Visibility != PublicReply && in.Visibility != InternalNote {
		return Ticket{}, Message{}, fault.InvalidField("visibility", "must be public or internal")
	}
	if in.Visibility == InternalNote && !actor.Can(access.WorkTickets) {
		return Ticket{}, Message{}, fault.New(fault.Forbidden, "only agents can write internal notes")
	}
	articles, err := s.mentioned(ctx, actor, text)
	if err != nil {
		return Ticket{}, Message{}, err
	}
	m := Message{Kind: Reply, Visibility: in.Visibility, Channel: in.Channel, Text: text}
	if len(in.Files) > 0 {
		if err := s.mayReply(ctx, actor, id); err != nil {
			return Ticket{}, Message{}, err
		}
		if m.Files, err = s.store(ctx, in.Files); err != nil {
			return Ticket{}, Message{}, err
		}
	}
	t, err := s.change(ctx, actor, id, func(t *Ticket) (journal.Entry, error) {
		if err := replyable(actor, *t); err != nil {
			return journal.Entry{}, err
		}
		entry, err := s.addReply(t, actor, m)
		if err != nil {
			return journal.Entry{}, err
		}
		n := len(t.Messages)
		for _, a := range articles {
			linkMentioned(t, actor, a, t.Messages[n-1])
		}
		entry.Idempotency = in.Idempotency
		entry.Idempotency.Object = fmt.Sprintf("%s/%d", t.ID, n)
		return entry, nil
	})
	if err != nil {
		return Ticket{}, Message{}, err
	}
	return t, t.Messages[len(t.Messages)-1], nil
}

// mayReply returns an error unless the actor may reply to the ticket as it is now.
func (s *Service) mayReply(ctx context.Context, actor access.Actor, id string) error {
	t, err := s.Store.Ticket(ctx, id, readScope(actor))
	if err != nil {
		return err
	}
	return replyable(actor, t)
}

func replyable(actor access.Actor, t Ticket) error {
	if !actor.Can(access.WorkTickets) && actor.ID != t.Requester {
		return fault.New(fault.Forbidden, "only the requester and agents can reply")
	}
	if err := requireOpenFor(actor, t); t.Status == Closed && err != nil {
		return err
	}
	return nil
}

// addReply adds a reply to the ticket. The requester's reply to a resolved ticket reopens it,
// unless it only says thanks.
func (s *Service) addReply(t *Ticket, actor access.Actor, m Message) (journal.Entry, error) {
	contradicts := t.Status == Resolved && t.MergedInto == "" && actor.ID == t.Requester &&
		m.Visibility == PublicReply && (s.OnlyThanks == nil || m.Text == "" || !s.OnlyThanks(m.Text))
	if contradicts {
		if err := s.mayReopenStill(*t); err != nil {
			return journal.Entry{}, err
		}
		m.Kind = Reopening
		return s.reopen(t, actor, m), nil
	}
	n := s.append(t, actor, m)
	s.noteMessage(t, t.Messages[n-1])
	return s.event(actor, t.ID, "message_added", Added(t.Messages[n-1])), nil
}

// Replied returns the message of an earlier reply and its ticket, as the actor may see
// them. object is the Object of the *journal.Replay.
func (s *Service) Replied(ctx context.Context, actor access.Actor, object string) (Ticket, Message, error) {
	id, number, _ := strings.Cut(object, "/")
	n, err := strconv.Atoi(number)
	if err != nil {
		return Ticket{}, Message{}, fmt.Errorf("replayed message %q: %w", object, err)
	}
	whole, err := s.Store.Ticket(ctx, id, readScope(actor))
	if err != nil {
		return Ticket{}, Message{}, err
	}
	visible := whole.VisibleMessages(actor.ReadsAllTickets())
	i := slices.IndexFunc(visible, func(m Message) bool { return m.N == n })
	t, err := s.visibleTo(ctx, actor, whole)
	if err == nil && i < 0 {
		err = fault.New(fault.NotFound, "there is no such message in this thread")
	}
	if err != nil {
		return Ticket{}, Message{}, err
	}
	return t, t.Messages[i], nil
}

// noteMessage updates the status and the time of the first response after a message.
func (s *Service) noteMessage(t *Ticket, m Message) {
	switch {
	case m.Visibility == InternalNote || t.Status.Ended():
	case m.FromDesk && !m.Automatic:
		if t.FirstReplyAt.IsZero() {
			t.FirstReplyAt = m.At
		}
		if t.Status == New {
			t.Status = Open
		}
	case !m.FromDesk && t.Status == Pending:
		t.Status = Open
	}
}

// requireOpen returns an error when the ticket has ended.
func requireOpen(t Ticket) error {
	switch {
	case t.MergedInto != "":
		return fault.New(fault.Conflict, "ticket %s was merged into ticket %s; continue there", t.ID, t.MergedInto)
	case t.Status.Ended():
		return fault.New(fault.Conflict, "ticket %s is %s; reopen it first", t.ID, t.Status)
	}
	return nil
}

// requireOpenFor is requireOpen with an error for the actor: a requester must not learn
// the number of somebody else's ticket that theirs was merged into.
func requireOpenFor(actor access.Actor, t Ticket) error {
	if t.MergedInto != "" && !actor.ReadsAllTickets() {
		return fault.New(fault.Conflict,
			"ticket %s is closed: the desk handles it together with another one; open a new ticket if you need more help", t.ID)
	}
	return requireOpen(t)
}

// Link links the ticket, which may have ended, to an article that the actor may see.
// Linking twice changes nothing.
func (s *Service) Link(ctx context.Context, actor access.Actor, id, article string) (Ticket, error) {
	if err := requireWork(actor); err != nil {
		return Ticket{}, err
	}
	if article == "" {
		return Ticket{}, fault.InvalidField("article", "is empty")
	}
	a, err := s.Articles.Article(ctx, actor, article)
	if err != nil {
		return Ticket{}, err
	}
	return s.change(ctx, actor, id, func(t *Ticket) (journal.Entry, error) {
		if !s.linkArticle(t, actor, a.ID, a.Title, false) {
			return journal.Entry{}, errUnchanged
		}
		return s.event(actor, t.ID, "article_linked", map[string]any{"article": a.ID}), nil
	})
}

// linkArticle adds a link with its message, or marks an existing one as applied; it
// reports whether anything changed.
func (s *Service) linkArticle(t *Ticket, actor access.Actor, id, title string, applied bool) bool {
	i := slices.IndexFunc(t.Links, func(l Link) bool { return l.Kind == ArticleLink && l.Target == id })
	if i >= 0 && (t.Links[i].Applied || !applied) {
		return false
	}
	text := "Linked article: " + title
	if applied {
		text = "Applied article: " + title
	}
	n := s.append(t, actor, Message{Kind: Linking, Visibility: InternalNote, Text: text})
	if i >= 0 {
		t.Links[i].Applied, t.Links[i].Message = true, n
		return true
	}
	t.Links = append(t.Links, Link{
		Kind: ArticleLink, Target: id, Title: title, Applied: applied, By: actor.ID, At: s.clock(), Message: n,
	})
	return true
}

// LinkCaptured links a ticket to the article that its resolution has become by the
// approval of a draft. The link counts as applied, because the article describes what
// resolved the ticket, so that it votes for the article on similar tickets.
func (s *Service) LinkCaptured(ctx context.Context, id, draft, article, title string) error {
	_, err := s.change(ctx, access.System(), id, func(t *Ticket) (journal.Entry, error) {
		if !s.linkArticle(t, access.System(), article, title, t.Resolution != nil) {
			return journal.Entry{}, errUnchanged
		}
		if t.Knowledge != nil && t.Knowledge.Review == draft {
			k := *t.Knowledge
			k.Article = article
			t.Knowledge = &k
		}
		return s.event(access.System(), t.ID, "knowledge_published", map[string]any{"article": article, "review": draft}), nil
	})
	return err
}

// RecordKnowledge stores the knowledge decision on the resolution of t. It changes nothing
// when the ticket has been reopened since.
func (s *Service) RecordKnowledge(ctx context.Context, t Ticket, k Knowledge, rule string) error {
	_, err := s.change(ctx, access.System(), t.ID, func(now *Ticket) (journal.Entry, error) {
		if now.Resolution == nil || t.Resolution == nil || !now.Resolution.At.Equal(t.Resolution.At) {
			return journal.Entry{}, errUnchanged
		}
		if now.Knowledge != nil && *now.Knowledge == k {
			return journal.Entry{}, errUnchanged
		}
		now.Knowledge = &k
		return s.event(access.System(), t.ID, "knowledge_decided", map[string]any{
			"decision": k.Decision, "reason": k.Reason, "article": k.Article, "review": k.Review, "rule": rule,
		}), nil
	})
	return err
}
