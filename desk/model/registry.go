package model

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

// Registry holds the service model in force with its versions. The versions in the store are
// the truth; all methods may be called at the same time.
type Registry struct {
	store   Store
	now     func() time.Time
	current atomic.Pointer[stored]
	mu      sync.Mutex // of past and of what puts a version into force
	past    []InForce
	onLoad  []func(*Service)
}

type stored struct {
	model *Service
	Version
}

// NewRegistry returns a registry without a service model: Load or Add comes first.
func NewRegistry(s Store, now func() time.Time) *Registry { return &Registry{store: s, now: now} }

// OnLoad registers what is called with every service model that comes into force, beginning
// with the present one if there is one.
func (r *Registry) OnLoad(f func(*Service)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.onLoad = append(r.onLoad, f)
	if c := r.current.Load(); c != nil {
		f(c.model)
	}
}

// Model returns the service model in force.
func (r *Registry) Model() *Service { return r.current.Load().model }

// Current returns the version in force.
func (r *Registry) Current() Version { return r.current.Load().Version }

// Loaded reports whether a service model is in force.
func (r *Registry) Loaded() bool { return r.current.Load() != nil }

// Load puts the newest version in the store into force. A version that this program cannot
// parse, because an older or newer one knew another form, is an error, and the last one stays
// in force.
func (r *Registry) Load(ctx context.Context) error {
	v, err := r.store.LastModelVersion(ctx)
	if err != nil {
		return err
	}
	if c := r.current.Load(); c != nil && c.Number == v.Number {
		return nil
	}
	m, err := Parse([]byte(v.Text))
	if err != nil {
		return fmt.Errorf("version %d of the service model: %w", v.Number, err)
	}
	r.put(m, v)
	return nil
}

// put puts a version into force, unless a later one is.
func (r *Registry) put(m *Service, v Version) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := r.current.Load(); c != nil && c.Number >= v.Number {
		return
	}
	m.Number = v.Number
	r.current.Store(&stored{m, v})
	r.past = nil
	for _, f := range r.onLoad {
		f(m)
	}
}

// AddFile puts the text of a file into force. The same text as that of the version in force
// changes nothing.
func (r *Registry) AddFile(ctx context.Context, text []byte, reason string) (Version, error) {
	m, err := Parse(text)
	if err != nil {
		return Version{}, err
	}
	v := Version{Text: string(text), Author: AuthorFile, Reason: reason, At: r.now().UTC()}
	return r.add(ctx, m, v, -1, nil)
}

func (r *Registry) add(ctx context.Context, m *Service, v Version, base int, decided *Proposal) (Version, error) {
	var before *Service
	if c := r.current.Load(); c != nil {
		before = c.model
	}
	v, err := r.store.AddModelVersion(ctx, v, base, decided, func(v Version) journal.Entry {
		return versionEntry(v, before, m, decided)
	})
	if err != nil {
		return v, err
	}
	r.put(m, v)
	return v, nil
}

// versionEntry records a new version, with those who own the process, the platform and the
// people, and who may declare priority 1, where that has changed.
func versionEntry(v Version, before, after *Service, decided *Proposal) journal.Entry {
	data := map[string]any{"author": v.Author, "reason": v.Reason}
	if before != nil {
		for key, pair := range map[string][2]any{
			"process_owner":  {before.Owners.Process, after.Owners.Process},
			"platform_owner": {before.Owners.Platform, after.Owners.Platform},
			"people_lead":    {before.Owners.People, after.Owners.People},
		} {
			if pair[0] != pair[1] {
				data[key] = pair
			}
		}
		if !slices.Equal(before.PriorityOneRoles, after.PriorityOneRoles) {
			data["may_declare_1"] = [2]any{before.PriorityOneRoles, after.PriorityOneRoles}
		}
	}
	actor := v.Author
	if actor == AuthorFile {
		actor = access.SystemID
	}
	if decided != nil {
		data["proposal"], data["approved_by"] = decided.ID, decided.DecidedBy
	}
	e := journal.Event{
		At: v.At, Actor: actor, Object: journal.Model, ID: strconv.Itoa(v.Number), Verb: "changed", Data: journal.Data(data),
	}
	return journal.Entry{Events: []journal.Event{e}, Notices: ownerNotices(v, before, after)}
}

