package history

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/deskbook/deskbook/desk/model"
)

// Bounds of a batch, which is one transaction and all that an import holds in memory.
const (
	batchTickets = 200
	batchBytes   = 8 << 20
)

// Deps are the dependencies of a Service. All fields are required.
type Deps struct {
	Store Store
	Model func() *model.Service // the service model in force
	NewID func() string         // returns the id for a new user
	Now   func() time.Time
}

// Service imports and exports tickets.
type Service struct{ Deps }

// New returns a Service.
func New(d Deps) *Service { return &Service{d} }

// Options say how to import.
type Options struct {
	Drafts bool // make drafts from the resolutions
	// Rest is how long to pause after each batch, as a share of the time it took, so that a
	// running server can write as well.
	Rest float64
	// Progress is called after each batch with the bytes read so far; nil for none.
	Progress func(read int64)
}

// Rejection is a line that did not go in.
type Rejection struct {
	Line   int    `json:"line"`
	ID     string `json:"id,omitempty"`
	Reason string `json:"reason"`
}

// Unknown counts the tickets with names that this desk does not have. They are stored as text.
type Unknown struct {
	Services   map[string]int `json:"services,omitempty"`
	Categories map[string]int `json:"categories,omitempty"`
	Groups     map[string]int `json:"groups,omitempty"`
	Articles   map[string]int `json:"articles,omitempty"`
	// Tickets are ids that tickets were merged into and that have not come, the first thousand.
	Tickets []string `json:"tickets,omitempty"`
}

// Report is the outcome of an import.
type Report struct {
	Created   int         `json:"created"`
	Updated   int         `json:"updated"`
	Unchanged int         `json:"unchanged"`
	Rejected  []Rejection `json:"rejected"`
	Unknown   Unknown     `json:"unknown"`
	Seconds   float64     `json:"seconds"`
}

// parsed is a line that can go in as far as the line itself shows.
type parsed struct {
	number int
	raw    []byte
	line   Line
}

// portion is what the reader hands to the writer.
type portion struct {
	lines    []parsed
	rejected []Rejection
	read     int64
}

// Import reads tickets, one a line, and writes them in batches: an import that was stopped,
// however that was, goes on where it was when it is started again. A ticket that is the same
// as before stays as it is, one that differs replaces what came in before, and one that was
// changed here since is rejected. An error ends the import; the report covers what is stored.
func (s *Service) Import(ctx context.Context, in io.Reader, o Options) (Report, error) {
	start := s.Now()
	w := newWriting(s, o)
	portions := make(chan portion, 1)
	g, both := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(portions)
		return s.read(both, in, portions)
	})
	g.Go(func() error {
		for p := range portions {
			if err := w.write(both, p); err != nil {
				return err
			}
		}
		return nil
	})
	err := g.Wait()
	if err == nil {
		w.report.Unknown.Tickets, err = s.Store.Awaited(ctx, 1000)
	}
	slices.SortFunc(w.report.Rejected, func(a, b Rejection) int { return a.Line - b.Line })
	w.report.Seconds = s.Now().Sub(start).Seconds()
	if err != nil {
		return w.report, fmt.Errorf("import tickets: %w", err)
	}
	return w.report, nil
}

// read parses and checks the lines.
func (s *Service) read(ctx context.Context, in io.Reader, to chan<- portion) error {
	r, seen, inForce := newLineReader(in), newLines(), s.Model()
	var p portion
	size := 0
	flush := func() error {
		p.read = r.bytes
		select {
		case to <- p:
			p, size = portion{}, 0
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for {
		raw, err := r.next()
		if errors.Is(err, io.EOF) {
			return flush()
		}
		if err != nil && !errors.Is(err, errTooLong) {
			return fmt.Errorf("line %d: %w", r.number, err)
		}
		x := parsed{number: r.number}
		if err == nil {
			x.line, err = s.check(raw, inForce)
		}
		if err == nil {
			err = seen.add(x.line.ID, r.number)
		}
		if err != nil {
			p.rejected = append(p.rejected, Rejection{Line: r.number, ID: shortID(x.line.ID), Reason: err.Error()})
		} else {
			x.raw = append([]byte(nil), raw...)
			p.lines = append(p.lines, x)
		}
		if size += len(raw); len(p.lines) >= batchTickets || len(p.rejected) >= batchTickets || size > batchBytes {
			if err := flush(); err != nil {
				return err
			}
		}
	}
}

// check parses a line and replays it, with nobody and nothing known.
func (s *Service) check(raw []byte, inForce *model.Service) (Line, error) {
	l, err := parseLine(raw)
	if err == nil {
		err = l.clean()
	}
	if err == nil {
		_, err = replay(&l, inForce, Known{}, s.Now())
	}
	return l, err
}

// shortID returns an id for a report.
func shortID(id string) string {
	if len(id) > maxID {
		return ""
	}
	return id
}
