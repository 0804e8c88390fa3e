package desk

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

const (
	// DefaultGapDays is how many days back gaps are listed by default.
	DefaultGapDays = 30
	maxGapDays     = 400
	maxGapRecords  = 5000 // only the newest are listed
	gapExamples    = 3
	gapTickets     = 10
)

// GapFilter selects gaps. Zero fields do not filter.
type GapFilter struct {
	Days  int // back from now; 0 is DefaultGapDays
	Kind  GapKind
	After string // cursor: GapPage.Next of the page before
	Limit int    // 1..500
}

// GapGroup is a set of gaps with similar wording. Groups are ranked by Cost.
type GapGroup struct {
	Wording  string // the most frequent one
	Examples []string
	Volume   int // number of gaps
	Kinds    map[GapKind]int
	Readers  map[string]int
	Services []string
	Locales  []string
	Tickets  []string // resolved without an article, or opened below the floor; newest first
	// Resolve is the mean time to resolve, of the group's tickets or, when none of them has
	// been resolved, of the tickets of all gaps.
	Resolve time.Duration
	Own     bool // Resolve is that of the group's own tickets
	First   time.Time
	Last    time.Time
}

// Cost returns the volume times the mean time to resolve.
func (g GapGroup) Cost() time.Duration { return time.Duration(g.Volume) * g.Resolve }

// GapPage is one page of groups; Next is "" on the last.
type GapPage struct {
	Groups []GapGroup
	Next   string
	Total  int // groups
	Volume int // gaps in all groups
}

// List returns what is missing in the knowledge base, the costliest first.
func (g *Gaps) List(ctx context.Context, actor access.Actor, f GapFilter) (GapPage, error) {
	if !actor.Can(access.ReadReports) && !actor.Can(access.ReviewArticles) {
		return GapPage{}, fault.New(fault.Forbidden, "only knowledge managers and service managers can see gaps")
	}
	if f.Days == 0 {
		f.Days = DefaultGapDays
	}
	if f.Days < 1 || f.Days > maxGapDays {
		return GapPage{}, fault.InvalidField("days", "must be 1 to %d", maxGapDays)
	}
	if f.Kind != "" && !slices.Contains(GapKinds(), f.Kind) {
		return GapPage{}, fault.InvalidField("kind", "must be one of %v", GapKinds())
	}
	from := 0
	if f.After != "" {
		var err error
		if from, err = strconv.Atoi(f.After); err != nil || from < 1 {
			return GapPage{}, fault.InvalidField("cursor", "is not a cursor of this list")
		}
	}
	records, err := g.Store.GapRecords(ctx, g.Now().AddDate(0, 0, -f.Days), f.Kind, maxGapRecords)
	if err != nil {
		return GapPage{}, err
	}
	records = oncePerTicket(records)
	groups := g.group(records)
	page := GapPage{Total: len(groups), Volume: len(records)}
	from = min(from, len(groups))
	to := min(from+f.Limit, len(groups))
	page.Groups = groups[from:to]
	if to < len(groups) {
		page.Next = strconv.Itoa(to)
	}
	return page, nil
}

// oncePerTicket keeps the newest record of each ticket: a ticket that came in below the
// floor and was then resolved without an article lacks one article, not two.
func oncePerTicket(records []GapRecord) []GapRecord {
	seen := map[string]bool{}
	return slices.DeleteFunc(records, func(r GapRecord) bool {
		if r.Ticket == "" {
			return false
		}
		again := seen[r.Ticket]
		seen[r.Ticket] = true
		return again
	})
}

// group groups records with similar wording.
func (g *Gaps) group(records []GapRecord) []GapGroup {
	wordings := make([]string, len(records))
	for i, r := range records {
		wordings[i] = r.Wording
	}
	usual, _ := meanResolve(records)
	var groups []GapGroup
	for _, members := range g.Group(wordings) {
		of := make([]GapRecord, len(members))
		for i, m := range members {
			of[i] = records[m]
		}
		groups = append(groups, newGroup(of, usual))
	}
	slices.SortFunc(groups, func(a, b GapGroup) int {
		return cmp.Or(cmp.Compare(b.Cost(), a.Cost()), cmp.Compare(b.Volume, a.Volume),
			b.Last.Compare(a.Last), cmp.Compare(a.Wording, b.Wording))
	})
	return groups
}

// newGroup sums up records with similar wording, given newest first.
func newGroup(of []GapRecord, usual time.Duration) GapGroup {
	g := GapGroup{
		Volume: len(of), Kinds: map[GapKind]int{}, Readers: map[string]int{}, Resolve: usual,
		First: of[len(of)-1].At, Last: of[0].At,
	}
	times := map[string]int{}
	var texts []string
	note := func(list *[]string, s string, most int) {
		if s != "" && len(*list) < most && !slices.Contains(*list, s) {
			*list = append(*list, s)
		}
	}
	for _, r := range of {
		g.Kinds[r.Kind]++
		g.Readers[r.Reader]++
		note(&g.Services, r.Service, len(of))
		note(&g.Locales, r.Locale, len(of))
		note(&g.Tickets, r.Ticket, gapTickets)
		if times[r.Query]++; times[r.Query] == 1 {
			texts = append(texts, r.Query)
		}
	}
	slices.SortStableFunc(texts, func(a, b string) int { return cmp.Compare(times[b], times[a]) })
	g.Wording, g.Examples = texts[0], texts[1:min(len(texts), 1+gapExamples)]
	slices.Sort(g.Services)
	slices.Sort(g.Locales)
	if own, n := meanResolve(of); n > 0 {
		g.Resolve, g.Own = own, true
	}
	return g
}

// meanResolve returns the mean time to resolve of the records' tickets, and their number.
func meanResolve(of []GapRecord) (time.Duration, int) {
	var sum time.Duration
	seen := map[string]bool{}
	for _, r := range of {
		if r.Ticket != "" && !seen[r.Ticket] && r.Resolved.After(r.Opened) {
			seen[r.Ticket] = true
			sum += r.Resolved.Sub(r.Opened)
		}
	}
	if len(seen) == 0 {
		return time.Hour, 0 // without data, volume alone decides
	}
	return sum / time.Duration(len(seen)), len(seen)
}
