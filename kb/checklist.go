package kb

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/yuin/goldmark/ast"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/word"
	"github.com/deskbook/deskbook/kb/dialect"
	"github.com/deskbook/deskbook/kb/front"
	"github.com/deskbook/deskbook/kb/markdown"
	"github.com/deskbook/deskbook/kb/plain"
)

// The names of the checks that a machine answers.
const (
	DuplicateAvoided       = "duplicate_avoided"
	EnvironmentGiven       = "environment_given"
	SectionsPresent        = "sections_present"
	TitleInRequestersWords = "title_in_requesters_words"
	LinksAlive             = "links_alive"
	OwnerAndReviewDate     = "owner_and_review_date"
	NoSecrets              = "no_secrets"
	PlaceholdersReplaced   = "placeholders_replaced"
)

// The names of the checks that a reviewer answers.
const (
	SymptomValidated    = "symptom_validated"
	ResolutionValidated = "resolution_validated"
	Concise             = "concise"
	RequestersContext   = "requesters_context"
)

// HumanChecks lists the checks that only a person can answer, in order.
func HumanChecks() []string {
	return []string{SymptomValidated, ResolutionValidated, Concise, RequestersContext}
}

// confirmed adds the reviewer's answers to the machine's: confirmed items pass, the
// others fail. With no items the reviewer gave no answers, and nothing is added.
func confirmed(checks []Check, items []string) ([]Check, error) {
	if len(items) == 0 {
		return checks, nil
	}
	for _, item := range items {
		if !slices.Contains(HumanChecks(), item) {
			return nil, fault.InvalidField(
				"confirmed", "%q is not a reviewer's check; those are %s", plain.Clip(item, plain.MaxIDLen),
				strings.Join(HumanChecks(), ", "),
			)
		}
	}
	return answered(checks, items), nil
}

// answered returns the machine's answers together with those of a reviewer who confirms
// exactly these items.
func answered(checks []Check, items []string) []Check {
	out := slices.DeleteFunc(slices.Clone(checks), func(c Check) bool { return slices.Contains(HumanChecks(), c.Name) })
	for _, name := range HumanChecks() {
		if slices.Contains(items, name) {
			out = append(out, answer(name, true, "confirmed by the reviewer"))
		} else {
			out = append(out, answer(name, false, "not confirmed by the reviewer"))
		}
	}
	return out
}

const (
	duplicateScore = 0.8 // another article at least this similar answers the same question
	titleOverlap   = 0.5 // share of the title's words that requesters used
)

// CheckInput is a text to check against the content standard, with its context.
type CheckInput struct {
	Title, Markdown string
	Kind            Kind
	Audience        access.Audience
	Service, Owner  string
	ReviewBy        time.Time
	Editing         string   // id of the article that the text replaces, "" for a new one
	Nearest         Nearest  // the published article most like it
	Subjects        []string // of the tickets it was written from
	Reopened        int      // how many of them were reopened
	// Sections are the headings that there must be; nil is the template of the kind.
	Sections []string
	// Path and Dialect are those of the article that is edited, zero for a new one.
	Path    string
	Dialect dialect.Name
	Find    Finding  // finds articles whatever their state; nil finds none
	Redact  Redactor // nil looks for nothing
}

// Checklist answers the machine-checked items of the content standard: always the
// same items in the same order.
func Checklist(in CheckInput) []Check {
	doc := in.article().Document()
	parts := doc.Sections()
	return []Check{
		checkDuplicate(in),
		checkEnvironment(in, parts),
		checkSections(in, parts, hasList(doc)),
		checkTitle(in),
		checkLinks(in),
		checkOwner(in),
		checkSecrets(in),
		checkPlaceholders(in),
		checkHolds(in),
	}
}

func answer(name string, passed bool, format string, args ...any) Check {
	return Check{Name: name, Passed: passed, Detail: fmt.Sprintf(format, args...)}
}

func checkDuplicate(in CheckInput) Check {
	n := in.Nearest
	switch {
	case n.ID == "":
		return answer(DuplicateAvoided, true, "no similar article was found")
	case n.ID == in.Editing:
		return answer(DuplicateAvoided, true, "this edits the closest article")
	case n.Score >= duplicateScore:
		return answer(DuplicateAvoided, false, "%q may already answer this; edit it instead", n.Title)
	}
	return answer(DuplicateAvoided, true, "the closest article, %q, is about something else", n.Title)
}

// A section is found by any of the words that its heading may begin with.
var (
	issueWords       = []string{"issue", "symptom", "problem", "error", "question"}
	environmentWords = []string{
		"environment", "applies to", "affected", "versions", "requirements", "prerequisites", "scope",
	}
	causeWords      = []string{"cause", "root cause", "reason", "why"}
	resolutionWords = []string{"resolution", "solution", "fix", "steps", "how to", "answer", "procedure"}
	workaroundWords = []string{"workaround", "work around", "mitigation"}
)

