package version

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// Trainer is what differs between the kinds.
type Trainer interface {
	// Train trains on what there is now. inForce is what a new version has to beat, ""
	// for what is shipped.
	Train(ctx context.Context, inForce string) (Outcome, error)
	// Use works with these weights from now on, "" for what is shipped.
	Use(weights string) error
}

// Outcome is the result of a training run.
type Outcome struct {
	State   State // InForce, Rejected or Failed
	Reason  string
	Weights string // JSON, "" where nothing was learned
	Report  any    // marshalled into Version.Report; nil for none
}

// Rules are the names and rules of a kind.
type Rules struct {
	Kind    Kind
	Job     string             // kind of the job that trains
	Object  string             // of the events
	Verb    func(State) string // of the event of a decision
	Discard bool               // a replaced version loses its weights and cannot be activated again
}

// Deps is what a Service works on. All fields but Log are required.
type Deps struct {
	Rules   Rules
	Ledger  Ledger
	Trainer Trainer
	Now     func() time.Time
	Log     *slog.Logger // nil discards
}

// Service runs the life of the versions of one kind.
type Service struct {
	d      Deps
	mu     sync.Mutex
	loaded bool
	inUse  string // id of the version that the trainer uses, "" for what is shipped
}

// New returns a service. Call Load before the first use of what is trained.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{d: d}
}

// Require returns fault.Forbidden unless the actor has the permission; background work
// has every one.
func Require(actor access.Actor, p access.Permission) error {
	if actor.ID == access.SystemID || actor.Can(p) {
		return nil
	}
	return fault.New(fault.Forbidden, "this needs the permission %s", p)
}

func (s *Service) now() time.Time { return s.d.Now().UTC().Truncate(time.Microsecond) }

// StartTraining asks for a training run. While one is under way it returns that one, and
// fresh is false.
func (s *Service) StartTraining(ctx context.Context, actor access.Actor) (v Version, fresh bool, err error) {
	if err := Require(actor, access.EditModel); err != nil {
		return Version{}, false, err
	}
	r := s.d.Rules
	v = Version{Kind: r.Kind, State: Training, By: actor.ID, CreatedAt: s.now()}
	v, err = s.d.Ledger.StartVersion(ctx, v, func(id string) journal.Entry {
		return journal.Entry{
			Events: []journal.Event{{At: v.CreatedAt, Actor: actor.ID, Object: r.Object, ID: id, Verb: "training_started"}},
			Jobs:   []journal.Job{{Kind: r.Job, Key: r.Job + " " + id, Payload: journal.Data(Job{ID: id})}},
		}
	})
	if fault.Is(err, fault.Conflict) {
		latest, e := s.Latest(ctx)
		if e == nil && latest.State == Training {
			return latest, false, nil
		}
		err = errors.Join(err, e)
	}
	if err != nil {
		return Version{}, false, fmt.Errorf("start training the %s: %w", r.Kind, err)
	}
	return v, true, nil
}

// WorkTraining trains a version and decides on it. A version that is no longer in
// training stays as it is, so that a job may run twice.
func (s *Service) WorkTraining(ctx context.Context, id string) error {
	v, in, err := s.underWay(ctx, id)
	if err != nil || v.State != Training {
		return err
	}
	if in.ID != "" {
		if in, err = s.d.Ledger.Version(ctx, in.Kind, in.ID); err != nil {
			return err
		}
	}
	o, err := s.d.Trainer.Train(ctx, in.Weights)
	if err != nil {
		return fmt.Errorf("train the %s: %w", s.d.Rules.Kind, err)
	}
	v.State, v.Reason, v.Weights = o.State, o.Reason, o.Weights
	if o.Report != nil {
		report, err := json.Marshal(o.Report)
		if err != nil {
			return fmt.Errorf("train the %s: %w", s.d.Rules.Kind, err)
		}
		v.Report = string(report)
	}
	return s.decide(ctx, access.SystemID, v, Replaced, in.ID)
}

// FailTraining ends a training run that cannot be finished, with the reason.
func (s *Service) FailTraining(ctx context.Context, id, reason string) error {
	v, in, err := s.underWay(ctx, id)
	if err != nil || v.State != Training {
		return err
	}
	v.State, v.Reason = Failed, reason
	return s.decide(ctx, access.SystemID, v, "", in.ID)
}

