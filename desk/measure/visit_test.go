package measure_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/desk/measure"
)

// TestVisits: six visits and two tickets, of which one was merged. One visit led to a ticket, one
// was confirmed, one came back; of the others, one is too young to be sure.
func TestVisits(t *testing.T) {
	at := measure.At(monday)
	const day = 24 * 3600 * 1e6
	b := measure.NewBuilder(measure.Query{From: monday}, measure.Rules{ReopenDays: 7}, now(30))
	for _, v := range []measure.Visit{
		{ID: "asked", Created: at, Asked: true},
		{ID: "helped", Created: at + day, Helped: true, Returned: true},
		{ID: "back", Created: at + 2*day, Returned: true},
		{ID: "quiet", Created: at + 3*day},
		{ID: "young", Created: at + 27*day},
		{ID: "before", Created: at - day},
	} {
		b.AddVisit(&v)
	}
	for _, script := range []string{"1 08:00 created", "2 08:00 created\n09:00 merge"} {
		f := facts(t, script)
		b.Add(&f)
	}
	var got []string
	for _, v := range b.Report().Values {
		if v.Name == "self_service" || v.Name == "deflection" {
			got = append(got, fmt.Sprintf("%s %v of %d %v %v", v.Name, v.Value, v.N, v.Provisional, v.Parts))
		}
	}
	want := []string{
		"self_service 0.8 of 5 true [{confirmed 1} {assumed 2} {returned 1}]",
		"deflection 0.75 of 4 true [{confirmed 1} {assumed 2} {returned 1}]", // three visits and a ticket
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestRebuilt: facts that were forgotten are computed from the events as they were.
func TestRebuilt(t *testing.T) {
	q := newQuarter(t, 300)
	all := func() string {
		var out []string
		must(t, q.store.EachFacts(t.Context(), 0, measure.At(afterwards), "", func(f *measure.Facts) error {
			text, err := json.Marshal(f)
			out = append(out, f.Ticket+" "+string(text))
			return err
		}))
		return strings.Join(out, "\n")
	}
	before := all()
	if strings.Count(before, "\n") != 299 {
		t.Fatalf("%d facts", strings.Count(before, "\n")+1)
	}
	must(t, q.store.PrepareFacts(t.Context(), 0)) // forgets them
	if left := all(); left != "" {
		t.Fatalf("left: %s", left)
	}
	must(t, q.Follow(t.Context()))
	if d := cmp.Diff(before, all()); d != "" {
		t.Errorf("(-before +after):\n%s", d)
	}
}
