package desk

import (
	"slices"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
)

// ServiceModel is the service model: how this desk works, as the service manager wrote
// it. ParseModel makes it and it never changes afterwards, so it may be shared.
//
// Names (of groups, categories, services, calendars) are lower-case words joined
// by hyphens. Lists keep the order of the file.
type ServiceModel struct {
	Version  int // raised by the service manager with every change
	Name     string
	Location *time.Location // the zone in which calendars are read

	Calendars  []Calendar
	Groups     []Group
	Services   []SupportedService
	Categories []Category

	Intake    Intake
	Declarers []access.Role // who may declare priority 1

	DefaultImpact  int // 1..3, of a ticket for which nobody said otherwise
	DefaultUrgency int // 1..3, likewise

	Levels    []ServiceLevel // in order of priority, 1 to 5
	Problems  ProblemRule
	Knowledge KnowledgeStandard

	matrix           [3][3]int
	reopenDays       int
	anonymousSearch  bool
	anonymousReading bool
	floor            float64
	handoffLine      string
	defaults         map[string]Boundary
	boundaries       map[string]map[string]Boundary // by category, then action
	ai               AI
}

// Calendar is the hours in which time counts for a target.
type Calendar struct {
	Name     string
	Hours    [7][]Span // by time.Weekday, in order, not overlapping; none: closed
	Holidays []time.Time
}

// Span is a half-open part of a day in minutes after midnight, 0 <= From < To <= 1440.
type Span struct{ From, To int }

// Group works tickets.
type Group struct {
	Name        string
	Title       string
	Calendar    string
	Members     []string // e-mail addresses; none: every agent may take its tickets
	EscalatesTo []string // groups it may hand tickets to
}

// SupportedService is something that users rely on.
type SupportedService struct {
	Name     string
	Title    string
	Owner    string // group
	Critical bool
}

// Category is one of the closed list of things a ticket can be about.
type Category struct {
	Name  string
	Title string
	Group string // gets the ticket first
	Type  Type   // until somebody says otherwise
}

// Intake says how tickets come in and where those without a category go.
type Intake struct {
	Channels  []Channel
	SideDoors []Channel // bypass the intake; their tickets are marked and counted
	Group     string
	Type      Type
}

// ServiceLevel is what a requester can expect of one priority, in time of the calendar.
type ServiceLevel struct {
	Priority      int
	Calendar      string
	FirstResponse time.Duration
	Resolution    time.Duration
	UpdateEvery   time.Duration // the longest silence the requester may see
}

// ProblemRule says when incidents become a problem candidate.
type ProblemRule struct {
	ClusterIncidents int // incidents with the same symptom, or the same service and category
	ClusterWithin    time.Duration
	OutageIncidents  int // incidents that suggest an outage
	OutageWithin     time.Duration
	OutageQuiet      time.Duration // silence about the same outage afterwards
	CriticalPriority bool          // any priority 1 on a critical service
}

// KnowledgeStandard is what a good article is, and what is taken out of what is written.
// The standard has every kind, and every check its weight; a gate of 0 means that the
// checklist only advises.
type KnowledgeStandard struct {
	kb.Standard
	// Machines says which addresses and names of machines are taken out of drafts and of
	// what a language model gets; the zero value counts as MachinesInternal.
	Machines Machines
}

// Machines is a policy for addresses and names of machines.
type Machines string

// The policies, from least to most. Public names of hosts always stay.
const (
	MachinesNone     Machines = "none"
	MachinesInternal Machines = "internal" // private addresses, and names that only a local network knows
	MachinesAll      Machines = "all"      // every IP address too
)

// The actions that boundaries are set for.
const (
	ActionTriage       = "triage"
	ActionSuggest      = "suggest"
	ActionDraftReply   = "draft_reply"
	ActionDraftArticle = "draft_article"
	ActionAutoAnswer   = "auto_answer"
)

// Actions lists every action that has a boundary.
func Actions() []string {
	return []string{ActionTriage, ActionSuggest, ActionDraftReply, ActionDraftArticle, ActionAutoAnswer}
}

// Boundary says how far an action may go without a person.
type Boundary string

// The boundaries, from nothing to everything.
const (
	BoundaryOff        Boundary = "off"        // it is not done
	BoundarySuggest    Boundary = "suggest"    // it is offered; a person decides and acts
	BoundarySupervised Boundary = "supervised" // it is prepared; a person approves before it takes effect
	BoundaryAutonomous Boundary = "autonomous" // it is done
)

// Boundaries lists the boundaries, from nothing to everything.
func Boundaries() []Boundary {
	return []Boundary{BoundaryOff, BoundarySuggest, BoundarySupervised, BoundaryAutonomous}
}

// Allows reports whether the action may be done at all.
func (b Boundary) Allows() bool { return b != BoundaryOff && b != "" }