// underWay returns the version and the one in force.
func (s *Service) underWay(ctx context.Context, id string) (v, in Version, err error) {
	if v, err = s.d.Ledger.Version(ctx, s.d.Rules.Kind, id); err != nil {
		return v, in, err
	}
	in, err = s.InForce(ctx)
	return v, in, err
}

// Activate puts a trained version into force, or what is shipped when id is Shipped: the
// way back from every switch.
func (s *Service) Activate(ctx context.Context, actor access.Actor, id string) (Version, error) {
	if err := Require(actor, access.EditModel); err != nil {
		return Version{}, err
	}
	in, err := s.InForce(ctx)
	if err != nil {
		return Version{}, err
	}
	v := Version{Kind: s.d.Rules.Kind}
	if id != Shipped {
		if v, err = s.d.Ledger.Version(ctx, v.Kind, id); err != nil {
			return Version{}, err
		}
	}
	switch {
	case v.ID == in.ID:
		v.State = InForce
		return v, nil
	case v.ID != "" && v.Weights == "":
		return Version{}, fault.New(fault.Conflict, "version %s has no weights that could be used", id)
	}
	v.State, v.Reason, v.DecidedAt = InForce, cmp.Or(v.Reason, "chosen by hand"), s.now()
	if err := s.decide(ctx, actor.ID, v, Reverted, in.ID); err != nil {
		return Version{}, fmt.Errorf("activate %s %s: %w", s.d.Rules.Kind, id, err)
	}
	return v, nil
}

// decide writes a version's state, with an event that names what was in force before and
// after, and makes the trainer follow.
func (s *Service) decide(ctx context.Context, by string, v Version, former State, before string) error {
	v.DecidedAt = s.now()
	after := before
	if v.State == InForce {
		after = v.ID
	}
	r := s.d.Rules
	err := s.d.Ledger.DecideVersion(ctx, v, former, r.Discard, journal.Entry{Events: []journal.Event{{
		At: v.DecidedAt, Actor: by, Object: r.Object, ID: cmp.Or(v.ID, Shipped), Verb: r.Verb(v.State),
		Data: journal.Data(map[string]string{
			"before": cmp.Or(before, Shipped), "after": cmp.Or(after, Shipped), "reason": v.Reason,
		}),
	}}})
	if err != nil {
		return err
	}
	return s.Load(ctx)
}

// ListVersions lists versions without their weights, newest first.
func (s *Service) ListVersions(ctx context.Context, actor access.Actor, limit int) ([]Version, error) {
	if err := Require(actor, access.ReadReports); err != nil {
		return nil, err
	}
	return s.d.Ledger.Versions(ctx, s.d.Rules.Kind, limit)
}

// Latest returns the newest version, the zero one where nothing was ever trained.
func (s *Service) Latest(ctx context.Context) (Version, error) {
	list, err := s.d.Ledger.Versions(ctx, s.d.Rules.Kind, 1)
	if err != nil || len(list) == 0 {
		return Version{}, err
	}
	return list[0], nil
}

// InForce returns the version in force without its weights; one without id stands for
// what is shipped.
func (s *Service) InForce(ctx context.Context) (Version, error) {
	v, err := s.d.Ledger.VersionInForce(ctx, s.d.Rules.Kind)
	if fault.Is(err, fault.NotFound) {
		return Version{Kind: s.d.Rules.Kind}, nil
	}
	return v, err
}

// Load makes the trainer use the version in force, which another process may have
// switched. Weights that this program cannot read leave those in use as they are: other
// weights are better than none.
func (s *Service) Load(ctx context.Context) error {
	in, err := s.InForce(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.loaded && s.inUse == in.ID {
		return nil
	}
	if in.ID != "" {
		if in, err = s.d.Ledger.Version(ctx, in.Kind, in.ID); err != nil {
			return err
		}
	}
	if err := s.d.Trainer.Use(in.Weights); err != nil {
		s.d.Log.ErrorContext(ctx, "trained weights cannot be used",
			"kind", in.Kind, "version", in.ID, "reason", err.Error())
	}
	s.inUse, s.loaded = in.ID, true
	return nil
}

const (
	betweenNights = 20 * time.Hour
	nightFrom     = 2 // hours of the server's day in which nightly work starts
	nightTo       = 5
)

// AtNight reports whether it is time to start nightly work.
func AtNight(now time.Time) bool {
	h := now.Local().Hour()
	return h >= nightFrom && h < nightTo
}

// NightlyDue reports whether it is time to start nightly work that was last started then.
func NightlyDue(now, last time.Time) bool { return AtNight(now) && now.Sub(last) >= betweenNights }
