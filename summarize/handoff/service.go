package handoff

import (
	"context"
	"fmt"
	"hash/maphash"
	"log/slog"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// Summarizer writes summaries. *Writer is one.
type Summarizer interface {
	StreamSummary(ctx context.Context, t desk.Ticket, p Progress) (Summary, error)
}

// Store stores one summary a ticket.
type Store interface {
	// Summary returns the stored summary of a ticket; fault.NotFound if there is none.
	Summary(ctx context.Context, ticket string) (Stored, error)
	// SaveSummary stores k. Its Version must be one more than the stored one (1 for the
	// first); otherwise the error is fault.Conflict.
	SaveSummary(ctx context.Context, k Stored, entry journal.Entry) error
}

// retryAfter is how long the extractive text stands in for a failed model before the
// next reader asks the model again.
const retryAfter = 5 * time.Minute

// Deps are the dependencies of a Service.
type Deps struct {
	Writer Summarizer
	// Store stores the summaries; without it each reader's is generated and none can be edited.
	Store Store
	Now   func() time.Time // time.Now if nil
	Log   *slog.Logger     // discarded if nil
}

// Service manages the summaries of tickets: generated once for each version of a
// thread, marked stale when the thread moves on, edited by people, sent with escalations.
// All of it is for staff only. It is safe for concurrent use.
type Service struct {
	deps  Deps
	seed  maphash.Seed
	locks [64]chan struct{} // readers of a ticket share one; so may two tickets
}

// New returns a Service.
func New(d Deps) *Service {
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{deps: d, seed: maphash.MakeSeed()}
	for i := range s.locks {
		s.locks[i] = make(chan struct{}, 1)
	}
	return s
}

// lock waits until no other request of this process is generating a summary of the ticket.
func (s *Service) lock(ctx context.Context, ticket string) (unlock func(), err error) {
	lock := s.locks[maphash.String(s.seed, ticket)%uint64(len(s.locks))]
	select {
	case lock <- struct{}{}:
		return func() { <-lock }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Summary returns the stored summary of the ticket, however old, or generates one if
// there is none. p receives a summary that is being generated.
func (s *Service) Summary(ctx context.Context, t desk.Ticket, p Progress) (Stored, error) {
	k, err := s.Stored(ctx, t.ID)
	if err != nil {
		return Stored{}, err
	}
	if k.Version > 0 && !s.Retry(k, t) {
		return k, nil
	}
	return s.generate(ctx, t, k.Version, p)
}

// Renew returns a summary of the thread as it is now. One that covers the whole thread is
// not regenerated.
func (s *Service) Renew(ctx context.Context, t desk.Ticket, p Progress) (Stored, error) {
	k, err := s.Stored(ctx, t.ID)
	if err != nil {
		return Stored{}, err
	}
	if k.covers(t) && k.Generated.Reason == "" {
		return k, nil
	}
	return s.generate(ctx, t, k.Version, p)
}

// Stored returns the stored summary of the ticket without generating one; its Version is
// 0 if there is none.
func (s *Service) Stored(ctx context.Context, ticket string) (Stored, error) {
	if s.deps.Store == nil {
		return Stored{Ticket: ticket}, nil
	}
	k, err := s.deps.Store.Summary(ctx, ticket)
	if fault.Is(err, fault.NotFound) {
		return Stored{Ticket: ticket}, nil
	}
	if err != nil {
		return Stored{}, fmt.Errorf("summary of ticket %s: %w", ticket, err)
	}
	k.Ticket = ticket
	return k, nil
}

// Retry reports whether the text stands in for that of a model that failed long enough
// ago to be asked again.
func (s *Service) Retry(k Stored, t desk.Ticket) bool {
	return k.Generated.Reason != "" && k.Edit == nil && k.Generated.ThreadVersion >= lastMessage(t) &&
		s.deps.Now().Sub(k.At) > retryAfter
}

// generate writes a summary and stores it. Concurrent readers wait for the first one's,
// even if the model failed: otherwise each of them would ask it again in turn. seen is
// the version that the reader found.
func (s *Service) generate(ctx context.Context, t desk.Ticket, seen int, p Progress) (Stored, error) {
	unlock, err := s.lock(ctx, t.ID)
	if err != nil {
		return Stored{}, err
	}
	defer unlock()
	k, err := s.Stored(ctx, t.ID)
	if err != nil {
		return Stored{}, err
	}
	if k.covers(t) && (k.Generated.Reason == "" || k.Version > seen) {
		return k, nil // somebody else has generated it in the meantime
	}
	summary, err := s.deps.Writer.StreamSummary(ctx, t, p)
	if err != nil {
		return Stored{}, err
	}
	k.Generated, k.At = summary, s.deps.Now().UTC()
	return s.save(ctx, k), nil
}

// save stores a generated summary. One that cannot be stored can still be read.
func (s *Service) save(ctx context.Context, k Stored) Stored {
	if s.deps.Store == nil {
		return k
	}
	next := k
	next.Version++
	err := s.deps.Store.SaveSummary(context.WithoutCancel(ctx), next, journal.Entry{})
	if err == nil {
		return next
	}
	if fault.Is(err, fault.Conflict) {
		now, err := s.Stored(ctx, k.Ticket)
		if err == nil && now.Generated.ThreadVersion >= k.Generated.ThreadVersion {
			return now // another process was faster
		}
	}
	s.deps.Log.WarnContext(ctx, "summary not stored", "ticket", k.Ticket, "error", err)
	return k
}