// Priority gives the priority 1 (highest) to 5 for impact and urgency 1..3, and 0
// when one of them is not in that range.
func (m *ServiceModel) Priority(impact, urgency int) int {
	if impact < 1 || impact > 3 || urgency < 1 || urgency > 3 {
		return 0
	}
	return m.matrix[impact-1][urgency-1]
}

// MayDeclareP1 reports whether somebody with these roles may declare priority 1.
func (m *ServiceModel) MayDeclareP1(roles []access.Role) bool {
	return slices.ContainsFunc(roles, func(r access.Role) bool { return slices.Contains(m.Declarers, r) })
}

// Group gives the group with that name.
func (m *ServiceModel) Group(name string) (Group, bool) {
	return find(m.Groups, func(g Group) bool { return g.Name == name })
}

// HasGroup reports whether there is a group with that name.
func (m *ServiceModel) HasGroup(name string) bool { _, ok := m.Group(name); return ok }

// GroupNames lists the groups' names in the order of the file.
func (m *ServiceModel) GroupNames() []string {
	return names(m.Groups, func(g Group) string { return g.Name })
}

// Service gives the service with that name.
func (m *ServiceModel) Service(name string) (SupportedService, bool) {
	return find(m.Services, func(s SupportedService) bool { return s.Name == name })
}

// HasService reports whether there is a service with that name.
func (m *ServiceModel) HasService(name string) bool { _, ok := m.Service(name); return ok }

// Category gives the category with that name.
func (m *ServiceModel) Category(name string) (Category, bool) {
	return find(m.Categories, func(c Category) bool { return c.Name == name })
}

// HasCategory reports whether there is a category with that name.
func (m *ServiceModel) HasCategory(name string) bool { _, ok := m.Category(name); return ok }

// DefaultGroup is the group that gets a ticket of the category first; an unknown
// or empty category has the intake's.
func (m *ServiceModel) DefaultGroup(category string) string {
	if c, ok := m.Category(category); ok {
		return c.Group
	}
	return m.Intake.Group
}

// DefaultType is the type a ticket of the category has until somebody says
// otherwise; an unknown or empty category has the intake's.
func (m *ServiceModel) DefaultType(category string) Type {
	if c, ok := m.Category(category); ok {
		return c.Type
	}
	return m.Intake.Type
}

// SideDoor reports whether tickets of this channel bypassed the intake.
func (m *ServiceModel) SideDoor(c Channel) bool { return slices.Contains(m.Intake.SideDoors, c) }

// Level gives what is promised for a priority 1..5.
func (m *ServiceModel) Level(priority int) (ServiceLevel, bool) {
	return find(m.Levels, func(l ServiceLevel) bool { return l.Priority == priority })
}

// Boundary says how far the action may go for tickets of the category; an unknown
// or empty category has the default row's. An unknown action is off.
func (m *ServiceModel) Boundary(category, action string) Boundary {
	if b, ok := m.boundaries[category][action]; ok {
		return b
	}
	if b, ok := m.defaults[action]; ok {
		return b
	}
	return BoundaryOff
}

// BoundaryRule names the line of the model that Boundary read, for the record of
// an automatic action: "automation.categories.security.auto_answer".
func (m *ServiceModel) BoundaryRule(category, action string) string {
	if _, ok := m.boundaries[category][action]; ok {
		return "automation.categories." + category + "." + action
	}
	return "automation.default." + action
}

// Floor is the probability below which nothing is suggested or answered.
func (m *ServiceModel) Floor() float64 { return m.floor }

// AnonymousSearch reports whether visitors may search public articles.
func (m *ServiceModel) AnonymousSearch() bool { return m.anonymousSearch }

// AnonymousReading reports whether visitors may open public articles; it is true
// wherever AnonymousSearch is.
func (m *ServiceModel) AnonymousReading() bool { return m.anonymousReading }

// ReopenDays is for how many days after its resolution a ticket can be reopened.
func (m *ServiceModel) ReopenDays() int { return m.reopenDays }

// HandoffLine is the sentence shown wherever automation stops and a person takes over.
func (m *ServiceModel) HandoffLine() string { return m.handoffLine }

// RequiredSections lists the headings that an article of the kind must have.
func (m *ServiceModel) RequiredSections(kind kb.Kind) []string {
	return slices.Clone(m.Knowledge.Kinds[kind].Sections)
}

// ReviewInterval is how long an article of the kind stays unquestioned.
func (m *ServiceModel) ReviewInterval(kind kb.Kind) time.Duration {
	return m.Knowledge.Kinds[kind].Review
}

func find[T any](list []T, match func(T) bool) (T, bool) {
	if i := slices.IndexFunc(list, match); i >= 0 {
		return list[i], true
	}
	var none T
	return none, false
}

func names[T any](list []T, name func(T) string) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = name(x)
	}
	return out
}