// template lists the sections that each kind must have unless a standard says
// otherwise. A known error may have neither a cause nor a fix yet, but it must have a
// workaround.
func template(k Kind) []string {
	switch k {
	case Troubleshooting:
		return []string{"Issue", "Environment", "Cause", "Resolution"}
	case KnownError:
		return []string{"Issue", "Environment", "Workaround"}
	case HowTo, FAQ, Policy, NoKind:
	}
	return nil
}

// beginnings returns the words with which the heading of that section may begin.
func beginnings(name string) []string {
	name = strings.ToLower(strings.TrimSpace(name))
	switch name {
	case "issue":
		return issueWords
	case "environment":
		return environmentWords
	case "cause":
		return causeWords
	case "resolution":
		return resolutionWords
	case "workaround":
		return workaroundWords
	}
	return []string{name}
}

func hasSection(parts []Passage, words []string) bool {
	return slices.ContainsFunc(parts, func(p Passage) bool {
		return slices.ContainsFunc(strings.Split(strings.ToLower(p.Heading), markdown.HeadingJoin), func(h string) bool {
			return slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(h, w) })
		})
	})
}

func checkEnvironment(in CheckInput, parts []Passage) Check {
	switch {
	case hasSection(parts, environmentWords):
		return answer(EnvironmentGiven, true, "there is a section for the environment")
	case in.Service != "":
		return answer(EnvironmentGiven, true, "the service is %s", in.Service)
	}
	return answer(EnvironmentGiven, false, "say where this happens: add an Environment section or the service")
}

func checkSections(in CheckInput, parts []Passage, listed bool) Check {
	var missing []string
	wanted := in.Sections
	if wanted == nil {
		wanted = template(in.Kind)
	}
	for _, name := range wanted {
		if !hasSection(parts, beginnings(name)) {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return answer(SectionsPresent, false, "missing: %s", strings.Join(missing, ", "))
	}
	if in.Kind == HowTo && !hasSection(parts, resolutionWords) && !listed {
		return answer(SectionsPresent, false, "write the steps as a numbered list")
	}
	return answer(SectionsPresent, true, "all sections of its kind are present")
}

func hasList(doc markdown.Document) bool {
	for n := doc.Root.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Kind() == ast.KindList {
			return true
		}
	}
	return false
}

func checkTitle(in CheckInput) Check {
	if len(in.Subjects) == 0 {
		return answer(TitleInRequestersWords, true, "no ticket to compare with")
	}
	used := map[string]bool{}
	for _, s := range in.Subjects {
		for _, w := range contentWords(s) {
			used[w] = true
		}
	}
	title := contentWords(in.Title)
	shared := 0
	for _, w := range title {
		if used[w] {
			shared++
		}
	}
	if len(title) > 0 && float64(shared) >= titleOverlap*float64(len(title)) {
		return answer(TitleInRequestersWords, true, "%d of %d words are the requester's", shared, len(title))
	}
	return answer(
		TitleInRequestersWords, false, "%d of %d words are the requester's; name the symptom as people report it", shared,
		len(title),
	)
}

// contentWords are the distinct words of a line that carry meaning, cut to their
// first six letters so that inflections agree.
func contentWords(line string) []string {
	var out []string
	for _, w := range word.Pairs(word.Fold(line), "") {
		if r := []rune(w); len(r) > 6 {
			w = string(r[:6])
		}
		if len(w) > 2 && !slices.Contains(fillers, w) && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// fillers are words that say nothing about a symptom.
var fillers = []string{
	"the", "and", "for", "with", "from", "that", "this", "when", "after", "before", "not", "can", "cannot",
	"how", "why", "what", "you", "your", "are", "was", "has", "have", "does", "into", "its", "but",
}

func checkOwner(in CheckInput) Check {
	switch {
	case in.Owner == "" && in.ReviewBy.IsZero():
		return answer(OwnerAndReviewDate, false, "set an owner and a review date")
	case in.Owner == "":
		return answer(OwnerAndReviewDate, false, "set an owner")
	case in.ReviewBy.IsZero():
		return answer(OwnerAndReviewDate, false, "set a review date")
	}
	return answer(OwnerAndReviewDate, true, "%s reviews it by %s", in.Owner, in.ReviewBy.Format(front.DateForm))
}

func checkSecrets(in CheckInput) Check {
	if in.Redact == nil {
		return answer(NoSecrets, false, "not checked: no redactor is set")
	}
	var found []string
	for _, r := range in.Redact(in.Title + "\n" + in.Markdown) {
		if r.Count > 0 {
			found = append(found, fmt.Sprintf("%d %s", r.Count, r.Kind))
		}
	}
	if len(found) > 0 {
		return answer(NoSecrets, false, "remove: %s", strings.Join(found, ", "))
	}
	return answer(NoSecrets, true, "none found")
}
