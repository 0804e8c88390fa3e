// Package access defines who acts and what they may do: roles, permissions, audiences and
// the actor that every domain call receives.
//
// It imports only the standard library and knows no store, no HTTP and no domain object.
// Whether an object is visible is decided inside the query that fetches it, from the
// values that this package derives.
package access

import (
	"slices"
	"time"
)

// Role is what a person is trusted with. A person can have several.
type Role string

// The five roles. A visitor has none.
const (
	Requester        Role = "requester"
	Agent            Role = "agent"
	KnowledgeManager Role = "knowledge_manager"
	ServiceManager   Role = "service_manager"
	Admin            Role = "admin"
)

// Roles lists all roles, in the order in which pages show them.
func Roles() []Role { return []Role{Requester, Agent, KnowledgeManager, ServiceManager, Admin} }

// ParseRole returns the role with that name.
func ParseRole(s string) (Role, bool) {
	r := Role(s)
	return r, slices.Contains(Roles(), r)
}

// Permission is what a route can require. The scopes of a token are permissions.
type Permission string

// The permissions. Public needs no login; the rest are granted by role.
const (
	Public         Permission = "public"          // anyone, signed in or not
	SignedIn       Permission = "signed_in"       // anyone who is signed in
	ReadArticles   Permission = "articles:read"   // read and search what the actor's audiences may see
	WriteArticles  Permission = "articles:write"  // create articles and propose edits
	ReviewArticles Permission = "articles:review" // approve, reject, publish, retire, merge
	OpenTickets    Permission = "tickets:open"    // open, read and follow own tickets
	WorkTickets    Permission = "tickets:work"    // read and work on all tickets
	ReadReports    Permission = "reports:read"    // measures and the tickets behind them
	ReadModel      Permission = "model:read"      // read the service model
	EditModel      Permission = "model:edit"      // change the service model
	ReadProblems   Permission = "problems:read"   // candidates, problems, known errors and changes
	ManageProblems Permission = "problems:manage" // decide on candidates, manage problems and known errors
	WriteChanges   Permission = "changes:write"   // record changes
	ReadUsage      Permission = "usage:read"      // calls to language models and their cost
	ManageUsers    Permission = "users:manage"    // users, tokens, providers, backup
)

var grants = map[Role][]Permission{
	Requester:        {ReadArticles, OpenTickets},
	Agent:            {ReadArticles, OpenTickets, WorkTickets, WriteArticles, ReadModel, ReadProblems, WriteChanges},
	KnowledgeManager: {ReadArticles, OpenTickets, WriteArticles, ReviewArticles, ReadReports, ReadModel, ReadProblems},
	ServiceManager: {
		ReadArticles, OpenTickets, ReadReports, ReadModel, EditModel, ReadUsage, ReadProblems, ManageProblems, WriteChanges,
	},
	Admin: {ManageUsers, ReadUsage},
}

// Scopes lists the permissions that a token can be limited to.
func Scopes() []Permission {
	return []Permission{
		ReadArticles, WriteArticles, ReviewArticles, OpenTickets, WorkTickets,
		ReadReports, ReadModel, EditModel, ReadProblems, ManageProblems, WriteChanges, ReadUsage, ManageUsers,
	}
}

// Audience is who an article is written for: Internal < Customer < AudiencePublic.
type Audience string

// The audiences.
const (
	Internal       Audience = "internal"
	Customer       Audience = "customer"
	AudiencePublic Audience = "public"
)

// Actor is who performs a call. The zero Actor is a visitor.
type Actor struct {
	ID    string // user id, "" for a visitor, SystemID for background work
	Email string
	Name  string
	Roles []Role
	// Scopes limits what a token may do; nil means all that the roles grant.
	Scopes []Permission
	// Until is when the actor's token expires; zero for a token that does not expire and for
	// a browser session.
	Until time.Time
}

// SystemID is the actor id of everything done by a rule rather than a person.
const SystemID = "system"

// System returns the actor of background work. It reads and writes like an agent and never
// reviews; what it writes is marked automatic.
func System() Actor { return Actor{ID: SystemID, Name: "Deskbook", Roles: []Role{Agent}} }

// Known reports whether the actor is signed in.
func (a Actor) Known() bool { return a.ID != "" }

// Has reports whether the actor has at least one of the roles.
func (a Actor) Has(roles ...Role) bool {
	return slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(a.Roles, r) })
}

// Can reports whether the actor's roles grant p and its token's scopes allow it.
func (a Actor) Can(p Permission) bool {
	if p == Public {
		return true
	}
	if p == SignedIn {
		return a.Known()
	}
	if a.Scopes != nil && !slices.Contains(a.Scopes, p) {
		return false
	}
	return slices.ContainsFunc(a.Roles, func(r Role) bool { return slices.Contains(grants[r], p) })
}

// Staff reports whether the actor works at the desk and so may read internal text. An
// admin without another role does not: the owner of the platform has no content rights.
// With a token, at least one of its scopes must be for work at the desk.
func (a Actor) Staff() bool {
	if !a.Has(Agent, KnowledgeManager, ServiceManager) {
		return false
	}
	work := []Permission{ReadArticles, WriteArticles, ReviewArticles, WorkTickets, ReadReports}
	return a.Scopes == nil || slices.ContainsFunc(a.Scopes, func(p Permission) bool { return slices.Contains(work, p) })
}

// ReadsAllTickets reports whether the actor may read the tickets of all requesters, with
// the internal notes: agents, and those who review articles, since they check the
// evidence, or read reports, which lead to the tickets behind a number.
func (a Actor) ReadsAllTickets() bool {
	return a.Can(WorkTickets) || a.Can(ReviewArticles) || a.Can(ReadReports)
}

// Audiences lists the audiences that the actor belongs to.
func (a Actor) Audiences() []Audience {
	switch {
	case a.Staff():
		return []Audience{Internal, Customer, AudiencePublic}
	case a.Can(ReadArticles):
		return []Audience{Customer, AudiencePublic}
	default:
		return []Audience{AudiencePublic}
	}
}

// DisplayName returns the name shown in threads.
func (a Actor) DisplayName() string {
	if a.Name != "" {
		return a.Name
	}
	return a.Email
}
