package measure

import (
	"context"
	"fmt"
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

// Crossed returns a task for each threshold of the service model that its measure crosses in
// the days before now: once a week, so that a number that stays bad comes back.
func (s *Service) Crossed(ctx context.Context, m *model.Service) ([]journal.Notice, error) {
	reader := access.Actor{ID: access.SystemID, Roles: []access.Role{access.ServiceManager}}
	var out []journal.Notice
	for _, t := range m.Thresholds {
		now := s.Now()
		r, err := s.Report(ctx, reader, Query{From: now.AddDate(0, 0, -t.Days), To: now})
		if err != nil {
			return nil, fmt.Errorf("threshold %s: %w", t.Name, err)
		}
		for _, v := range r.Values {
			if Crossed(t, v) {
				out = append(out, tasks(m, t, v.Value, now)...)
			}
		}
	}
	return out, nil
}

func tasks(m *model.Service, t model.Threshold, value float64, now time.Time) []journal.Notice {
	side := "below"
	if t.Above {
		side = "above"
	}
	year, week := now.ISOWeek()
	var out []journal.Notice
	for _, to := range m.Addresses(t.Task) {
		out = append(out, journal.Notice{
			Key: fmt.Sprintf("threshold/%s/%d-%d/%s", t.Name, year, week, to), Task: true, Recipient: to,
			Title:  fmt.Sprintf("%s is %s its threshold", t.Measure, side),
			Detail: fmt.Sprintf("It is %.4g over the last %d days; the threshold %s is %.4g.", value, t.Days, t.Name, t.Limit),
		})
	}
	return out
}
