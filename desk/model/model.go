package model

import (
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
)

// Service describes how this desk works, as written by the service manager. It is
// created by Parse and immutable, so it may be shared.
//
// Names (of groups, categories, services, calendars) are lower-case words joined by
// hyphens. Lists keep the order of the file.
type Service struct {
	Version  int // incremented by the service manager with every change
	Number   int // of the stored version, 0 while it is not stored
	Name     string
	Location *time.Location // the time zone of days, and of calendars without one
	Owners   Owners
	// Reviewed says that a change needs the approval of another person.
	Reviewed bool

	Calendars  []Calendar
	Sites      []Site
	Suppliers  []Supplier
	Groups     []Group
	Services   []SupportedService
	Categories []Category
	Catalogue  []RequestType

	Intake           Intake
	Membership       Enforcement   // when a ticket gets an assignee who is not in its group
	HandOver         Enforcement   // when a group hands over to one that its row does not name
	PriorityOneRoles []access.Role // who may declare priority 1

	DefaultImpact  int // 1..3
	DefaultUrgency int // 1..3

	Levels      []ServiceLevel // in order of priority, 1 to 5
	Escalations []EscalationRule
	// NearBreach is the share of a goal from which its breach is near.
	NearBreach float64
	Problems   ProblemRule
	Knowledge  KnowledgeStandard
	Thresholds []Threshold
	Retention  Retention

	matrix           [3][3]int
	reopenDays       int
	anonymousSearch  bool
	anonymousReading bool
	floor            float64
	handoffLine      string
	defaults         map[string]Boundary
	boundaries       map[string]map[string]Boundary // by category, then action
	ai               AI
	clocks           map[TargetKind]ClockPolicy
}

// Group is a group of agents.
type Group struct {
	Name        string
	Title       string
	Calendar    string
	Site        string   // "" for none
	OLA         Targets  // time in the group, by priority
	Members     []string // e-mail addresses; empty: every agent may take its tickets
	EscalatesTo []string // groups it may hand tickets over to
}

// SupportedService is a service that the desk supports.
type SupportedService struct {
	Name     string
	Title    string
	Owner    string // group
	Critical bool
	Levels   []ServiceLevel // that replace those of the priorities
}

// Category is what a ticket is about, from a closed list.
type Category struct {
	Name  string
	Title string
	Group string // gets the ticket first
	Type  Type   // the default
}

// Intake says how tickets come in and where those without a category go.
type Intake struct {
	Channels       []Channel
	BypassChannels []Channel // tickets from these bypassed the intake; they are marked and counted
	Group          string
	Type           Type
}

// ServiceLevel is what requesters can expect for a priority, in calendar time.
type ServiceLevel struct {
	Priority      int
	Calendar      string
	FirstResponse time.Duration
	Resolution    time.Duration
	UpdateEvery   time.Duration // the longest time without news for the requester
}

// ProblemRule says when incidents become a problem candidate.
type ProblemRule struct {
	ClusterIncidents int // with the same symptom, or the same service and category
	ClusterWithin    time.Duration
	OutageIncidents  int // that suggest an outage
	OutageWithin     time.Duration
	OutageQuiet      time.Duration // after a candidate, no other one for the same outage
	CriticalPriority bool          // any priority 1 on a critical service is a candidate
}

// KnowledgeStandard says what makes a good article and what is redacted. The standard has
// an entry for every kind and a weight for every check; with a gate of 0 the checklist
// only advises.
type KnowledgeStandard struct {
	kb.Standard
	// Machines says which machine addresses and names are removed from drafts and from what
	// is sent to a language model; the zero value means MachinesInternal.
	Machines Machines
}

// Machines is a policy for machine addresses and names.
type Machines string

// The policies, from least to most. Public host names always stay.
const (
	MachinesNone     Machines = "none"
	MachinesInternal Machines = "internal" // private addresses, and names known to a local network only
	MachinesAll      Machines = "all"      // and every other IP address
)

// The actions that have a boundary.
const (
	ActionTriage       = "triage"
	ActionSuggest      = "suggest"
	ActionDraftReply   = "draft_reply"
	ActionDraftArticle = "draft_article"
	ActionAutoAnswer   = "auto_answer"
)

// Actions lists the actions that have a boundary.
func Actions() []string {
	return []string{ActionTriage, ActionSuggest, ActionDraftReply, ActionDraftArticle, ActionAutoAnswer}
}

// Boundary says how far an action may go without a human decision.
type Boundary string

// The boundaries, from the strictest.
const (
	BoundaryOff        Boundary = "off"        // not done
	BoundarySuggest    Boundary = "suggest"    // suggested; a person decides and acts
	BoundarySupervised Boundary = "supervised" // prepared; a person approves before it takes effect
	BoundaryAutonomous Boundary = "autonomous" // done
)

// Boundaries lists the boundaries, from the strictest.
func Boundaries() []Boundary {
	return []Boundary{BoundaryOff, BoundarySuggest, BoundarySupervised, BoundaryAutonomous}
}

// Allows reports whether the action may be done at all.
func (b Boundary) Allows() bool { return b != BoundaryOff && b != "" }

// Priority returns the priority, 1 (highest) to 5, for an impact and urgency of 1..3, or 0
// when one of them is out of range.
func (m *Service) Priority(impact, urgency int) int {
	if impact < 1 || impact > 3 || urgency < 1 || urgency > 3 {
		return 0
	}
	return m.matrix[impact-1][urgency-1]
}

