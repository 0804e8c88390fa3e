package model

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
)

// Parse parses a service model (YAML). A file with any problem is refused as a whole:
// the error is fault.Invalid, and its chain contains Problems with the line and the
// reason of every problem.
func Parse(data []byte) (*Service, error) {
	r := &modelReader{declared: map[string]bool{}, known: map[string]bool{}}
	m := r.model(r.parseNode(data))
	r.resolve()
	if len(r.problems) > 0 {
		return nil, r.problems.refused()
	}
	return m, nil
}

func (r *modelReader) model(root value) *Service {
	f := root.fields()
	defer f.done()
	m := &Service{
		Version:    f.get("version").integer(1, 1_000_000),
		Name:       f.get("name").text(),
		Location:   location(f.get("time_zone")),
		Calendars:  readAll(f.get("calendars"), "calendar", readCalendar),
		Groups:     readAll(f.get("groups"), "group", readGroup),
		Services:   readAll(f.get("services"), "service", readService),
		Categories: readAll(f.get("categories"), "category", readCategory),
		Intake:     readIntake(f.get("intake")),
		Levels:     readLevels(f.get("service_levels")),
		Problems:   readProblemRule(f.get("problem_candidates")),
		Knowledge:  readKnowledge(f.get("knowledge")),
	}
	m.Owners = readOwners(f)
	m.Reviewed = f.has("changes_reviewed") && f.get("changes_reviewed").boolean()
	m.Sites = readSome(f, "locations", "location", readSite)
	m.Suppliers = readSome(f, "suppliers", "supplier", readSupplier)
	m.Catalogue = readSome(f, "catalogue", "request type", readRequestType)
	m.Escalations = readSome(f, "escalations", "escalation", readEscalation)
	m.Thresholds = readSome(f, "thresholds", "threshold", readThreshold)
	m.Membership, m.HandOver = enforcement(f, "membership"), enforcement(f, "hand_overs")
	m.clocks = readClocks(f)
	if m.NearBreach = 0.8; f.has("near_breach") {
		m.NearBreach = f.get("near_breach").number(0, 1)
	}
	m.Retention = readRetention(f)
	m.finish()
	m.reopenDays = f.get("reopen_days").integer(0, 365)
	m.readPriority(f.get("priority"))
	m.readAudiences(f.get("audiences"))
	m.readAutomation(f.get("automation"))
	retrieval := f.get("retrieval").fields()
	m.floor = retrieval.get("floor").number(0, 1)
	retrieval.done()
	m.handoffLine = f.get("handoff_line").text()
	m.ai = readAI(f)
	return m
}

// finish fills in what one part of the file takes from another.
func (m *Service) finish() {
	for i := range m.Calendars {
		if m.Calendars[i].Zone == nil {
			m.Calendars[i].Zone = m.Location
		}
	}
	for i, g := range m.Groups {
		if site, ok := find(m.Sites, func(s Site) bool { return s.Name == g.Site }); ok && g.Calendar == "" {
			m.Groups[i].Calendar = site.Calendar
		}
	}
}

// enforcement reads how a rule is enforced; a file that does not say so warns.
func enforcement(root *fields, key string) Enforcement {
	if !root.has(key) {
		return Warn
	}
	return oneOf(root.get(key), Enforcements())
}

// readSome reads a mapping of names to things of one kind, which may be missing.
func readSome[T any](root *fields, key, kind string, read func(name string, f *fields) T) []T {
	if !root.has(key) {
		return nil
	}
	return readAll(root.get(key), kind, read)
}

func location(v value) *time.Location {
	name := v.text()
	// "Local" would mean something else on every machine.
	loc, err := time.LoadLocation(name)
	if name != "" && (err != nil || name == "Local") {
		v.fail("%q is not a time zone such as Etc/UTC or Europe/Berlin", name)
		return nil
	}
	return loc
}

