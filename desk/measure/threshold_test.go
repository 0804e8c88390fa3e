package measure_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/desk/measure"
	"github.com/deskbook/deskbook/desk/model"
	"github.com/deskbook/deskbook/internal/journal"
)

// TestWatch opens one task for a threshold that is crossed, however often it is looked at.
func TestWatch(t *testing.T) {
	q := newQuarter(t, 300)
	m := q.Models.Model()
	m.Thresholds = []model.Threshold{
		{Name: "links", Measure: "link_rate", Limit: 0.99, Days: 60, Task: "knowledge_manager"},
		{Name: "reopened", Measure: "reopen_rate", Limit: 0.9, Above: true, Days: 60, Task: "service_manager"},
		{Name: "suppliers", Measure: "self_service", Limit: 0.9, Days: 30, Task: "service_manager"}, // nothing to measure
	}
	for range 2 {
		must(t, q.Watch(t.Context()))
		again := measure.New(q.Deps) // as after a restart
		must(t, again.Watch(t.Context()))
	}
	list, err := q.store.Notices(t.Context(), desk.NoticeFilter{
		Recipients: []string{"role:knowledge_manager", "role:service_manager"}, Limit: 10,
	})
	must(t, err)
	var got []string
	for _, n := range list {
		got = append(got, n.Recipient+": "+n.Title)
	}
	if d := cmp.Diff([]string{"role:knowledge_manager: Link rate has crossed its threshold"}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	events, err := q.store.Events(t.Context(), journal.Measure, "link_rate")
	must(t, err)
	if len(events) != 1 {
		t.Errorf("%d events of one crossing", len(events))
	}
}

// TestCrossed compares values with both kinds of limits.
func TestCrossed(t *testing.T) {
	for _, c := range []struct {
		value float64
		known bool
		above bool
		want  bool
	}{
		{5, true, true, true},
		{4, true, true, false},
		{3, true, false, true},
		{4, true, false, false},
		{9, false, true, false},
	} {
		m, _ := measure.Find("mttr")
		got := measure.Crossed(model.Threshold{Measure: "mttr", Limit: 4, Above: c.above},
			measure.Value{Measure: m, Value: c.value, Known: c.known})
		if got != c.want {
			t.Errorf("%+v: crossed %v", c, got)
		}
	}
}
