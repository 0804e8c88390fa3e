package history

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/deskbook/deskbook/desk"
)

const changedHere = "the ticket was changed here after it came in, and stays as it is"

// writing is one import under way.
type writing struct {
	s      *Service
	o      Options
	report Report
}

func newWriting(s *Service, o Options) *writing {
	return &writing{s: s, o: o, report: Report{Rejected: []Rejection{}, Unknown: Unknown{
		Services: map[string]int{}, Categories: map[string]int{}, Groups: map[string]int{}, Articles: map[string]int{},
	}}}
}

// write stores a portion and adds to the report what became of it.
func (w *writing) write(ctx context.Context, p portion) error {
	start := time.Now()
	if err := w.store(ctx, &p); err != nil {
		return err
	}
	w.report.Rejected = append(w.report.Rejected, p.rejected...)
	if w.o.Progress != nil {
		w.o.Progress(p.read)
	}
	if w.o.Rest <= 0 {
		return nil
	}
	select {
	case <-time.After(time.Duration(w.o.Rest * float64(time.Since(start)))):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *writing) store(ctx context.Context, p *portion) error {
	lines, err := w.dropOwn(ctx, p.lines)
	if err != nil || len(lines) == 0 {
		return err
	}
	known, err := w.introduce(ctx, lines)
	if err != nil {
		return err
	}
	b, numbers, err := w.build(ctx, lines, known, p)
	if err != nil || len(b.Records)+len(b.Jobs) == 0 {
		return err
	}
	stale, err := w.s.Store.SaveHistory(ctx, b)
	if err != nil {
		return err
	}
	for _, r := range b.Records {
		if r.Replaces > 0 {
			w.report.Updated++
		} else {
			w.report.Created++
		}
	}
	for _, id := range stale {
		w.report.Updated--
		p.rejected = append(p.rejected, Rejection{Line: numbers[id].number, ID: numbers[id].line.ID, Reason: changedHere})
	}
	return nil
}

// dropOwn leaves out the lines that say what a ticket opened here says: the desk's own export.
func (w *writing) dropOwn(ctx context.Context, lines []parsed) ([]parsed, error) {
	var numbers []string
	for _, x := range lines {
		if n, err := strconv.ParseInt(x.line.ID, 10, 64); err == nil && strconv.FormatInt(n, 10) == x.line.ID {
			numbers = append(numbers, x.line.ID)
		}
	}
	if len(numbers) == 0 {
		return lines, nil
	}
	own, err := w.s.lines(ctx, numbers)
	if err != nil {
		return nil, err
	}
	var rest []parsed
	for _, x := range lines {
		if l, ok := own[x.line.ID]; ok && bytes.Equal(bytes.TrimSpace(l), x.raw) {
			w.report.Unchanged++
			continue
		}
		rest = append(rest, x)
	}
	return rest, nil
}

func (w *writing) introduce(ctx context.Context, lines []parsed) (Known, error) {
	var n Names
	seen := map[string]bool{}
	for i := range lines {
		lines[i].line.names(&n, seen, w.s.NewID)
	}
	return w.s.Store.Introduce(ctx, n)
}

// build returns what is to be written, and the lines by ticket number. Lines that cannot go
// in are added to what the portion rejects.
func (w *writing) build(
	ctx context.Context, lines []parsed, known Known, p *portion,
) (Batch, map[string]parsed, error) {
	var b Batch
	numbers := make(map[string]parsed, len(lines))
	chain := mergeChain{store: w.s.Store, into: map[string]string{}}
	model := w.s.Model()
	for _, x := range lines {
		reject := func(reason string) {
			p.rejected = append(p.rejected, Rejection{Line: x.number, ID: x.line.ID, Reason: reason})
		}
		l, err := replay(&x.line, model, known, w.s.Now())
		if err != nil {
			reject(err.Error())
			continue
		}
		round, err := chain.closes(ctx, l.ticket)
		if err != nil {
			return b, nil, err
		}
		if round {
			reject(fmt.Sprintf("the ticket is merged into one that was itself merged into %s", x.line.ID))
			continue
		}
		before := known.Tickets[x.line.ID]
		r := l.finish(before)
		switch {
		case before.Imported > 0 && before.Hash == r.Hash:
			w.report.Unchanged++
		case before.Version != before.Imported:
			reject(changedHere)
			continue
		default:
			b.Records = append(b.Records, r)
			numbers[l.ticket.ID] = x
		}
		w.count(l)
		if job, ok := l.draftJob(); ok && w.o.Drafts {
			b.Jobs = append(b.Jobs, job)
		}
	}
	return b, numbers, nil
}

// finish returns the record of the ticket.
func (x *life) finish(before Stored) Record {
	sum := sha256.New()
	enc := json.NewEncoder(sum)
	for _, v := range []any{x.ticket, x.events} {
		if err := enc.Encode(v); err != nil {
			panic(fmt.Sprintf("history: encode ticket %s: %v", x.ticket.ID, err)) // plain data
		}
	}
	x.ticket.Version = before.Version + 1
	return Record{
		Ticket: x.ticket, Events: x.events, Hash: hex.EncodeToString(sum.Sum(nil)[:16]), Replaces: before.Version,
	}
}

// count adds the unknown names of a ticket to the report, each once a ticket.
func (w *writing) count(x *life) {
	services, categories, groups := []string{x.line.Service}, []string{x.line.Category}, []string{x.line.Group}
	for _, e := range x.line.Events {
		switch e.Do {
		case DoService:
			services = append(services, e.To)
		case DoCategory:
			categories = append(categories, e.To)
		case DoGroup, DoEscalate:
			groups = append(groups, e.To)
		default: // names nothing of the service model
		}
	}
	u, m := &w.report.Unknown, x.model
	add(u.Services, services, m.HasService)
	add(u.Categories, categories, m.HasCategory)
	add(u.Groups, groups, m.HasGroup)
	add(u.Articles, x.unknown, func(string) bool { return false })
}

// maxNames bounds the names of a kind that a report lists.
const maxNames = 1000

func add(to map[string]int, names []string, known func(string) bool) {
	seen := map[string]bool{}
	for _, n := range names {
		if n == "" || seen[n] || known(n) || len(to) >= maxNames && to[n] == 0 {
			continue
		}
		seen[n] = true
		to[n]++
	}
}

// mergeChain follows merges, those of the batch and those stored.
type mergeChain struct {
	store Store
	into  map[string]string // by number, of the batch
}

// maxChain bounds how far merges are followed.
const maxChain = 100

// closes reports whether the ticket is merged into one that leads back to it. Otherwise it
// notes the merge.
func (c *mergeChain) closes(ctx context.Context, t desk.Ticket) (bool, error) {
	if t.MergedInto == "" {
		return false, nil
	}
	for n, steps := t.MergedInto, 0; n != ""; steps++ {
		if n == t.ID || steps == maxChain {
			return true, nil
		}
		next, ok := c.into[n]
		if !ok {
			stored, err := c.store.MergedInto(ctx, []string{n})
			if err != nil {
				return false, err
			}
			next = stored[n]
		}
		n = next
	}
	c.into[t.ID] = t.MergedInto
	return false, nil
}
