package kb

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/stat"
)

// Quality is how much work a draft took, measured when it is decided.
type Quality struct {
	// Waiting is the time from the draft's first submission to the decision.
	Waiting time.Duration `json:"waiting"`
	// Reviewing is the time from when the reviewer first opened the draft to the
	// decision; 0 if it was decided without being opened, as over the API.
	Reviewing time.Duration `json:"reviewing"`
	// Measured reports whether Distance is known: the draft was approved and its text as
	// first proposed is known.
	Measured bool `json:"measured"`
	// Distance is the share of the text that changed before it was published, 0..1 in words.
	Distance float64 `json:"distance"`
}

// Outcome is a decided draft without its texts.
type Outcome struct {
	ID        string
	Status    DraftStatus
	Decision  Decision
	Author    string
	Engine    string
	Reason    RejectReason // "" unless rejected; also for rejections from before reasons were recorded
	DecidedAt time.Time
	Quality   Quality
}

// measure computes the quality of a draft that is being decided by the actor.
func (s *Service) measure(ctx context.Context, actor access.Actor, d Draft) (Quality, error) {
	entered := d.CreatedAt
	for _, c := range d.Comments {
		if c.Verb == "submit" {
			entered = c.At
			break
		}
	}
	q := Quality{Waiting: max(0, d.DecidedAt.Sub(entered))}
	read, err := s.store.Reading(ctx, d.ID, actor.ID)
	if err != nil {
		return Quality{}, fmt.Errorf("when draft %s was opened: %w", d.ID, err)
	}
	if !read.IsZero() {
		q.Reviewing = max(0, d.DecidedAt.Sub(read))
	}
	if d.Status == Approved && d.Proposed.Markdown != "" {
		q.Measured = true
		q.Distance = Distance(d.Proposed.Title+"\n"+d.Proposed.Markdown, d.Title+"\n"+d.Markdown)
	}
	return q, nil
}

// Opened records that someone who may decide on the draft has opened it. Only the first
// time counts.
func (s *Service) Opened(ctx context.Context, actor access.Actor, d Draft) error {
	if d.Status != InReview || !d.mayDecide(actor) {
		return nil
	}
	at, err := s.store.Reading(ctx, d.ID, actor.ID)
	if err == nil && at.IsZero() {
		err = s.store.NoteReading(ctx, d.ID, actor.ID, s.Clock())
	}
	if err != nil {
		return fmt.Errorf("note that draft %s was opened: %w", d.ID, err)
	}
	return nil
}

// The kinds of author that drafts are compared by.
const (
	AuthorSystem = "system"
	AuthorPerson = "person"
)

// QualityRow is what happened to the drafts of one kind in one month.
type QualityRow struct {
	Month     string `json:"month"`  // of the decision, 2026-11; "" in the total
	Author    string `json:"author"` // AuthorSystem or AuthorPerson; "" in the total
	Engine    string `json:"engine"` // ByRules, ByModel or ByPerson; "" in the total
	Approved  int    `json:"approved"`
	Rejected  int    `json:"rejected"`
	Measured  int    `json:"measured"`  // approved drafts whose distance is known
	Unchanged int    `json:"unchanged"` // of those, published without a change
	// Medians; nil when nothing was measured.
	Distance  *float64       `json:"distance"`
	Waiting   *time.Duration `json:"waiting"`
	Reviewing *time.Duration `json:"reviewing"`
}

// ReasonCount is how often drafts were rejected for a reason.
type ReasonCount struct {
	Reason RejectReason `json:"reason"`
	Count  int          `json:"count"`
}

// QualityReport is how good drafts were, as measured by their reviews.
type QualityReport struct {
	Since   time.Time
	Total   QualityRow
	Rows    []QualityRow  // the newest month first
	Reasons []ReasonCount // the most frequent first; rejections without a reason are left out
}

// Quality reports on the drafts decided since that time. Months are in UTC.
func (s *Service) Quality(ctx context.Context, actor access.Actor, since time.Time) (QualityReport, error) {
	if err := mayReadDrafts(actor); err != nil && !actor.Can(access.ReadReports) {
		return QualityReport{}, err
	}
	found, err := s.store.Decided(ctx, since)
	if err != nil {
		return QualityReport{}, fmt.Errorf("quality of drafts: %w", err)
	}
	groups := map[QualityRow][]Outcome{}
	reasons := map[RejectReason]int{}
	for _, o := range found {
		key := QualityRow{
			Month: o.DecidedAt.UTC().Format("2006-01"), Author: authorKind(o.Author), Engine: cmp.Or(o.Engine, ByPerson),
		}
		groups[key] = append(groups[key], o)
		if o.Reason != "" {
			reasons[o.Reason]++
		}
	}
	r := QualityReport{Since: since, Total: summed(QualityRow{}, found)}
	for key, list := range groups {
		r.Rows = append(r.Rows, summed(key, list))
	}
	slices.SortFunc(r.Rows, func(a, b QualityRow) int {
		return cmp.Or(cmp.Compare(b.Month, a.Month), cmp.Compare(b.Author, a.Author), cmp.Compare(a.Engine, b.Engine))
	})
	for _, reason := range RejectReasons() {
		if n := reasons[reason]; n > 0 {
			r.Reasons = append(r.Reasons, ReasonCount{reason, n})
		}
	}
	slices.SortStableFunc(r.Reasons, func(a, b ReasonCount) int { return cmp.Compare(b.Count, a.Count) })
	return r, nil
}

func authorKind(author string) string {
	if author == access.System().ID {
		return AuthorSystem
	}
	return AuthorPerson
}

func summed(row QualityRow, list []Outcome) QualityRow {
	var distances []float64
	var waits, reviews []time.Duration
	for _, o := range list {
		if o.Status == Approved {
			row.Approved++
		} else {
			row.Rejected++
		}
		if o.Quality.Measured {
			row.Measured++
			distances = append(distances, o.Quality.Distance)
			if o.Quality.Distance == 0 {
				row.Unchanged++
			}
		}
		if o.Quality.Waiting > 0 {
			waits = append(waits, o.Quality.Waiting)
		}
		if o.Quality.Reviewing > 0 {
			reviews = append(reviews, o.Quality.Reviewing)
		}
	}
	row.Distance, row.Waiting, row.Reviewing = median(distances), median(waits), median(reviews)
	return row
}

// median returns the middle value, nil without values.
func median[T ~float64 | ~int64](values []T) *T {
	if len(values) == 0 {
		return nil
	}
	slices.Sort(values)
	m := stat.Median(values)
	return &m
}
