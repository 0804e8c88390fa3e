package desk

import (
	"context"
	"hash/maphash"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/deskbook/deskbook/internal/access"
)

// GapKind says where knowledge was missing.
type GapKind string

// The kinds of gap.
const (
	GapNoResult   GapKind = "no_result"   // a search found nothing
	GapBelowFloor GapKind = "below_floor" // nothing found was likely enough
	GapRefused    GapKind = "refused"     // a question was not answered
	GapNoArticle  GapKind = "no_article"  // a ticket was resolved without an article
)

// GapKinds lists the kinds in the order in which pages show them.
func GapKinds() []GapKind { return []GapKind{GapNoArticle, GapNoResult, GapBelowFloor, GapRefused} }

// Gap is one occasion on which knowledge was missing.
type Gap struct {
	Kind    GapKind
	Query   string // what was looked for, as it was entered
	Ticket  string // "" for a search
	Service string
	Locale  string
	// Actor and Session distinguish one person's repetitions from the needs of many. They
	// are not stored; of the actor only the kind of reader is.
	Actor   access.Actor
	Session string // of a visitor, e.g. the client's address
	// Private lists names that must not be stored.
	Private []string
}

// GapRecord is a gap as it is stored: without anything that identifies a person.
type GapRecord struct {
	ID      int64 // assigned by the store
	Kind    GapKind
	Query   string // without secrets and personal data
	Wording string // its normalised words, by which similar ones are found
	Ticket  string
	Reader  string // visitor, requester or staff
	Service string
	Locale  string
	At      time.Time
	// When the ticket was opened and resolved; zero without one.
	Opened, Resolved time.Time
}

// GapStore stores gaps.
type GapStore interface {
	// SaveGap stores a record. Opened and Resolved are read from the ticket later.
	SaveGap(ctx context.Context, r GapRecord) error
	// GapRecords lists the records since a moment, newest first and at most limit; kind ""
	// means every kind. It leaves out the gaps of tickets that have since been linked to an
	// article or merged into another ticket.
	GapRecords(ctx context.Context, since time.Time, kind GapKind, limit int) ([]GapRecord, error)
	// ForgetGaps deletes the records before a moment and returns their number.
	ForgetGaps(ctx context.Context, before time.Time) (int, error)
}

const (
	maxGapRunes        = 300
	maxWaitingGaps     = 256    // gaps that come in while so many wait are dropped
	maxGapsPerSession  = 20     // a day
	maxSeenGaps        = 50_000 // a day; beyond that, repetitions are recorded again
	gapWriteTimeout    = 5 * time.Second
	gapCleanupInterval = 24 * time.Hour
)

// GapDeps are the dependencies of Gaps. All fields but Log are required.
type GapDeps struct {
	Store GapStore
	// Redact removes secrets, personal data and these names from a text.
	Redact func(text string, names []string) string
	// Wording returns the normalised words of a text, and Group the indices of similar
	// wordings.
	Wording func(text string) string
	Group   func(wordings []string) [][]int
	Now     func() time.Time
	Log     *slog.Logger
}

// Gaps records where knowledge is missing. Recording never waits for the store and never
// fails a request: a record that cannot be stored is lost.
type Gaps struct {
	GapDeps
	seed maphash.Seed
	wake chan struct{}

	mu      sync.Mutex
	waiting []timedGap
	day     int64
	seen    map[uint64]int // how often today, by gap and by session
}

type timedGap struct {
	Gap
	at time.Time
}

// NewGaps returns a recorder. Run stores what it records.
func NewGaps(d GapDeps) *Gaps {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Gaps{GapDeps: d, seed: maphash.MakeSeed(), wake: make(chan struct{}, 1), seen: map[uint64]int{}}
}

// Record records a gap, once per session and day. A nil *Gaps records nothing.
func (g *Gaps) Record(gap Gap) {
	if g == nil || strings.TrimSpace(gap.Query) == "" {
		return
	}
	now := g.Now().UTC().Truncate(time.Microsecond)
	gap.Query = clip(strings.ToValidUTF8(strings.Join(strings.Fields(gap.Query), " "), ""), maxGapRunes)
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.fresh(gap, now) || len(g.waiting) >= maxWaitingGaps {
		return
	}
	g.waiting = append(g.waiting, timedGap{gap, now})
	select {
	case g.wake <- struct{}{}:
	default:
	}
}

// fresh reports whether this is the session's first time today at this gap, and the
// session has not had too many. Sessions are distinguished by hashes that mean nothing
// outside this process.
func (g *Gaps) fresh(gap Gap, now time.Time) bool {
	if day := now.Unix() / (24 * 60 * 60); day != g.day || len(g.seen) > maxSeenGaps {
		g.day = day
		clear(g.seen)
	}
	who := gap.Actor.ID
	if who == "" {
		who = "@" + gap.Session
	}
	if gap.Ticket != "" {
		who = "#" + gap.Ticket // once for a ticket, whoever works on it
	}
	session := maphash.String(g.seed, who)
	same := maphash.String(g.seed, strings.Join([]string{who, string(gap.Kind), strings.ToLower(gap.Query)}, "\x00"))
	if g.seen[same] > 0 || g.seen[session] >= maxGapsPerSession {
		return false
	}
	g.seen[same]++
	g.seen[session]++
	return true
}

// Run stores what is recorded until ctx ends, including what is waiting then, and deletes
// records that are too old to be listed.
func (g *Gaps) Run(ctx context.Context) error {
	daily := time.NewTicker(gapCleanupInterval)
	defer daily.Stop()
	g.forget(ctx)
	for {
		select {
		case <-ctx.Done():
			g.Flush(context.WithoutCancel(ctx))
			return nil
		case <-daily.C:
			g.forget(ctx)
		case <-g.wake:
			g.Flush(ctx)
		}
	}
}

func (g *Gaps) forget(ctx context.Context) {
	n, err := g.Store.ForgetGaps(ctx, g.Now().AddDate(0, 0, -maxGapDays))
	switch {
	case err != nil:
		g.Log.WarnContext(ctx, "could not delete old gaps", "error", err)
	case n > 0:
		g.Log.InfoContext(ctx, "deleted old gaps", "gaps", n)
	}
}

// Flush stores what is waiting.
func (g *Gaps) Flush(ctx context.Context) {
	g.mu.Lock()
	waiting := g.waiting
	g.waiting = nil
	g.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, gapWriteTimeout)
	defer cancel()
	for _, w := range waiting {
		query := g.Redact(w.Query, w.Private)
		err := g.Store.SaveGap(ctx, GapRecord{
			Kind: w.Kind, Query: query, Wording: g.Wording(query), Ticket: w.Ticket, Reader: readerKind(w.Actor),
			Service: w.Service, Locale: w.Locale, At: w.at,
		})
		if err != nil {
			g.Log.WarnContext(ctx, "could not store a gap", "error", err)
		}
	}
}

// readerKind returns what is stored of the reader: only the kind.
func readerKind(a access.Actor) string {
	switch {
	case a.Staff():
		return "staff"
	case a.Known():
		return "requester"
	}
	return "visitor"
}

// clip returns the first n runes of a text.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