// readAll reads a non-empty mapping of names to things of one kind.
func readAll[T any](v value, kind string, read func(name string, f *fields) T) []T {
	var out []T
	all := v.fields()
	for i, name := range all.keys {
		f := all.named(i).fields()
		f.declare(kind, name)
		out = append(out, read(name, f))
		f.done()
	}
	if all.node != nil && len(all.node.Content) == 0 {
		v.fail("has no %s", kind)
	}
	return out
}

func readGroup(name string, f *fields) Group {
	g := Group{Name: name, Title: f.get("title").text()}
	if f.has("location") {
		g.Site = f.get("location").reference("location")
	}
	if f.has("calendar") || g.Site == "" {
		g.Calendar = f.get("calendar").reference("calendar")
	}
	if f.has("ola") {
		g.OLA = readTargets(f.get("ola"))
	}
	for _, v := range f.get("members").items() {
		g.Members = append(g.Members, mailAddress(v))
	}
	for _, v := range f.get("escalates_to").items() {
		target := v.reference("group")
		if target == name {
			v.fail("a group cannot escalate to itself")
		}
		g.EscalatesTo = append(g.EscalatesTo, target)
	}
	return g
}

func readService(name string, f *fields) SupportedService {
	s := SupportedService{
		Name: name, Title: f.get("title").text(),
		Owner: f.get("owner").reference("group"), Critical: f.get("critical").boolean(),
	}
	if f.has("service_levels") {
		rows := f.get("service_levels").fields()
		for i, key := range priorities() {
			if rows.has(key) {
				s.Levels = append(s.Levels, readLevel(rows.get(key), i+1))
			}
		}
		rows.done()
	}
	return s
}

func readCategory(name string, f *fields) Category {
	return Category{
		Name: name, Title: f.get("title").text(),
		Group: f.get("group").reference("group"), Type: oneOf(f.get("type"), ticketTypes()),
	}
}

func ticketTypes() []Type { return []Type{Incident, Request, Question, Change} }

func readIntake(v value) Intake {
	f := v.fields()
	defer f.done()
	known := []Channel{Portal, API, Mail, Phone, Direct, VIP}
	in := Intake{Group: f.get("default_group").reference("group"), Type: oneOf(f.get("default_type"), ticketTypes())}
	for _, c := range f.get("channels").items() {
		in.Channels = append(in.Channels, oneOf(c, known))
	}
	for _, c := range f.get("side_doors").items() {
		channel := oneOf(c, known)
		if channel != "" && slices.Contains(in.Channels, channel) {
			c.fail("%q is also a channel of the intake", string(channel))
		}
		in.BypassChannels = append(in.BypassChannels, channel)
	}
	return in
}

func (m *Service) readPriority(v value) {
	f := v.fields()
	defer f.done()
	rows := f.get("matrix").fields()
	for impact := range m.matrix {
		row := rows.get(strconv.Itoa(impact + 1))
		cells := row.items()
		if row.node != nil && len(cells) != 3 {
			row.fail("must have three priorities, for urgency 1, 2 and 3")
			continue
		}
		for urgency, c := range cells {
			m.matrix[impact][urgency] = c.integer(1, 5)
		}
	}
	rows.done()
	m.DefaultImpact = f.get("default_impact").integer(1, 3)
	m.DefaultUrgency = f.get("default_urgency").integer(1, 3)
	for _, role := range f.get("may_declare_1").items() {
		m.PriorityOneRoles = append(m.PriorityOneRoles, oneOf(role, access.Roles()))
	}
}

func readLevels(v value) []ServiceLevel {
	all := v.fields()
	defer all.done()
	levels := make([]ServiceLevel, 5)
	for i := range levels {
		levels[i] = readLevel(all.get(priorities()[i]), i+1)
	}
	return levels
}

func readLevel(v value, priority int) ServiceLevel {
	f := v.fields()
	defer f.done()
	l := ServiceLevel{
		Priority:      priority,
		Calendar:      f.get("calendar").reference("calendar"),
		FirstResponse: f.get("first_response").duration(),
		Resolution:    f.get("resolution").duration(),
		UpdateEvery:   f.get("update_every").duration(),
	}
	if l.Resolution > 0 && l.FirstResponse > l.Resolution {
		f.get("first_response").fail("is longer than the resolution time")
	}
	return l
}