// ownerNotices tell the owner of the process about a new version that somebody else made,
// and those who become an owner that they are.
func ownerNotices(v Version, before, after *Service) []journal.Notice {
	if before == nil {
		return nil
	}
	tell := func(who, key, title string) journal.Notice {
		return journal.Notice{
			Key: fmt.Sprintf("model/%d/%s", v.Number, key), Recipient: "mail:" + who, Title: title, Detail: v.Reason,
			Object: journal.Model, ID: strconv.Itoa(v.Number),
		}
	}
	var out []journal.Notice
	if after.Owners.Process != "" {
		out = append(out, tell(after.Owners.Process, "changed", fmt.Sprintf("Version %d of the service model is in force",
			v.Number)))
	}
	for _, o := range []struct{ key, before, after, title string }{
		{"process_owner", before.Owners.Process, after.Owners.Process, "You are the owner of the process"},
		{"platform_owner", before.Owners.Platform, after.Owners.Platform, "You are the owner of the platform"},
		{"people_lead", before.Owners.People, after.Owners.People, "You are the lead of the people"},
	} {
		if o.after != "" && o.after != o.before {
			out = append(out, tell(o.after, o.key, o.title))
		}
	}
	return out
}

// maxReasonRunes bounds why a version was made.
const maxReasonRunes = 2000

// Put puts a changed text into force or, where the service model in force wants changes
// reviewed, proposes it. base is the number of the version that was edited; when it is no
// longer in force, it is fault.Conflict. Exactly one of the results is set.
func (r *Registry) Put(
	ctx context.Context, actor access.Actor, base int, text, reason string,
) (*Version, *Proposal, error) {
	if !actor.Can(access.EditModel) {
		return nil, nil, fault.New(fault.Forbidden, "only a service manager can change the service model")
	}
	reason = strings.TrimSpace(reason)
	if reason == "" || len([]rune(reason)) > maxReasonRunes {
		return nil, nil, fault.InvalidField("reason", "says in at most %d characters why the change is made", maxReasonRunes)
	}
	m, err := Parse([]byte(text))
	if err != nil {
		return nil, nil, err
	}
	now := r.Current()
	if base != now.Number {
		return nil, nil, fault.New(fault.Conflict,
			"version %d of the service model is in force by now, and yours changes version %d; compare them", now.Number, base)
	}
	if text == now.Text {
		return &now, nil, nil
	}
	if r.Model().Reviewed {
		p, err := r.propose(ctx, actor, Proposal{
			Base: base, Text: text, Author: actor.ID, Reason: reason, At: r.now().UTC(), State: ProposalOpen,
		})
		return nil, &p, err
	}
	v := Version{Text: text, Author: actor.ID, Reason: reason, At: r.now().UTC()}
	if v, err = r.add(ctx, m, v, base, nil); err != nil {
		return nil, nil, err
	}
	return &v, nil, nil
}

func (r *Registry) propose(ctx context.Context, actor access.Actor, p Proposal) (Proposal, error) {
	return r.store.AddModelProposal(ctx, p, func(p Proposal) journal.Entry {
		return journal.Entry{
			Events: []journal.Event{proposalEvent(actor, p, "proposed", p.At)},
			Notices: []journal.Notice{{
				Key: fmt.Sprintf("model/proposal/%d", p.ID), Task: true, Recipient: "role:" + string(access.ServiceManager),
				Title: "Review a change of the service model", Detail: p.Reason, Object: journal.Model, ID: strconv.Itoa(p.ID),
			}},
		}
	})
}

