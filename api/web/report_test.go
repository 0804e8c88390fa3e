package web_test

import (
	"context"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk/measure"
	"github.com/deskbook/deskbook/internal/access"
)

// fakeMeasures measures what facts it has.
type fakeMeasures struct{ empty bool }

// facts are those of 60 tickets of November, of which one was merged and one is still open.
func (f *fakeMeasures) facts() []measure.Facts {
	if f.empty {
		return nil
	}
	var out []measure.Facts
	for n := range 60 {
		created := measure.At(noon.AddDate(0, 0, -20).Add(time.Duration(n) * 7 * time.Hour))
		hour := measure.Moment(time.Hour / time.Microsecond)
		x := measure.Facts{
			Ticket: strconv.Itoa(1001 + n), Created: created, Type: "incident", Group: "service-desk", Channel: "mail",
			Priority: 3, FirstAction: created + hour, FirstResponse: created + hour,
			Resolutions: []measure.Resolution{{At: created + 3*hour, Code: "fixed", Replies: 1}},
			Links:       []measure.Link{{Article: "a_1", At: created + 2*hour}},
			Clocks: []measure.Clock{
				{Target: "supplier:" + hostile, Due: created + 2*hour}, {Target: "resolution", Ended: created + 3*hour, Met: true},
			},
		}
		switch n {
		case 1:
			x.Merged = created + 2*hour
		case 2:
			x.Resolutions, x.Group = nil, hostile
		}
		out = append(out, x)
	}
	return out
}

func (f *fakeMeasures) Report(_ context.Context, _ access.Actor, q measure.Query) (measure.Report, error) {
	b := measure.NewBuilder(q, measure.Rules{ReopenDays: 7}, noon)
	for _, x := range f.facts() {
		b.Add(&x)
	}
	return b.Report(), nil
}

func (f *fakeMeasures) Rows(
	_ context.Context, _ access.Actor, m measure.Measure, q measure.Query, after string, fn func(measure.Row) bool,
) error {
	for _, x := range f.facts() {
		if after != "" && x.Ticket <= after {
			continue
		}
		for _, r := range m.Rows(q, measure.Rules{ReopenDays: 7}, noon, &x) {
			if !fn(r) {
				return nil
			}
		}
	}
	return nil
}

func (f *fakeMeasures) Signs(context.Context, access.Actor, measure.Query) ([]measure.Sign, error) {
	var out []measure.Sign
	for range 101 {
		out = append(out, measure.Sign{Kind: "split", Ticket: "1002", With: "1001", At: measure.At(noon)})
	}
	return out, nil
}

// November is a window with all tickets of the fake.
const november = "from=2026-11-01&to=2026-11-22"

func TestReportPage(t *testing.T) {
	s := newSite(t)
	s.shows(s.get(knower, "/report?"+november), http.StatusOK, "Time to resolve", "3 h", "58 tickets", "100.0%",
		"Provisional", "Days begin at midnight in Etc/UTC", "Age of the backlog", "7 d to 30 d")
	body := s.get(knower, "/report?"+november).Body.String()
	for _, part := range []string{"/report/mttr?from=2026-11-01", "/report.csv?from=2026-11-01", "<polyline"} {
		if !strings.Contains(body, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	s.shows(s.get(knower, "/report?"+november+"&group=second-line"), http.StatusOK, "Nothing happened in this period",
		"Show all tickets of this period")
	s.count.empty = true
	s.shows(s.get(knower, "/report"), http.StatusOK, "Nothing happened in this period", "deskbook tickets import",
		"From 2026-10-26")
	for _, who := range []access.Actor{visitor, requester, agent} {
		for _, path := range []string{"/report", "/report.csv", "/report/mttr", "/report/mttr/rows.csv"} {
			if rec := s.get(who, path); rec.Code == http.StatusOK {
				t.Errorf("%v can read %s", who.Roles, path)
			}
		}
	}
	if rec := s.get(knower, "/report?from=soon"); rec.Code != http.StatusBadRequest {
		t.Errorf("a window that is no date: status %d", rec.Code)
	}
}

func TestSignsPage(t *testing.T) {
	s := newSite(t)
	s.shows(s.get(knower, "/report/signs?"+november), http.StatusOK, "One request, several tickets: 101", "#1002",
		"after #1001",
		"And 1 other", "Resolved within a minute of the limit: 0", "22 Nov 2026")
	if rec := s.get(agent, "/report/signs"); rec.Code != http.StatusForbidden {
		t.Errorf("an agent gets %d", rec.Code)
	}
}

func TestMeasurePage(t *testing.T) {
	s := newSite(t)
	s.shows(s.get(knower, "/report/mttr?"+november), http.StatusOK, "58 tickets", "Mean time from the creation",
		"Version 1", "#1001", "merged into another ticket", "Next", "1 Nov")
	s.shows(s.get(knower, "/report/mttr?"+november+"&after=1050"), http.StatusOK, "#1051")
	s.shows(s.get(knower, "/report/backlog?"+november), http.StatusOK, "1 ticket", "#1003")
	s.shows(s.get(knower, "/report/compliance_supplier?"+november), http.StatusOK, "0.0%", "Supplier "+hostile)
	s.shows(s.get(knower, "/report/self_service?"+november), http.StatusOK, "Nothing to measure", "No ticket belongs")
	if rec := s.get(knower, "/report/happiness"); rec.Code != http.StatusNotFound {
		t.Errorf("an unknown measure: status %d", rec.Code)
	}
	body := s.get(knower, "/report/compliance_supplier/rows.csv?"+november).Body.String()
	lines, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || len(lines) != 61 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	want := []string{"1001", "true", "0", "2026-11-02T14:00:00Z", "supplier:" + hostile, "", "false", ""}
	if d := cmp.Diff(want, lines[1]); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	s.shows(s.get(knower, "/report.csv?"+november), http.StatusOK, "mttr,10800,seconds,58")
}
