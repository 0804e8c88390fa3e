package kb

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

// Source is a ticket that a draft is based on.
type Source struct {
	Ticket    string    `json:"ticket"`
	Requester string    `json:"requester"` // user id
	Subject   string    `json:"subject"`
	Message   int       `json:"message"`  // the message that holds the sentence, 0 if unknown
	Confirms  string    `json:"confirms"` // the sentence that confirms the resolution
	At        time.Time `json:"at"`       // when it was added to the draft
	// Reopened is when it was recorded that the ticket's resolution did not hold, zero if it holds.
	Reopened time.Time `json:"reopened,omitzero"`
}

// The limits of what a draft collects from further tickets.
const (
	maxSources  = 50
	maxEvidence = 200
)

// AddSource records that a further ticket was resolved the way an undecided draft
// describes. Its evidence is appended to the draft's; the text does not change, so a
// review in progress is not disturbed. Adding a ticket twice changes nothing, unless it
// was reopened in the meantime and resolved the same way again. It is fault.Conflict if
// the draft has been decided.
func (s *Service) AddSource(
	ctx context.Context, actor access.Actor, id string, from Source, evidence []DraftEvidence,
) (Draft, error) {
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
		again := !d.Source(from.Ticket).Reopened.IsZero()
		if slices.Contains(d.Tickets, from.Ticket) && !again {
			return d, nil
		}
		if !d.Open() {
			return Draft{}, fault.New(fault.Conflict, "draft %s has already been decided", d.ID)
		}
		if len(d.Tickets) >= maxSources && !again {
			return d, nil // one more ticket would not help a reviewer
		}
		held := d.Holds()
		d.add(from, evidence, s.Clock())
		if !held {
			d.Status = InReview // it left the queue because no resolution held
		}
		if d.Checks, err = s.check(ctx, d); err != nil {
			return Draft{}, fmt.Errorf("draft %s: %w", id, err)
		}
		return s.saveDraft(ctx, actor, d, "source_added", "", "")
	})
}

// add appends a source or replaces what is known of it, without writing to what the draft shares with copies.
func (d *Draft) add(from Source, evidence []DraftEvidence, at time.Time) {
	from.At = at
	if !slices.Contains(d.Tickets, from.Ticket) {
		d.Tickets = append(slices.Clone(d.Tickets), from.Ticket)
		d.Subjects = append(slices.Clone(d.Subjects), from.Subject)
	}
	d.setSource(from)
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

// Source returns what is known of a source ticket: only its number and subject if it
// comes from an earlier release.
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

// maxTries is how often a change is tried on a draft that others change at the same time.
const maxTries = 5

// retry repeats a change of a draft while others win the race for its version. A
// conflict for another reason, which would only recur, is returned as it is.
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
