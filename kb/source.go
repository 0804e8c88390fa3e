package kb

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

// Source is a ticket that a draft rests on.
type Source struct {
	Ticket    string    `json:"ticket"`
	Requester string    `json:"requester"` // user id
	Subject   string    `json:"subject"`
	Message   int       `json:"message"`  // where the sentence stands, 0 when none is named
	Confirms  string    `json:"confirms"` // the sentence that confirms the resolution
	At        time.Time `json:"at"`       // when the draft gained it
}

// The bounds of what a draft collects from further tickets.
const (
	maxSources  = 50
	maxEvidence = 200
)

// AddSource notes that a further ticket was resolved just as an undecided draft
// tells. Its evidence goes behind the draft's own; the text stays as it is, so a
// review under way is not disturbed. Adding a ticket twice changes nothing. It is
// fault.Conflict when the draft is decided.
func (s *Service) AddSource(ctx context.Context, actor access.Actor, id string, from Source, evidence []DraftEvidence) (Draft, error) {
	if !isSystem(actor) {
		if err := require(actor, access.WriteArticles, "add to drafts"); err != nil {
			return Draft{}, err
		}
	}
	if from.Ticket == "" {
		return Draft{}, fault.InvalidField("ticket", "is empty")
	}
	return s.retry(ctx, id, func() (Draft, error) {
		d, err := s.store.Draft(ctx, id)
		if err != nil {
			return Draft{}, fmt.Errorf("draft %s: %w", id, err)
		}
		if slices.Contains(d.Tickets, from.Ticket) {
			return d, nil
		}
		if !d.open() {
			return Draft{}, fault.New(fault.Conflict, "draft %s is decided already", d.ID)
		}
		if len(d.Tickets) >= maxSources {
			return d, nil // another ticket would tell a reviewer nothing new
		}
		d.add(from, evidence, s.clock())
		if d.Checks, err = s.check(ctx, d); err != nil {
			return Draft{}, fmt.Errorf("draft %s: %w", id, err)
		}
		return s.saveDraft(ctx, actor, d, "source_added", "", "")
	})
}

// add takes a further source in. What is shared with copies is not written to.
func (d *Draft) add(from Source, evidence []DraftEvidence, at time.Time) {
	from.At = at
	d.Tickets = append(slices.Clone(d.Tickets), from.Ticket)
	d.Subjects = append(slices.Clone(d.Subjects), from.Subject)
	d.Sources = append(slices.Clone(d.Sources), from)
	d.Evidence = slices.Clone(d.Evidence)
	for _, e := range evidence {
		if len(d.Evidence) == maxEvidence {
			break
		}
		e.N, e.Ticket = len(d.Evidence)+1, from.Ticket
		d.Evidence = append(d.Evidence, e)
	}
	d.Fingerprint = fingerprint(*d)
}

// Source gives what is known of a source ticket: no more than its number and subject
// for those of earlier releases.
func (d Draft) Source(ticket string) Source {
	for _, s := range d.Sources {
		if s.Ticket == ticket {
			return s
		}
	}
	s := Source{Ticket: ticket}
	if i := slices.Index(d.Tickets, ticket); i >= 0 && i < len(d.Subjects) {
		s.Subject = d.Subjects[i]
	}
	return s
}

// maxTries bounds how often a change is made again on a draft that somebody else
// changed meanwhile.
const maxTries = 5

// retry makes a change of a draft again while others win the race for its version.
// A conflict for another reason, which the draft as it stands would meet again, is
// returned as it is.
func (s *Service) retry(ctx context.Context, id string, change func() (Draft, error)) (Draft, error) {
	for try := 1; ; try++ {
		before, err := s.store.Draft(ctx, id)
		if err != nil {
			return Draft{}, fmt.Errorf("draft %s: %w", id, err)
		}
		d, err := change()
		if err == nil || !fault.Is(err, fault.Conflict) || try == maxTries {
			return d, err
		}
		if now, again := s.store.Draft(ctx, id); again != nil || now.Version == before.Version {
			return d, err
		}
	}
}
