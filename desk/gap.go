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

// GapKind says at which moment knowledge was missing.
type GapKind string

// The kinds of gap.
const (
	GapNoResult   GapKind = "no_result"   // a search found nothing
	GapBelowFloor GapKind = "below_floor" // nothing found was probable enough
	GapRefused    GapKind = "refused"     // a question was not answered
	GapNoArticle  GapKind = "no_article"  // a ticket was resolved without an article
)

// GapKinds lists the kinds in the order pages show them.
func GapKinds() []GapKind { return []GapKind{GapNoArticle, GapNoResult, GapBelowFloor, GapRefused} }

// Gap is one moment at which knowledge was missing, as it is met.
type Gap struct {
	Kind    GapKind
	Query   string // what was looked for, in the words of who looked
	Ticket  string // "" when it was a search
	Service string
	Locale  string
	// Actor and Session tell one person's repetitions from the needs of many. Neither
	// is kept: of the actor only what kind of reader it is.
	Actor   access.Actor
	Session string // the client's address, say, for who is not signed in
	// Private are names that the record must not hold.
	Private []string
}

// GapRecord is a gap as it is kept: without anything that names a person.
type GapRecord struct {
	ID      int64 // assigned by the store
	Kind    GapKind
	Query   string // without secrets and personal data
	Wording string // its words in a normal form: what similar ones are found by
	Ticket  string
	Reader  string // visitor, requester or staff
	Service string
	Locale  string
	At      time.Time
	// Opened and Resolved are those of the ticket; zero without one.
	Opened, Resolved time.Time
}

// GapStore keeps gaps.
type GapStore interface {
	// SaveGap writes a record; Opened and Resolved are the ticket's own.
	SaveGap(ctx context.Context, r GapRecord) error
	// GapRecords lists records since the moment, newest first, at most limit; kind ""
	// is every kind. Gaps of tickets that an article was linked to since, or that were
	// merged into another, are left out.
	GapRecords(ctx context.Context, since time.Time, kind GapKind, limit int) ([]GapRecord, error)
	// ForgetGaps deletes the records before the moment and gives their number.
	ForgetGaps(ctx context.Context, before time.Time) (int, error)
}

const (
	maxGapRunes    = 300
	gapsWaiting    = 256    // what comes while so many wait is not kept
	gapsPerSession = 20     // a day
	gapsRemembered = 50_000 // repetitions told apart a day
	gapWrite       = 5 * time.Second
	gapsForgotten  = 24 * time.Hour // between two looks for what is older than maxGapDays
)

// GapDeps is what Gaps are made of. All fields but Log are required.
type GapDeps struct {
	Store GapStore
	// Redact takes secrets, personal data and these names out of a text.
	Redact func(text string, names []string) string
	// Wording gives a text's words in a normal form, and Group the indices of those
	// that are worded alike.
	Wording func(text string) string
	Group   func(wordings []string) [][]int
	Now     func() time.Time
	Log     *slog.Logger
}

// Gaps records where knowledge is missing. Recording never waits for the store and
// never fails a request: a record that cannot be kept is lost.
type Gaps struct {
	GapDeps
	seed maphash.Seed
	wake chan struct{}

	mu      sync.Mutex
	waiting []timedGap
	day     int64
	seen    map[uint64]int // by what was met, and by session
}

type timedGap struct {
	Gap
	at time.Time
}

// NewGaps makes the recorder. Run keeps what it records.
func NewGaps(d GapDeps) *Gaps {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Gaps{GapDeps: d, seed: maphash.MakeSeed(), wake: make(chan struct{}, 1), seen: map[uint64]int{}}
}

// Record notes a gap, once for each session and day. A nil *Gaps records nothing.
func (g *Gaps) Record(gap Gap) {
	if g == nil || strings.TrimSpace(gap.Query) == "" {
		return
	}
	now := g.Now().UTC().Truncate(time.Microsecond)
	gap.Query = clip(strings.ToValidUTF8(strings.Join(strings.Fields(gap.Query), " "), ""), maxGapRunes)
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.fresh(gap, now) || len(g.waiting) >= gapsWaiting {
		return
	}
	g.waiting = append(g.waiting, timedGap{gap, now})
	select {
	case g.wake <- struct{}{}:
	default:
	}
}

// fresh reports whether the session has not met this gap today, and not too many.
// Sessions are told apart by hashes that mean nothing outside this process.
func (g *Gaps) fresh(gap Gap, now time.Time) bool {
	if day := now.Unix() / (24 * 60 * 60); day != g.day || len(g.seen) > gapsRemembered {
		g.day = day
		clear(g.seen)
	}
	who := gap.Actor.ID
	if who == "" {
		who = "@" + gap.Session
	}
	if gap.Ticket != "" {
		who = "#" + gap.Ticket // of a ticket once, whoever works on it
	}
	session := maphash.String(g.seed, who)
	met := maphash.String(g.seed, strings.Join([]string{who, string(gap.Kind), strings.ToLower(gap.Query)}, "\x00"))
	if g.seen[met] > 0 || g.seen[session] >= gapsPerSession {
		return false
	}
	g.seen[met]++
	g.seen[session]++
	return true
}

// Run keeps what is recorded until ctx ends, and what waits then. What is too old for
// any list is deleted.
func (g *Gaps) Run(ctx context.Context) error {
	daily := time.NewTicker(gapsForgotten)
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
		g.Log.WarnContext(ctx, "old gaps were not deleted", "error", err)
	case n > 0:
		g.Log.InfoContext(ctx, "old gaps deleted", "gaps", n)
	}
}

// Flush keeps what waits.
func (g *Gaps) Flush(ctx context.Context) {
	g.mu.Lock()
	waiting := g.waiting
	g.waiting = nil
	g.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, gapWrite)
	defer cancel()
	for _, w := range waiting {
		query := g.Redact(w.Query, w.Private)
		err := g.Store.SaveGap(ctx, GapRecord{
			Kind: w.Kind, Query: query, Wording: g.Wording(query), Ticket: w.Ticket, Reader: readerKind(w.Actor),
			Service: w.Service, Locale: w.Locale, At: w.at,
		})
		if err != nil {
			g.Log.WarnContext(ctx, "a gap was not kept", "error", err)
		}
	}
}

// readerKind is all that is kept of who met a gap.
func readerKind(a access.Actor) string {
	switch {
	case a.Staff():
		return "staff"
	case a.Known():
		return "requester"
	}
	return "visitor"
}

// clip cuts a text to so many runes.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
