package measure

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/journal"
)

// Crossed reports whether a value lies on the wrong side of a threshold. What could not be measured
// does not.
func Crossed(t model.Threshold, v Value) bool {
	switch {
	case t.Measure != v.Name || !v.Known:
		return false
	case t.Above:
		return v.Value > t.Limit
	}
	return v.Value < t.Limit
}

// Watch opens a task for every threshold of the service model that is crossed: at most one in as
// many days as its window has.
func (s *Service) Watch(ctx context.Context) error {
	m, now := s.Models.Model(), s.Now()
	if len(m.Thresholds) == 0 {
		return nil
	}
	if err := s.Follow(ctx); err != nil {
		return err
	}
	reports := map[int]Report{} // by days
	for _, t := range m.Thresholds {
		r, ok := reports[t.Days]
		if !ok {
			var err error
			if r, err = s.report(ctx, Query{From: now.AddDate(0, 0, -t.Days)}); err != nil {
				return err
			}
			reports[t.Days] = r
		}
		for _, v := range r.Values {
			if !Crossed(t, v) {
				continue
			}
			if err := s.task(ctx, m, t, v, now); err != nil {
				return fmt.Errorf("threshold %s: %w", t.Name, err)
			}
		}
	}
	return nil
}

// task opens the task of a crossed threshold, unless it was opened for these days. What depends on a
// ticket goes to the service managers: a measure has no assignee and no group.
func (s *Service) task(ctx context.Context, m *model.Service, t model.Threshold, v Value, now time.Time) error {
	length := time.Duration(t.Days) * 24 * time.Hour
	key := "threshold/" + t.Name + "/" + now.UTC().Truncate(length).Format(time.DateOnly)
	to := []string{"role:" + string(access.ServiceManager)}
	if named := m.Addresses(t.Task); len(named) > 0 {
		to = named
	}
	side := "below"
	if t.Above {
		side = "above"
	}
	detail := fmt.Sprintf("%s is %s %s in the last %d days: %s, of %d.", v.Title, side,
		strconv.FormatFloat(t.Limit, 'f', -1, 64), t.Days, strconv.FormatFloat(v.Value, 'f', 4, 64), v.N)
	if v.Provisional {
		detail += " The number is provisional."
	}
	return s.Store.RecordOnce(ctx, journal.Event{
		At: now, Actor: access.SystemID, Object: journal.Measure, ID: v.Name, Verb: "threshold_crossed",
		Data: journal.Data(map[string]any{"threshold": t.Name, "value": v.Value, "limit": t.Limit, "n": v.N}),
	}, journal.Notice{
		Key: key, Task: true, Recipient: to[0], Title: v.Title + " has crossed its threshold", Detail: detail,
		Object: journal.Measure, ID: v.Name,
	})
}
