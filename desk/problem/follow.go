package problem

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
)

const (
	eventsAtOnce = 1_000
	mostMarked   = 200 // incidents of one cluster that are looked at
	mostAlike    = 5
	mostTickets  = 500 // of a candidate
	mostRead     = 50  // tickets of a candidate whose text is read for what they share
)

// Follow considers the tickets that were opened or changed since it last did.
func (s *Service) Follow(ctx context.Context) error {
	s.following.Lock()
	defer s.following.Unlock()
	for {
		known, last, err := s.Store.PatternsAt(ctx)
		if err != nil || known >= last {
			return err
		}
		tickets, upTo, err := s.Store.TicketsAfter(ctx, known, eventsAtOnce)
		if err != nil {
			return err
		}
		incidents, err := s.Store.Incidents(ctx, tickets, s.windowFrom())
		if err != nil {
			return err
		}
		for _, i := range incidents {
			if err := s.consider(ctx, i); err != nil {
				return fmt.Errorf("look for patterns around ticket %s: %w", i.Ticket, err)
			}
		}
		err = s.Store.AdvancePatterns(ctx, known, upTo)
		if err != nil && !fault.Is(err, fault.Conflict) { // another process has considered them
			return err
		}
	}
}

// windowFrom returns when an incident must have been opened to count.
func (s *Service) windowFrom() time.Time {
	rule := s.Model().Problems
	return s.clock().Add(-max(rule.ClusterWithin, rule.OutageWithin))
}

// consider adds an incident to the candidate or problem that it belongs to, or makes a candidate
// of it and others.
func (s *Service) consider(ctx context.Context, i Incident) error {
	marks := MarksOf(i, s.Reader.Signatures(i.Subject+"\n"+i.Body))
	marks, err := s.addTextMark(ctx, i, marks)
	if err != nil {
		return err
	}
	if err := s.Store.SaveMarks(ctx, i, marks); err != nil {
		return err
	}
	if !i.Incident {
		return nil
	}
	for _, find := range []func(context.Context, Incident, []Mark) (bool, error){s.join, s.gather, s.raise} {
		if done, err := find(ctx, i, marks); err != nil || done {
			return err
		}
	}
	return nil
}

// addTextMark adds the mark that an incident shares with those of much the same text: the oldest of
// them names it.
func (s *Service) addTextMark(ctx context.Context, i Incident, marks []Mark) ([]Mark, error) {
	if !i.Incident || slices.ContainsFunc(marks, func(m Mark) bool { return m.Kind == BySignature }) {
		return marks, nil // an error code says more than the words around it
	}
	alike, err := s.Reader.Alike(ctx, i)
	if err != nil {
		return nil, err
	}
	others, err := s.Store.Incidents(ctx, alike[:min(len(alike), mostAlike)], s.windowFrom())
	if err != nil {
		return nil, err
	}
	own := Mark{ByText, i.Ticket}
	for _, o := range others {
		if !o.Incident || !o.CreatedAt.Before(i.CreatedAt) && !earlier(o.Ticket, i.Ticket) {
			continue
		}
		if own, err = s.Store.TextMark(ctx, o.Ticket); err == nil {
			break
		}
		if !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		own = Mark{ByText, i.Ticket}
	}
	at := slices.IndexFunc(marks, func(m Mark) bool { return m.Kind == ByPlace })
	if at < 0 {
		at = len(marks)
	}
	return slices.Insert(marks, at, own), nil
}

func earlier(a, b string) bool { return a != b && addTickets(nil, a, b)[0] == a }

// join adds an incident to an open candidate, or to the problem that a candidate has become.
func (s *Service) join(ctx context.Context, i Incident, marks []Mark) (bool, error) {
	for _, m := range append(slices.Clone(marks), Mark{ByTicket, i.Ticket}) {
		c, err := s.current(ctx, m.Key())
		switch {
		case fault.Is(err, fault.NotFound):
			continue
		case err != nil:
			return false, err
		case c.State == Waiting:
			return true, s.extend(ctx, c, m, i)
		case c.State == Accepted:
			if done, err := s.joinProblem(ctx, c.Into, i); err != nil || done {
				return done, err
			}
		case slices.Contains(c.Tickets, i.Ticket):
			return true, nil // dismissed with it
		}
	}
	return false, nil
}