func proposalEvent(actor access.Actor, p Proposal, verb string, at time.Time) journal.Event {
	return journal.Event{
		At: at, Actor: actor.ID, Object: journal.Model, ID: "proposal/" + strconv.Itoa(p.ID), Verb: verb,
		Data: journal.Data(map[string]any{"base": p.Base, "reason": p.Reason, "comment": p.Comment}),
	}
}

// Decide approves or rejects an open proposal. Who proposed a change may reject it, and
// cannot approve it.
func (r *Registry) Decide(ctx context.Context, actor access.Actor, id int, approve bool, comment string) (Proposal,
	error,
) {
	if !actor.Can(access.EditModel) {
		return Proposal{}, fault.New(fault.Forbidden, "only a service manager can decide on the service model")
	}
	p, err := r.store.ModelProposal(ctx, id)
	if err != nil {
		return p, err
	}
	if p.State != ProposalOpen {
		return p, fault.New(fault.Conflict, "the proposal is %s already", p.State)
	}
	if approve && actor.ID == p.Author {
		return p, fault.New(fault.Forbidden, "another person must approve the change: the service model says so")
	}
	p.DecidedBy, p.DecidedAt, p.Comment = actor.ID, r.now().UTC(), strings.TrimSpace(comment)
	if !approve {
		p.State = ProposalRejected
		e := proposalEvent(actor, p, "rejected", p.DecidedAt)
		return p, r.store.DecideModelProposal(ctx, p, journal.Entry{Events: []journal.Event{e}})
	}
	p.State = ProposalApproved
	m, err := Parse([]byte(p.Text))
	if err != nil {
		return p, err
	}
	v := Version{Text: p.Text, Author: p.Author, Reason: p.Reason, At: p.DecidedAt}
	_, err = r.add(ctx, m, v, p.Base, &p)
	return p, err
}

// Versions lists versions, newest first, before a number (0 for the newest).
func (r *Registry) Versions(ctx context.Context, before, limit int) ([]Version, error) {
	return r.store.ModelVersions(ctx, before, limit)
}

// Version returns a version; fault.NotFound when there is none with that number.
func (r *Registry) Version(ctx context.Context, number int) (Version, error) {
	list, err := r.store.ModelVersions(ctx, number+1, 1)
	if err == nil && (len(list) == 0 || list[0].Number != number) {
		err = fault.New(fault.NotFound, "there is no version %d of the service model", number)
	}
	if err != nil {
		return Version{}, err
	}
	return list[0], nil
}

// Proposals lists the newest proposals.
func (r *Registry) Proposals(ctx context.Context) ([]Proposal, error) {
	return r.store.ModelProposals(ctx, 50)
}

// Proposal returns a proposal; fault.NotFound when there is none.
func (r *Registry) Proposal(ctx context.Context, id int) (Proposal, error) {
	return r.store.ModelProposal(ctx, id)
}

// Timeline returns the service models that were in force, the oldest first, up to the
// present one. Versions that this program cannot parse are left out.
func (r *Registry) Timeline(ctx context.Context) ([]InForce, error) {
	current := r.current.Load()
	if current == nil {
		return nil, errors.New("no service model is in force")
	}
	r.mu.Lock()
	known := r.past
	r.mu.Unlock()
	if known != nil && known[len(known)-1].Model.Number == current.Number {
		return known, nil
	}
	var out []InForce
	for before := 0; ; {
		list, err := r.store.ModelVersions(ctx, before, 100)
		if err != nil {
			return nil, fmt.Errorf("versions of the service model: %w", err)
		}
		for _, v := range list {
			if m, err := Parse([]byte(v.Text)); err == nil && v.Number <= current.Number {
				m.Number = v.Number
				out = append(out, InForce{From: v.At, Model: m})
			}
			before = v.Number
		}
		if len(list) < 100 {
			break
		}
	}
	slices.Reverse(out)
	if len(out) == 0 || out[len(out)-1].Model.Number != current.Number {
		out = append(out, InForce{From: current.At, Model: current.model})
	}
	r.mu.Lock()
	r.past = out
	r.mu.Unlock()
	return out, nil
}
