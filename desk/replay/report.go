package replay

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deskbook/deskbook/desk/clock"
	"github.com/deskbook/deskbook/desk/model"
)

// Flip is a difference between the two runs of a ticket.
type Flip struct {
	Ticket string `json:"ticket"`
	Field  string `json:"field"`
	From   string `json:"from"`
	To     string `json:"to"`
}

// Worst is a target that only the changed service model would have missed, with by how much.
type Worst struct {
	Ticket string  `json:"ticket"`
	Target string  `json:"target"`
	Over   float64 `json:"over_seconds"` // business time
}

// Misses counts the tickets that missed a target in the two runs.
type Misses struct {
	Target string `json:"target"`
	Before int    `json:"before"`
	After  int    `json:"after"`
}

// Automatic counts the tickets for which an action may be done without a person.
type Automatic struct {
	Action string `json:"action"`
	Before int    `json:"before"`
	After  int    `json:"after"`
}

// Load is how much work a group has had.
type Load struct {
	Group    string `json:"group"`
	Location string `json:"location"`
	Arrived  int    `json:"arrived"`
	Done     int    `json:"done"`
	Open     int    `json:"open"`
}

// Report is what a changed service model would have done.
type Report struct {
	Tickets    int            `json:"tickets"`
	Changed    []Flip         `json:"changed"`
	Totals     map[string]int `json:"totals"`
	Misses     []Misses       `json:"misses"`
	Automation []Automatic    `json:"automation"`
	Worst      []Worst        `json:"worst"`
	Believable []Believable   `json:"believable"`
	Workload   []Load         `json:"workload"`
}

// The fields of flips.
const (
	fieldGroup      = "group"
	fieldType       = "type"
	fieldPriority   = "priority"
	fieldEscalation = "escalation"
	fieldAutomation = "automation"
)

// Fields lists the fields that can flip.
func Fields() []string {
	return []string{
		fieldGroup, fieldType, fieldPriority, string(model.FirstResponse), string(model.Resolution), fieldEscalation,
		fieldAutomation,
	}
}

// maxWorst is how many of the worst cases are reported.
const maxWorst = 20

// builder adds up the runs of tickets.
type builder struct {
	Report
	models   clock.Timeline
	changed  *model.Service
	same     bool // the changed text is that of the service model in force
	now      time.Time
	misses   map[model.TargetKind]*Misses
	actions  map[string]*Automatic
	loads    map[string]*Load
	observed map[observation][]time.Duration
}

func newBuilder(models clock.Timeline, changed *model.Service, same bool, now time.Time) *builder {
	b := &builder{
		models: models, changed: changed, same: same, now: now,
		misses: map[model.TargetKind]*Misses{}, actions: map[string]*Automatic{}, loads: map[string]*Load{},
		observed: map[observation][]time.Duration{},
	}
	b.Changed, b.Worst, b.Totals = []Flip{}, []Worst{}, map[string]int{}
	for _, f := range Fields() {
		b.Totals[f] = 0
	}
	for _, k := range model.TargetKinds() {
		b.misses[k] = &Misses{Target: string(k)}
	}
	for _, a := range model.Actions() {
		b.actions[a] = &Automatic{Action: a}
	}
	return b
}

// add runs a ticket twice.
func (b *builder) add(id string, facts []clock.Fact) {
	b.Tickets++
	before := run(facts, b.models, nil, b.now)
	after := before
	if !b.same {
		after = run(facts, b.models, b.changed, b.now)
	}
	flip := func(field, from, to string) {
		if from != to {
			b.Changed = append(b.Changed, Flip{Ticket: id, Field: field, From: from, To: to})
			b.Totals[field]++
		}
	}
	flip(fieldGroup, before.group, after.group)
	flip(fieldType, before.kind, after.kind)
	flip(fieldPriority, strconv.Itoa(before.priority), strconv.Itoa(after.priority))
	flip(fieldEscalation, strings.Join(before.rules, ","), strings.Join(after.rules, ","))
	from, to := automation(before, after)
	flip(fieldAutomation, from, to)
	for _, kind := range model.TargetKinds() {
		x, y := before.phase(kind), after.phase(kind)
		if kind == model.FirstResponse || kind == model.Resolution {
			flip(string(kind), x, y)
		}
		b.miss(id, kind, x, y, after)
	}
	for _, a := range model.Actions() {
		count(&b.actions[a].Before, before.actions[a] == model.BoundaryAutonomous)
		count(&b.actions[a].After, after.actions[a] == model.BoundaryAutonomous)
	}
	b.observe(after)
	b.load(facts)
}

func (b *builder) miss(id string, kind model.TargetKind, before, after string, o outcome) {
	const missed = string(clock.Breached)
	m := b.misses[kind]
	count(&m.Before, before == missed)
	count(&m.After, after == missed)
	if after == missed && before != missed {
		b.Worst = append(b.Worst, Worst{Ticket: id, Target: string(kind), Over: o.over(kind).Seconds()})
		if len(b.Worst) > 10*maxWorst {
			b.cut()
		}
	}
}

func count(n *int, yes bool) {
	if yes {
		*n++
	}
}

// cut keeps the worst cases.
func (b *builder) cut() {
	slices.SortStableFunc(b.Worst, func(x, y Worst) int { return cmp.Compare(y.Over, x.Over) })
	b.Worst = b.Worst[:min(len(b.Worst), maxWorst)]
}

// load counts the ticket as work of the groups that had it.
func (b *builder) load(facts []clock.Fact) {
	last := facts[len(facts)-1].State
	l := b.loads[last.Group]
	if l == nil {
		l = &Load{Group: last.Group}
		if g, ok := b.changed.Group(last.Group); ok {
			l.Location = g.Site
		}
		b.loads[last.Group] = l
	}
	l.Arrived++
	if last.Status.Ended() {
		l.Done++
	} else {
		l.Open++
	}
}

func (b *builder) report() Report {
	b.cut()
	for _, k := range model.TargetKinds() {
		b.Misses = append(b.Misses, *b.misses[k])
	}
	for _, a := range model.Actions() {
		b.Automation = append(b.Automation, *b.actions[a])
	}
	b.Workload = []Load{}
	for _, l := range b.loads {
		b.Workload = append(b.Workload, *l)
	}
	slices.SortFunc(b.Workload, func(x, y Load) int { return cmp.Compare(x.Group, y.Group) })
	b.Believable = b.believable()
	return b.Report
}