// current returns the newest candidate with a key, or the one that it was merged into.
func (s *Service) current(ctx context.Context, key string) (Candidate, error) {
	c, err := s.Store.CandidateOf(ctx, key)
	for hops := 0; err == nil && c.State == Merged && hops < 10; hops++ {
		c, err = s.Store.Candidate(ctx, c.Into)
	}
	return c, err
}

func (s *Service) extend(ctx context.Context, c Candidate, m Mark, i Incident) error {
	before := c
	if len(c.Tickets) < mostTickets {
		c.Tickets = addTickets(c.Tickets, i.Ticket)
	}
	group, err := s.Store.Marked(ctx, m, s.windowFrom(), mostMarked)
	if err != nil {
		return err
	}
	rule := s.Model().Problems
	if c.Rule == ByPriority && len(c.Tickets) >= rule.ClusterIncidents {
		c.Rule = ByCluster
	}
	s.suspect(&c, group, i.CreatedAt)
	if err := s.readEvidence(ctx, &c); err != nil {
		return err
	}
	if len(c.Tickets) == len(before.Tickets) && c.Rule == before.Rule && c.OutageAt.Equal(before.OutageAt) &&
		c.Reopenings == before.Reopenings && slices.Equal(c.Services, before.Services) {
		return nil
	}
	return s.save(ctx, c, s.found(c, "extended", c.ID, i.Ticket))
}

func (s *Service) joinProblem(ctx context.Context, id string, i Incident) (bool, error) {
	p, err := s.Store.Problem(ctx, id)
	if err != nil || p.State != Open {
		return false, err
	}
	if slices.Contains(p.Tickets, i.Ticket) {
		return true, nil
	}
	p.Tickets = addTickets(p.Tickets, i.Ticket)
	entry := s.event(access.System(), journal.Problem, p.ID, "extended", map[string]any{"ticket": i.Ticket})
	return true, s.saveProblem(ctx, p, nil, entry)
}

// gather makes a candidate of the incidents that share a mark, if there are as many as a rule asks
// for that belong to no candidate and no problem yet.
func (s *Service) gather(ctx context.Context, i Incident, marks []Mark) (bool, error) {
	rule := s.Model().Problems
	for _, m := range marks {
		group, err := s.Store.Marked(ctx, m, s.windowFrom(), mostMarked)
		if err != nil {
			return false, err
		}
		group = slices.DeleteFunc(group, func(x Marked) bool { return x.Covered })
		if len(group) < rule.ClusterIncidents && during(group, i.CreatedAt, rule.OutageWithin) < rule.OutageIncidents {
			continue
		}
		if quiet, err := s.quiet(ctx, m); err != nil || quiet {
			return quiet, err
		}
		c := Candidate{Key: m.Key(), Rule: ByCluster}
		for _, x := range group {
			c.Tickets = append(c.Tickets, x.Ticket)
		}
		s.suspect(&c, group, i.CreatedAt)
		return true, s.add(ctx, c)
	}
	return false, nil
}

// during counts the incidents in the window that ends with at.
func during(group []Marked, at time.Time, within time.Duration) (n int) {
	for _, x := range group {
		if !x.At.After(at) && x.At.After(at.Add(-within)) {
			n++
		}
	}
	return n
}

// suspect marks a candidate as a suspected outage if the rule says so.
func (s *Service) suspect(c *Candidate, group []Marked, at time.Time) {
	rule := s.Model().Problems
	now := s.clock()
	if during(group, at, rule.OutageWithin) < rule.OutageIncidents || now.Before(c.OutageAt.Add(rule.OutageQuiet)) {
		return
	}
	c.Rule, c.OutageAt = ByOutage, now
}

// quiet reports whether an outage with this mark was suspected, and dismissed, so recently that
// another one is not.
func (s *Service) quiet(ctx context.Context, m Mark) (bool, error) {
	c, err := s.current(ctx, m.Key())
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil && s.clock().Before(c.OutageAt.Add(s.Model().Problems.OutageQuiet)), err
}