// MayDeclareP1 reports whether somebody with these roles may declare priority 1.
func (m *Service) MayDeclareP1(roles []access.Role) bool {
	return slices.ContainsFunc(roles, func(r access.Role) bool { return slices.Contains(m.PriorityOneRoles, r) })
}

// Group returns the group with that name.
func (m *Service) Group(name string) (Group, bool) {
	return find(m.Groups, func(g Group) bool { return g.Name == name })
}

// HasGroup reports whether there is a group with that name.
func (m *Service) HasGroup(name string) bool { _, ok := m.Group(name); return ok }

// GroupNames lists the names of the groups in the order of the file.
func (m *Service) GroupNames() []string {
	return names(m.Groups, func(g Group) string { return g.Name })
}

// Service returns the service with that name.
func (m *Service) Service(name string) (SupportedService, bool) {
	return find(m.Services, func(s SupportedService) bool { return s.Name == name })
}

// HasService reports whether there is a service with that name.
func (m *Service) HasService(name string) bool { _, ok := m.Service(name); return ok }

// Category returns the category with that name.
func (m *Service) Category(name string) (Category, bool) {
	return find(m.Categories, func(c Category) bool { return c.Name == name })
}

// HasCategory reports whether there is a category with that name.
func (m *Service) HasCategory(name string) bool { _, ok := m.Category(name); return ok }

// DefaultGroup returns the group that gets tickets of the category first; for an unknown
// or empty category, that of the intake.
func (m *Service) DefaultGroup(category string) string {
	if c, ok := m.Category(category); ok {
		return c.Group
	}
	return m.Intake.Group
}

// DefaultType returns the type of a ticket in the category that was opened without one;
// for an unknown or empty category, that of the intake.
func (m *Service) DefaultType(category string) Type {
	if c, ok := m.Category(category); ok {
		return c.Type
	}
	return m.Intake.Type
}

// Bypasses reports whether tickets from this channel bypassed the intake.
func (m *Service) Bypasses(c Channel) bool { return slices.Contains(m.Intake.BypassChannels, c) }

// Level returns the service level of a priority 1..5.
func (m *Service) Level(priority int) (ServiceLevel, bool) {
	return find(m.Levels, func(l ServiceLevel) bool { return l.Priority == priority })
}

// Calendar returns the calendar with that name.
func (m *Service) Calendar(name string) (Calendar, bool) {
	return find(m.Calendars, func(c Calendar) bool { return c.Name == name })
}

// Supplier returns the supplier with that name or title.
func (m *Service) Supplier(name string) (Supplier, bool) {
	return find(m.Suppliers, func(s Supplier) bool { return s.Name == name || strings.EqualFold(s.Title, name) })
}

// Clock returns what moves the clocks of a kind of target.
func (m *Service) Clock(kind TargetKind) ClockPolicy { return m.clocks[kind] }

// Accepts reports whether tickets can come in by this channel.
func (m *Service) Accepts(c Channel) bool {
	return slices.Contains(m.Intake.Channels, c) || m.Bypasses(c)
}

// IsMember reports whether a person may take the tickets of a group. Every agent may take
// those of a group without members and of an unknown one.
func (m *Service) IsMember(group, email string) bool {
	g, ok := m.Group(group)
	return !ok || len(g.Members) == 0 || slices.Contains(g.Members, strings.ToLower(email))
}

// MayHandOver reports whether the row of a group allows it to hand tickets over to another.
// An unknown group may hand over to every group.
func (m *Service) MayHandOver(from, to string) bool {
	g, ok := m.Group(from)
	return !ok || from == to || slices.Contains(g.EscalatesTo, to)
}

// Boundary returns how far the action may go for tickets in the category; for an unknown or
// empty category, the default row decides. An unknown action is off.
func (m *Service) Boundary(category, action string) Boundary {
	if b, ok := m.boundaries[category][action]; ok {
		return b
	}
	if b, ok := m.defaults[action]; ok {
		return b
	}
	return BoundaryOff
}

// BoundaryRule returns the path of the rule that Boundary applies, for the record of an
// automatic action: "automation.categories.security.auto_answer".
func (m *Service) BoundaryRule(category, action string) string {
	if _, ok := m.boundaries[category][action]; ok {
		return "automation.categories." + category + "." + action
	}
	return "automation.default." + action
}

// Floor returns the probability below which nothing is suggested or answered.
func (m *Service) Floor() float64 { return m.floor }

// AnonymousSearch reports whether visitors may search public articles.
func (m *Service) AnonymousSearch() bool { return m.anonymousSearch }

// AnonymousReading reports whether visitors may read public articles; it is true if
// AnonymousSearch is.
func (m *Service) AnonymousReading() bool { return m.anonymousReading }

// ReopenDays returns for how many days after its resolution a requester can reopen a
// ticket.
func (m *Service) ReopenDays() int { return m.reopenDays }

// HandoffLine returns the sentence shown where automation stops and a person takes over.
func (m *Service) HandoffLine() string { return m.handoffLine }

// ReviewInterval returns the time after which an article of the kind is due for review.
func (m *Service) ReviewInterval(kind kb.Kind) time.Duration {
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
