package truth

import (
	"context"
	"iter"
	"log/slog"
	"time"

	"github.com/deskbook/deskbook/internal/journal"
)

// How many articles, tickets, ids and changes are read from a Source at once.
const (
	ArticlesPerBatch = 250
	TicketsPerBatch  = 200
	idsPerPage       = 5000
	changesPerPage   = 500
)

// Loop calls a step again and again until ctx ends.
type Loop struct {
	Name     string        // what follows, for the log
	Every    time.Duration // between steps
	MaxRetry time.Duration // between steps that fail
	Wake     <-chan struct{}
	Log      *slog.Logger
}

// Run returns when ctx ends. An error of a step is logged once, and the step is tried again after
// longer and longer waits.
func (l Loop) Run(ctx context.Context, step func(context.Context) error) {
	wait := l.Every
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		err := step(ctx)
		failing := wait > l.Every
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && !failing:
			l.Log.Error(l.Name+" does not follow, trying again", "reason", err.Error())
		case err == nil && failing:
			l.Log.Info(l.Name + " follows again")
		}
		wake := l.Wake
		if err != nil {
			wait, wake = min(2*wait, l.MaxRetry), nil // a full disk is not tried ten times a second
		} else {
			wait = l.Every
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-timer.C:
		}
	}
}

// Changes passes what changed after a sequence to apply, page by page up to the newest change: the
// ids of articles and tickets, each once, and the sequence of the page's last change.
func Changes(
	ctx context.Context, s Source, after int64, apply func(articles, tickets []string, sequence int64) error,
) error {
	for {
		page, err := s.Changes(ctx, after, changesPerPage)
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].Seq
		articles, tickets := changed(page)
		if err := apply(articles, tickets, after); err != nil || len(page) < changesPerPage {
			return err
		}
	}
}

func changed(changes []journal.Change) (articles, tickets []string) {
	seen := map[journal.Change]bool{}
	for _, c := range changes {
		key := journal.Change{Object: c.Object, ID: c.ID}
		if seen[key] {
			continue
		}
		seen[key] = true
		switch c.Object {
		case journal.Article:
			articles = append(articles, c.ID)
		case journal.Ticket:
			tickets = append(tickets, c.ID)
		}
	}
	return articles, tickets
}

// Lister lists ids in order, at most limit after one of them.
type Lister func(ctx context.Context, after string, limit int) ([]string, error)

// Pages lists all ids, n at once. It ends with the first error.
func Pages(ctx context.Context, list Lister, n int) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for after := ""; ; {
			ids, err := list(ctx, after, n)
			if err != nil {
				yield(nil, err)
				return
			}
			if len(ids) == 0 || !yield(ids, nil) {
				return
			}
			after = ids[len(ids)-1]
		}
	}
}

// Newest returns the last ids of a list, at most n.
func Newest(ctx context.Context, list Lister, n int) ([]string, error) {
	var all []string
	for page, err := range Pages(ctx, list, idsPerPage) {
		if err != nil {
			return nil, err
		}
		if all = append(all, page...); len(all) > 2*(n+idsPerPage) {
			all = append([]string(nil), all[len(all)-n:]...)
		}
	}
	return all[max(0, len(all)-n):], nil
}
