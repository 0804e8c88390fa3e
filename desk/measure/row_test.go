package measure_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk/clock"
	"github.com/deskbook/deskbook/desk/measure"
	"github.com/deskbook/deskbook/desk/model"
)

// TestRows has corner cases, each computed by hand: what one ticket contributes to every
// measure in the first two weeks, seen on day 30. A measure that is not named gets nothing from
// the ticket; "not: REASON" is a row that does not count.
func TestRows(t *testing.T) {
	for _, c := range []struct{ name, script, want string }{
		{
			"one reply and done", `
				1 08:00 created
				08:20 assign agent
				09:00 reply
				10:00 resolve fixed cert`, `
				volume 1
				first_response 1h0m0s
				mtta 20m0s
				mttr 2h0m0s
				mttr_business 2h0m0s
				first_touch 1
				compliance_first_response 1
				compliance_resolution 1
				compliance_ola ola:service-desk 1
				updates_kept 1
				reopen_rate 0
				reuse 1
				link_rate 1
				bypass_rate 0`,
		},
		{
			"an automatic reply is no response and no action", `
				1 08:00 created
				08:00 auto
				09:30 reply
				10:00 resolve fixed`, `
				volume 1
				first_response 1h30m0s
				mtta 1h30m0s
				mttr 2h0m0s
				mttr_business 2h0m0s
				first_touch 1
				compliance_first_response 1
				compliance_resolution 1
				compliance_ola ola:service-desk 1
				updates_kept 1
				reopen_rate 0
				link_rate 0
				bypass_rate 0`,
		},
		{
			"a note is an action and no response", `
				1 08:00 created
				08:10 note
				11:00 reply`, `
				volume 1
				backlog 1
				first_response 3h0m0s
				mtta 10m0s
				compliance_first_response 0
				compliance_resolution 0
				compliance_ola ola:service-desk 0
				updates_kept 0
				bypass_rate 0`,
		},
		{
			"the requester's own message is neither", `
				1 08:00 created
				08:10 answer`, `
				volume 1
				backlog 1
				compliance_first_response 0
				compliance_resolution 0
				compliance_ola ola:service-desk 0
				updates_kept 0
				bypass_rate 0`,
		},
		{
			"opened by the desk with a public message: the second one counts", `
				1 08:00 created from=desk channel=phone
				08:45 reply
				09:00 resolve answered`, `
				volume 1
				first_response 45m0s
				mtta 45m0s
				mttr 1h0m0s
				mttr_business 1h0m0s
				first_touch 1
				compliance_first_response 1
				compliance_resolution 1
				compliance_ola ola:service-desk 1
				updates_kept 1
				reopen_rate 0
				link_rate 0
				bypass_rate 0`,
		},
		{
			"reopened: the last resolution counts, with the whole time", `
				1 08:00 created
				09:00 reply
				10:00 resolve fixed wrong
				2 10:00 reopen
				11:00 resolve fixed right`, `
				volume 1
				first_response 1h0m0s
				mtta 1h0m0s
				mttr 27h0m0s
				mttr_business 13h0m0s
				first_touch 0
				compliance_first_response 1
				compliance_resolution 1
				compliance_ola ola:service-desk 1
				updates_kept 1
				reopen_rate 1
				reuse 2
				link_rate 1
				bypass_rate 0`,
		},
		{
			"reopened and not resolved again", `
				1 08:00 created
				09:00 reply
				10:00 resolve fixed
				2 10:00 reopen`, `
				volume 1
				backlog 1
				first_response 1h0m0s
				mtta 1h0m0s
				first_touch 0
				compliance_first_response 1
				compliance_resolution 0
				compliance_ola ola:service-desk 0
				updates_kept 0
				reopen_rate 1
				bypass_rate 0`,
		},
		{
			"reopened after the days: the first resolution stays as it was", `
				1 08:00 created
				09:00 reply
				10:00 resolve fixed
				8 10:01 reopen
				11:00 resolve fixed`, `
				volume 1
				first_response 1h0m0s
				mtta 1h0m0s
				mttr 171h0m0s
				mttr_business 52h0m0s
				first_touch 1
				compliance_first_response 1
				compliance_resolution 1
				compliance_ola ola:service-desk 1
				updates_kept 1
				reopen_rate 0
				link_rate 0
				bypass_rate 0`,
		},
		{
			"two replies are no first touch", `
				1 08:00 created
				09:00 reply
				09:30 reply
				10:00 resolve fixed`, `
				volume 1
				first_response 1h0m0s
				mtta 1h0m0s
				mttr 2h0m0s
				mttr_business 2h0m0s
				first_touch 0
				compliance_first_response 1
				compliance_resolution 1
				compliance_ola ola:service-desk 1
				updates_kept 1
				reopen_rate 0
				link_rate 0
				bypass_rate 0`,
		},
		{
			"escalated", `
				1 08:00 created bypass
				09:00 reply
				09:10 escalate
				10:00 resolve fixed`, `
				volume 1
				first_response 1h0m0s
				mtta 1h0m0s
				mttr 2h0m0s
				mttr_business 2h0m0s
				first_touch 0
				compliance_first_response 1
				compliance_resolution 1
				compliance_ola ola:service-desk 1
				updates_kept 1
				reopen_rate 0
				link_rate 0
				bypass_rate 1`,
		},
		{
			"merged into another", `
				1 08:00 created
				09:00 reply
				10:00 merge`, `
				volume not: merged
				first_response not: merged
				mtta not: merged
				compliance_first_response not: merged
				compliance_resolution not: merged
				compliance_ola ola:service-desk not: merged
				updates_kept not: merged
				bypass_rate not: merged`,
		},
		{
			"withdrawn by its requester", `
				1 08:00 created
				09:00 reply
				10:00 resolve withdrawn`, `
				volume 1
				first_response 1h0m0s
				mtta 1h0m0s
				mttr 2h0m0s
				mttr_business 2h0m0s
				first_touch 1
				compliance_first_response 1
				compliance_resolution not: cancelled
				compliance_ola ola:service-desk not: cancelled
				updates_kept 1
				reopen_rate 0
				link_rate 0
				bypass_rate 0`,
		},
		{
			"spam", `
				1 08:00 created
				08:30 resolve spam`, `
				volume not: spam
				mtta not: spam
				mttr not: spam
				mttr_business not: spam
				first_touch not: spam
				compliance_first_response not: spam
				compliance_resolution not: spam
				compliance_ola ola:service-desk not: spam
				updates_kept not: spam
				reopen_rate not: spam
				link_rate not: spam
				bypass_rate not: spam`,
		},
		{
			"answered by a rule: in no measure of people", `
				1 08:00 created
				08:00 auto
				08:00 answered-by-rule answered cert`, `
				volume 1
				mttr not: automatic
				mttr_business not: automatic
				first_touch not: automatic
				compliance_first_response not: automatic
				compliance_resolution not: automatic
				compliance_ola ola:service-desk not: automatic
				updates_kept not: automatic
				reopen_rate 0
				reuse 1
				link_rate 1
				bypass_rate 0`,
		},
		{
			"a link after the resolution, and after the window", `
				1 08:00 created
				09:00 resolve fixed
				20 09:00 link cert`, `
				volume 1
				mtta 1h0m0s
				mttr 1h0m0s
				mttr_business 1h0m0s
				first_touch 0
				compliance_first_response 1
				compliance_resolution 1
				compliance_ola ola:service-desk 1
				updates_kept 1
				reopen_rate 0
				link_rate 1
				bypass_rate 0`,
		},
		{
			"created before the window, resolved after it", `
				0 08:00 created
				15 09:00 resolve fixed`, `
				backlog 1
				compliance_first_response 0
				compliance_resolution 0
				compliance_ola ola:service-desk 0
				updates_kept 0`,
		},
		{
			"resolved before the window", `
				-5 08:00 created
				-4 09:00 resolve fixed`, ``,
		},
		{
			"open when the window ended, by way of a reopening", `
				1 08:00 created
				09:00 resolve fixed
				14 09:00 reopen
				16 09:00 resolve fixed`, `
				volume 1
				backlog 1
				mtta 1h0m0s
				first_touch 0
				compliance_first_response 1
				updates_kept 1
				reopen_rate 0
				bypass_rate 0`,
		},
		{
			// Paused for 20 of 34 business hours: 14 of 24 are spent. Of the group's 4, one on Monday and
			// three on Wednesday. The rhythm of updates goes on while the requester is waited for.
			"waiting for the requester pauses the resolution", `
				1 08:00 created
				09:00 reply
				09:00 pending
				3 09:00 answer
				4 12:00 resolve fixed`, `
				volume 1
				first_response 1h0m0s
				mtta 1h0m0s
				mttr 76h0m0s
				mttr_business 34h0m0s
				first_touch 1
				compliance_first_response 1
				compliance_resolution 1
				compliance_ola ola:service-desk 0
				updates_kept 0
				reopen_rate 0
				link_rate 0
				bypass_rate 0`,
		},
		{
			// Acme had it for 9 hours on Monday and 2 on Tuesday, and has 8.
			"on hold at a supplier", `
				1 08:00 created
				08:30 reply
				09:00 on_hold acme
				2 10:00 open
				11:00 resolve fixed`, `
				volume 1
				first_response 30m0s
				mtta 30m0s
				mttr 27h0m0s
				mttr_business 13h0m0s
				first_touch 1
				compliance_first_response 1
				compliance_resolution 1
				compliance_ola ola:service-desk 1
				compliance_supplier supplier:acme 0
				updates_kept 0
				reopen_rate 0
				link_rate 0
				bypass_rate 0`,
		},
		{
			// At priority 1, 15 minutes for the response are over; 3 of 4 hours until the resolution.
			"raised to priority 1: the time already spent counts", `
				1 08:00 created
				09:00 priority 3 to 1
				09:05 reply
				11:00 resolve fixed`, `
				volume 1
				first_response 1h5m0s
				mtta 1h0m0s
				mttr 3h0m0s
				mttr_business 3h0m0s
				first_touch 1
				compliance_first_response 0
				compliance_resolution 1
				updates_kept 0
				reopen_rate 0
				link_rate 0
				bypass_rate 0`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := measure.Query{From: monday, To: monday.AddDate(0, 0, 14)}
			if d := cmp.Diff(lines(c.want), rows(t, c.script, q, 30)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// TestPending: the time in which a ticket waited for its requester, with it and without.
func TestPending(t *testing.T) {
	const ticket = `
		1 08:00 created
		08:30 pending
		09:30 answer
		10:00 reply
		10:15 pending
		11:00 answer
		11:00 on_hold
		12:00 open
		12:15 pending
		13:00 resolve fixed`
	for _, c := range []struct {
		out  bool
		want string
	}{
		{false, "first_response 2h0m0s; mtta 30m0s; mttr 5h0m0s; mttr_business 5h0m0s"},
		// an hour before the reply; then 45 minutes, and 45 minutes in which it was resolved
		{true, "first_response 1h0m0s; mtta 30m0s; mttr 2h30m0s; mttr_business 2h30m0s"},
	} {
		var got []string
		for _, l := range rows(t, ticket, measure.Query{From: monday, PendingOut: c.out}, 30) {
			if strings.HasSuffix(l, "s") {
				got = append(got, l)
			}
		}
		if d := cmp.Diff(c.want, strings.Join(got, "; ")); d != "" {
			t.Errorf("pending out %v (-want +got):\n%s", c.out, d)
		}
	}
}

// TestProvisional: a cohort is final when the days to reopen are over.
func TestProvisional(t *testing.T) {
	const resolved = "1 08:00 created\n09:00 reply\n10:00 resolve fixed\n"
	for _, c := range []struct {
		name, script string
		day          int
		want         string
	}{
		{"the days go on", resolved, 7, "first_touch reopen_rate"},
		{"the days are over", resolved, 9, ""},
		{"reopened: no day will change that", resolved + "2 08:00 reopen", 3, ""},
		{"two replies: never a first touch", "1 08:00 created\n08:30 reply\n" + resolved[16:], 3, "reopen_rate"},
	} {
		var got []string
		for _, v := range report(t, c.script, measure.Query{}, c.day).Values {
			if v.Provisional {
				got = append(got, v.Name)
			}
		}
		if d := cmp.Diff(c.want, strings.Join(got, " ")); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
}

// shipped returns the service model that ships, with replacements.
func shipped(t *testing.T, replace ...string) *model.Service {
	t.Helper()
	text := string(content.ServiceModel())
	for i := 0; i < len(replace); i += 2 {
		if !strings.Contains(text, replace[i]) {
			t.Fatalf("the service model lacks %q", replace[i])
		}
		text = strings.Replace(text, replace[i], replace[i+1], 1)
	}
	m, err := model.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func lines(text string) []string {
	out := []string{}
	for _, l := range strings.Split(text, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

func now(day int) time.Time { return monday.AddDate(0, 0, day-1) }

func facts(t *testing.T, text string) measure.Facts {
	t.Helper()
	models := clock.Always(shipped(t, "escalates_to: [second-line]", "escalates_to: [second-line]\n    ola: {3: 4h}",
		"groups:", "suppliers:\n  acme: {title: Acme, calendar: office, targets: {3: 8h}}\ngroups:"))
	f, ok, err := measure.Read("1", script(t, text), models, now(40))
	if err != nil || !ok {
		t.Fatalf("%v, %v", ok, err)
	}
	return f
}

// rows returns the rows of a ticket, by measure in their order.
func rows(t *testing.T, text string, q measure.Query, day int) []string {
	t.Helper()
	f := facts(t, text)
	out := []string{}
	for _, m := range measure.Measures() {
		if m.Name == "deflection" {
			continue // has every row of volume, see TestVisits
		}
		for _, r := range m.Rows(q, measure.Rules{ReopenDays: 7}, now(day), &f) {
			value := fmt.Sprint(r.Value)
			if m.Unit == measure.Seconds {
				value = time.Duration(r.Value * float64(time.Second)).String()
			}
			if !r.Counts {
				value = "not: " + r.Reason
			}
			if r.Target != "" {
				value = r.Target + " " + value
			}
			out = append(out, m.Name+" "+value)
		}
	}
	return out
}

func report(t *testing.T, text string, q measure.Query, day int) measure.Report {
	t.Helper()
	f := facts(t, text)
	b := measure.NewBuilder(q, measure.Rules{ReopenDays: 7, Zone: time.UTC}, now(day))
	b.Add(&f)
	return b.Report()
}