// raise makes a candidate of a priority 1 on a critical service.
func (s *Service) raise(ctx context.Context, i Incident, marks []Mark) (bool, error) {
	m := s.Model()
	service, known := m.Service(i.Service)
	if !m.Problems.CriticalPriority || i.Priority != 1 || !known || !service.Critical {
		return false, nil
	}
	marks = append(slices.Clone(marks), Mark{ByTicket, i.Ticket})
	group, err := s.Store.Marked(ctx, marks[0], s.windowFrom(), mostMarked)
	if err != nil {
		return false, err
	}
	for _, x := range group {
		if x.Ticket == i.Ticket && x.Covered {
			return true, nil
		}
	}
	return true, s.add(ctx, Candidate{Key: marks[0].Key(), Rule: ByPriority, Tickets: []string{i.Ticket}})
}

// add stores a new candidate with its evidence.
func (s *Service) add(ctx context.Context, c Candidate) error {
	c.Version, c.State, c.UpdatedAt = 1, Waiting, s.clock()
	c.Tickets = addTickets(nil, c.Tickets...)
	if err := s.readEvidence(ctx, &c); err != nil {
		return err
	}
	_, err := s.Store.AddCandidate(ctx, c, func(id string) journal.Entry { return s.found(c, "created", id, "") })
	if fault.Is(err, fault.Conflict) {
		return nil // another process has found it at the same time
	}
	return err
}

// found returns the entry of a candidate that was found or extended, with the task to look at it.
func (s *Service) found(c Candidate, verb, id, ticket string) journal.Entry {
	data := map[string]any{"rule": c.Rule, "key": c.Key, "tickets": len(c.Tickets)}
	if ticket != "" {
		data["ticket"] = ticket
	}
	entry := s.event(access.System(), journal.Candidate, id, verb, data)
	task := journal.Notice{
		Key: "candidate/" + id, Task: true, Recipient: "role:" + string(access.ServiceManager),
		Title: "Problem candidate: " + c.Title, Object: journal.Candidate, ID: id,
		Detail: fmt.Sprintf("%d incidents have something in common.", len(c.Tickets)),
	}
	switch {
	case c.Rule == ByOutage:
		task.Key += "/outage/" + c.OutageAt.Format(time.RFC3339)
		task.Title = "Suspected outage: " + c.Title
	case c.Rule == ByPriority:
		task.Detail = "A priority 1 on a critical service."
	}
	entry.Notices = []journal.Notice{task}
	return entry
}

func (s *Service) save(ctx context.Context, c Candidate, entry journal.Entry) error {
	c.Version++
	c.UpdatedAt = s.clock()
	return s.Store.SaveCandidates(ctx, []Candidate{c}, entry)
}

// readEvidence sets what the tickets of a candidate show together.
func (s *Service) readEvidence(ctx context.Context, c *Candidate) error {
	incidents, err := s.Store.Incidents(ctx, c.Tickets, time.Time{})
	if err != nil || len(incidents) == 0 {
		return err
	}
	c.Reopenings, c.Services = 0, nil
	var codes, words [][]Word
	for n, i := range incidents {
		c.Reopenings += i.Reopens
		if i.Service != "" && !slices.Contains(c.Services, i.Service) {
			c.Services = append(c.Services, i.Service)
		}
		if n < mostRead {
			text := i.Subject + "\n" + i.Body
			words = append(words, s.Reader.Words(text))
			codes = append(codes, nil)
			for _, code := range s.Reader.Signatures(text) {
				codes[n] = append(codes[n], Word{code, code})
			}
		}
	}
	c.Since = incidents[0].CreatedAt
	c.Terms = SharedTerms(codes)
	for _, w := range SharedTerms(words) {
		if !slices.ContainsFunc(c.Terms, func(t string) bool { return strings.EqualFold(t, w) }) && len(c.Terms) < maxTerms {
			c.Terms = append(c.Terms, w)
		}
	}
	if c.Title == "" {
		c.Title = incidents[0].Subject
	}
	return nil
}