func readProblemRule(v value) ProblemRule {
	f := v.fields()
	defer f.done()
	cluster, outage := f.get("cluster").fields(), f.get("outage").fields()
	defer cluster.done()
	defer outage.done()
	return ProblemRule{
		ClusterIncidents: cluster.get("incidents").integer(2, 1000),
		ClusterWithin:    cluster.get("within").duration(),
		OutageIncidents:  outage.get("incidents").integer(2, 1000),
		OutageWithin:     outage.get("within").duration(),
		OutageQuiet:      outage.get("quiet").duration(),
		CriticalPriority: f.get("priority_1_on_critical_service").boolean(),
	}
}

func readKnowledge(v value) KnowledgeStandard {
	f := v.fields()
	defer f.done()
	k := KnowledgeStandard{
		Standard: kb.Standard{Weights: map[string]float64{}, Kinds: map[kb.Kind]kb.KindStandard{}},
	}
	if gate := f.get("publish_gate"); gate.node == nil || gate.node.Value != "off" {
		k.Gate = gate.number(0, 1)
	}
	checks := f.get("checklist").fields()
	for _, name := range checkNames() {
		checks.ask(name)
	}
	for i, name := range checks.keys {
		if v := checks.entries[i]; slices.Contains(checkNames(), name) {
			k.Weights[name] = v.number(0, 100)
		} else {
			v.fail("unknown check; the checks are %s", strings.Join(checkNames(), ", "))
		}
	}
	kinds := f.get("kinds").fields()
	for _, kind := range []kb.Kind{kb.Troubleshooting, kb.HowTo, kb.FAQ, kb.KnownError, kb.Policy} {
		kf := kinds.get(string(kind)).fields()
		s := kb.KindStandard{Sections: []string{}}
		for _, section := range kf.get("sections").items() {
			s.Sections = append(s.Sections, section.text())
		}
		s.Review = time.Duration(kf.get("review_every_days").integer(1, 3660)) * 24 * time.Hour
		k.Kinds[kind] = s
		kf.done()
	}
	kinds.done()
	k.Machines = MachinesInternal
	if f.has("redact_machines") { // older files do not have it
		k.Machines = oneOf(f.get("redact_machines"), []Machines{MachinesNone, MachinesInternal, MachinesAll})
	}
	return k
}

// checkNames lists the checks that can have a weight: first those that kb makes, then
// those that only a person can make.
func checkNames() []string {
	return []string{
		kb.DuplicateAvoided, kb.EnvironmentGiven, kb.SectionsPresent, kb.TitleInRequestersWords,
		kb.LinksAlive, kb.OwnerAndReviewDate, kb.NoSecrets, kb.PlaceholdersReplaced, kb.ResolutionHolds,
		"symptom_validated", "resolution_validated", "concise", "requesters_context",
	}
}

func (m *Service) readAudiences(v value) {
	f := v.fields()
	defer f.done()
	m.anonymousSearch = f.get("anonymous_search").boolean()
	reading := f.get("anonymous_reading")
	m.anonymousReading = reading.boolean()
	if m.anonymousSearch && !m.anonymousReading && reading.node != nil {
		reading.fail("must be true while anonymous_search is: results show passages")
	}
}

func (m *Service) readAutomation(v value) {
	f := v.fields()
	defer f.done()
	m.defaults = map[string]Boundary{}
	row := f.get("default").fields()
	for _, a := range Actions() {
		m.defaults[a] = oneOf(row.get(a), Boundaries())
	}
	row.done()
	m.boundaries = map[string]map[string]Boundary{}
	if !f.has("categories") {
		return
	}
	all := f.get("categories").fields()
	for i, category := range all.keys {
		e := all.named(i)
		if !v.r.declared["category "+category] {
			e.fail("there is no category %q", category)
		}
		row, own := e.fields(), map[string]Boundary{}
		for _, a := range Actions() {
			if row.has(a) {
				own[a] = oneOf(row.get(a), Boundaries())
			}
		}
		row.done()
		m.boundaries[category] = own
	}
}
