package model

import (
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/internal/access"
)

// Supplier is another company that tickets can wait for.
type Supplier struct {
	Name     string
	Title    string
	Calendar string
	Goals    Targets // time at the supplier, by priority
}

// Site is a location where groups work.
type Site struct {
	Name     string
	Title    string
	Calendar string
}

// Enforcement says what happens when somebody does what a rule does not allow.
type Enforcement string

// The enforcements.
const (
	Allow  Enforcement = "allow"
	Warn   Enforcement = "warn"   // it is done, recorded as a deviation and noticed
	Refuse Enforcement = "refuse" // it is not done
)

// Enforcements lists the enforcements.
func Enforcements() []Enforcement { return []Enforcement{Allow, Warn, Refuse} }

// Owners are the e-mail addresses of those who own the process, the platform and the
// people, "" for nobody.
type Owners struct{ Process, Platform, People string }

// Recipient is who gets a notice: one of the words below, a role, or an e-mail address.
type Recipient string

// The recipients that depend on the ticket or the service model.
const (
	ToAssignee      Recipient = "assignee"
	ToGroup         Recipient = "group"         // the members of the ticket's group
	ToServiceOwner  Recipient = "service_owner" // the members of the group that owns the service
	ToProcessOwner  Recipient = "process_owner"
	ToPlatformOwner Recipient = "platform_owner"
	ToPeopleLead    Recipient = "people_lead"
)

func recipients() []Recipient {
	list := []Recipient{ToAssignee, ToGroup, ToServiceOwner, ToProcessOwner, ToPlatformOwner, ToPeopleLead}
	for _, r := range access.Roles() {
		list = append(list, Recipient(r))
	}
	return list
}

// EscalationRule says what happens when a target has used up some of its time. An empty
// list matches every ticket.
type EscalationRule struct {
	Name   string
	Target TargetKind
	// The rule is due when this share of the goal is spent, or, where Left is not 0, when
	// no more than Left is left.
	Used float64
	Left time.Duration

	Priorities []int
	Services   []string
	Categories []string
	Groups     []string
	Types      []Type

	Reassign string // group that gets the ticket, "" to leave it
	Raise    int    // the priority that it is raised to, 0 to leave it
	Notify   []Recipient
}

// DueAt returns how much of the goal is spent when the rule is due.
func (r EscalationRule) DueAt(goal time.Duration) time.Duration {
	if r.Left > 0 {
		return max(0, goal-r.Left)
	}
	return time.Duration(r.Used * float64(goal)).Truncate(time.Second)
}

// Matches reports whether the rule is about tickets like this.
func (r EscalationRule) Matches(priority int, service, category, group string, t Type) bool {
	return in(r.Priorities, priority) && in(r.Services, service) && in(r.Categories, category) &&
		in(r.Groups, group) && in(r.Types, t)
}

// Addresses returns the addresses of a recipient that depends on no ticket, none when it
// names nobody.
func (m *Service) Addresses(r Recipient) []string {
	address := string(r)
	switch r {
	case ToProcessOwner:
		address = m.Owners.Process
	case ToPlatformOwner:
		address = m.Owners.Platform
	case ToPeopleLead:
		address = m.Owners.People
	}
	switch {
	case strings.Contains(address, "@"):
		return []string{"mail:" + address}
	case slices.Contains(access.Roles(), access.Role(address)):
		return []string{"role:" + address}
	}
	return nil
}

func in[T comparable](list []T, x T) bool { return len(list) == 0 || slices.Contains(list, x) }

// Threshold is a limit of a measure; crossing it opens a task.
type Threshold struct {
	Name    string
	Measure string
	Limit   float64
	Above   bool // crossed by values above the limit rather than below it
	Days    int  // of the window
	Task    Recipient
}

// Retention says for how long texts and people of ended tickets are stored; 0 is forever.
type Retention struct{ TicketDays int }

func readSupplier(name string, f *fields) Supplier {
	s := Supplier{Name: name, Title: f.get("title").text(), Calendar: f.get("calendar").reference("calendar")}
	if f.has("targets") {
		s.Goals = readTargets(f.get("targets"))
	}
	return s
}

func readSite(name string, f *fields) Site {
	return Site{Name: name, Title: f.get("title").text(), Calendar: f.get("calendar").reference("calendar")}
}

func readOwners(root *fields) (o Owners) {
	read := func(key string, owner *string) {
		if root.has(key) {
			*owner = mailAddress(root.get(key))
		}
	}
	read("process_owner", &o.Process)
	read("platform_owner", &o.Platform)
	read("people_lead", &o.People)
	return o
}

func mailAddress(v value) string {
	s := strings.ToLower(v.text())
	if s == "" {
		return ""
	}
	if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
		v.fail("%q is not an e-mail address", s)
		return ""
	}
	return s
}

func recipient(v value) Recipient {
	if v.node != nil && strings.Contains(v.node.Value, "@") {
		return Recipient(mailAddress(v))
	}
	return oneOf(v, recipients())
}

func readEscalation(name string, f *fields) EscalationRule {
	r := EscalationRule{Name: name, Target: oneOf(f.get("target"), TargetKinds())}
	switch {
	case f.has("when_left") && f.has("when_used"):
		f.get("when_used").fail("a rule has when_used or when_left, not both")
	case f.has("when_left"):
		r.Left = f.get("when_left").duration()
	default:
		r.Used = f.get("when_used").number(0, 10)
	}
	if f.has("priorities") {
		for _, v := range f.get("priorities").items() {
			r.Priorities = append(r.Priorities, v.integer(1, 5))
		}
	}
	read := func(key, kind string, list *[]string) {
		if f.has(key) {
			for _, v := range f.get(key).items() {
				*list = append(*list, v.reference(kind))
			}
		}
	}
	read("services", "service", &r.Services)
	read("categories", "category", &r.Categories)
	read("groups", "group", &r.Groups)
	if f.has("types") {
		r.Types = oneOfEach(f.get("types"), ticketTypes())
	}
	if f.has("reassign") {
		r.Reassign = f.get("reassign").reference("group")
	}
	if f.has("raise_to") {
		r.Raise = f.get("raise_to").integer(1, 4)
	}
	if f.has("notify") {
		for _, v := range f.get("notify").items() {
			r.Notify = append(r.Notify, recipient(v))
		}
	}
	if r.Reassign == "" && r.Raise == 0 && len(r.Notify) == 0 && f.node != nil {
		f.fail("does nothing; it needs reassign, raise_to or notify")
	}
	return r
}

func readThreshold(name string, f *fields) Threshold {
	t := Threshold{Name: name, Measure: oneOf(f.get("measure"), Measures()), Days: 30}
	if t.Above = f.has("above"); t.Above {
		t.Limit = f.get("above").number(0, 1e12)
	} else {
		t.Limit = f.get("below").number(0, 1e12)
	}
	if f.has("days") {
		t.Days = f.get("days").integer(1, 366)
	}
	t.Task = recipient(f.get("task_for"))
	return t
}

// Measures lists the names of the measures.
func Measures() []string {
	return []string{
		"volume", "backlog", "first_response", "mtta", "mttr", "mttr_business", "first_touch", "compliance_first_response",
		"compliance_resolution", "compliance_ola", "compliance_supplier", "updates_kept", "reopen_rate", "reuse",
		"link_rate", "bypass_rate", "self_service", "deflection",
	}
}

func readRetention(root *fields) (r Retention) {
	if !root.has("retention") {
		return r
	}
	f := root.get("retention").fields()
	defer f.done()
	r.TicketDays = f.get("ticket_days").integer(30, 36600)
	return r
}
