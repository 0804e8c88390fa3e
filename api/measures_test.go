package api_test

import (
	"encoding/csv"
	"math"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk/measure"
)

// TestMeasures works on tickets and reads every measure with the rows behind it: they make up
// the number exactly.
func TestMeasures(t *testing.T) {
	e := newEnv(t)
	open := func(subject string) string {
		return e.post("rita", "/api/v1/tickets", map[string]any{"subject": subject, "body": "It does not work."}).
			want(http.StatusCreated).str("id")
	}
	first, second, third := open("Printer"), open("Scanner"), open("Printer again")
	e.post("anna", "/api/v1/tickets/"+first+"/messages", map[string]any{"text": "Switched it on."}).
		want(http.StatusCreated)
	e.post("anna", "/api/v1/tickets/"+first+"/resolve", map[string]any{"code": "fixed", "note": "On."}).want(http.StatusOK)
	e.post("anna", "/api/v1/tickets/"+second+"/escalate", map[string]any{"group": "second-line", "reason": "x"}).
		want(http.StatusOK)
	e.post("anna", "/api/v1/tickets/"+third+"/merge", map[string]any{"into": first}).want(http.StatusOK)

	got := e.get("sven", "/api/v1/measures?from=2020-01-01").want(http.StatusOK)
	counts := map[string]float64{}
	for i, m := range measure.Measures() {
		at := "measures." + strconv.Itoa(i) + "."
		if got.str(at+"name") != m.Name || got.str(at+"definition") == "" || got.get(at+"version") != float64(m.Version) {
			t.Errorf("%s: %s", m.Name, got.body)
		}
		n := got.get(at + "n").(float64)
		counts[m.Name] = n
		rows := e.get("kim", "/api/v1/measures/"+m.Name+"/tickets?from=2020-01-01").want(http.StatusOK)
		sum, counted := 0.0, 0.0
		for _, r := range rows.get("tickets").([]any) {
			if row := r.(map[string]any); row["counts"] == true {
				counted++
				sum += row["value"].(float64)
			}
		}
		if m.Unit != measure.Tickets && counted > 0 {
			sum /= counted
		}
		if value, _ := got.get(at + "value").(float64); counted != n || math.Abs(sum-value) > 1e-9 {
			t.Errorf("%s is %v of %v, its rows make up %v of %v", m.Name, value, n, sum, counted)
		}
	}
	want := map[string]float64{
		"volume": 2, "backlog": 1, "first_response": 1, "mtta": 2, "mttr": 1, "mttr_business": 1,
		"first_touch": 1, "reopen_rate": 1,
		"compliance_first_response": 1, "compliance_resolution": 1, "compliance_ola": 0, "compliance_supplier": 0,
		"updates_kept": 1,
		"reuse":        0, "link_rate": 1, "bypass_rate": 2, "self_service": 0, "deflection": 2,
	}
	if d := cmp.Diff(want, counts); d != "" {
		t.Errorf("n (-want +got):\n%s", d)
	}
	for query, n := range map[string]float64{
		"group=second-line": 1, "group=service-desk": 1, "type=incident": 2, "type=request": 0, "priority=4": 2,
		"service=vpn": 0, "channel=api": 2, "channel=mail": 0, "category=x": 0, "to=2020-01-01": 0,
	} {
		if got := e.get("sven", "/api/v1/measures?"+query).want(http.StatusOK).get("measures.0.value"); got != n {
			t.Errorf("%s: volume is %v, want %v", query, got, n)
		}
	}
}

// TestMeasureRows reads the rows page by page, and as CSV.
func TestMeasureRows(t *testing.T) {
	e := newEnv(t)
	var want []string
	for range 5 {
		want = append(want, e.post("rita", "/api/v1/tickets", map[string]any{"subject": "s", "body": "b"}).
			want(http.StatusCreated).str("id"))
	}
	var got []string
	for cursor := ""; ; {
		page := e.get("sven", "/api/v1/measures/volume/tickets?limit=2&cursor="+cursor).want(http.StatusOK)
		for i := range page.get("tickets").([]any) {
			got = append(got, page.str("tickets."+strconv.Itoa(i)+".id"))
		}
		if cursor = page.str("next"); cursor == "" {
			break
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("pages (-want +got):\n%s", d)
	}
	read := func(path string) [][]string {
		body := e.get("sven", path, "Accept", "text/csv").want(http.StatusOK).body
		lines, err := csv.NewReader(strings.NewReader(string(body))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return lines
	}
	lines := read("/api/v1/measures/volume/tickets")
	if len(lines) != 6 || lines[5][0] != want[4] || lines[5][1] != "true" {
		t.Errorf("CSV of rows: %q", lines)
	}
	if lines := read("/api/v1/measures"); len(lines) != 1+len(measure.Measures()) || lines[1][1] != "5" {
		t.Errorf("CSV of measures: %q", lines)
	}
}

// TestMeasuresRefuse: only who reads reports may, and what a query cannot say is refused.
func TestMeasuresRefuse(t *testing.T) {
	e := newEnv(t)
	for _, path := range []string{"/api/v1/measures", "/api/v1/measures/signs", "/api/v1/measures/mttr/tickets"} {
		for _, who := range []string{"rita", "anna", "admin"} {
			e.get(who, path).want(http.StatusForbidden)
		}
		e.get("", path).want(http.StatusUnauthorized)
		for _, query := range []string{
			"colour=red", "from=soon", "to=2026-02-30", "from=2026-03-02&to=2026-03-01", "priority=6", "priority=high",
			"type=bug", "pending=maybe",
		} {
			e.get("sven", path+"?"+query).want(http.StatusBadRequest)
		}
	}
	e.get("sven", "/api/v1/measures/happiness/tickets").want(http.StatusNotFound)
	e.get("sven", "/api/v1/measures/volume/tickets?cursor=x").want(http.StatusBadRequest)
	e.get("sven", "/api/v1/measures/self_service/tickets?cursor=v1").want(http.StatusBadRequest)
}

// TestSigns: two tickets that the desk opened for one call are a sign, shown with each other.
func TestSigns(t *testing.T) {
	e := newEnv(t)
	open := func() string {
		return e.post("anna", "/api/v1/tickets", map[string]any{
			"subject": "s", "body": "b", "requester": "rita@example.org",
		}).
			want(http.StatusCreated).str("id")
	}
	first, second := open(), open()
	got := e.get("sven", "/api/v1/measures/signs?group=service-desk").want(http.StatusOK)
	if sign := "signs.4.tickets.0."; got.get("signs.4.n") != 1.0 || got.str(sign+"id") != second ||
		got.str(sign+"with") != first {
		t.Errorf("%s", got.body)
	}
	if got := e.get("sven", "/api/v1/measures/signs?group=second-line").want(http.StatusOK); got.get("signs.4.n") != 0.0 {
		t.Errorf("%s", got.body)
	}
}
