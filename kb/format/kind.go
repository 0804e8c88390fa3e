package format

import (
	_ "embed"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/deskbook/deskbook/internal/wordlist"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/front"
	"github.com/deskbook/deskbook/kb/markdown"
)

//go:embed kind.txt
var kindWords string

// kindLists are the words by which the kind of an article is recognised.
var kindLists = wordlist.Parse(kindWords)

var (
	faqTitle          = phrases("title of questions and answers")
	policyTitle       = phrases("title of a policy")
	knownTitle        = phrases("title of a known error")
	howTitle          = phrases("title of instructions")
	taskTitle         = phrases("title of a task")
	troubleTitle      = phrases("title of trouble")
	symptomHeading    = phrases("heading of a symptom")
	causeHeading      = phrases("heading of a cause")
	fixHeading        = phrases("heading of a resolution")
	workaroundHeading = phrases("heading of a workaround")
	policyHeading     = phrases("heading of a policy")
	stepHeading       = phrases("heading of a step")
)

// phrases returns the pattern of a list.
func phrases(list string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)` + strings.Join(kindLists.Of(list), "|"))
}

// minSteps is how many steps make a text instructions.
const minSteps = 3

// kindsOfTools are the kinds under the names that other tools have for them.
var kindsOfTools = newKindsOfTools()

func newKindsOfTools() map[string]kb.Kind {
	out := map[string]kb.Kind{}
	for _, k := range kb.Kinds() {
		for _, name := range kindLists.Of("name of " + string(k)) {
			out[name] = k
		}
	}
	return out
}

// kindOf returns the kind that front matter, title and text show, NoKind if they show none
// clearly.
func kindOf(f front.Matter, title string, read func() markdown.Document) kb.Kind {
	for _, key := range []string{
		"kind", "ms.topic", "content_type", "contenttype", "doc_type", "type", "topic_type", "template",
	} {
		if k, ok := kindsOfTools[strings.NewReplacer("-", " ", "_", " ").Replace(strings.ToLower(f.Word(key)))]; ok {
			return k
		}
	}
	switch {
	case faqTitle.MatchString(title):
		return kb.FAQ
	case policyTitle.MatchString(title):
		return kb.Policy
	}
	s := signsOf(read())
	switch {
	case knownTitle.MatchString(title), s.symptom && s.workaround && !s.fix:
		return kb.KnownError
	case s.symptom && (s.fix || s.cause), s.cause && s.fix:
		return kb.Troubleshooting
	case howTitle.MatchString(title):
		return kb.HowTo
	case troubleTitle.MatchString(title):
		return kb.Troubleshooting
	case taskTitle.MatchString(title), s.steps >= minSteps:
		return kb.HowTo
	case s.questions >= minSteps && 2*s.questions > s.headings:
		return kb.FAQ
	case s.policy >= minSteps:
		return kb.Policy
	}
	return kb.NoKind
}

// signs are what the headings and lists of a text show of its kind.
type signs struct {
	symptom, cause, fix, workaround bool

	headings, questions, policy int
	steps                       int // of the longest numbered list, or headings that are steps
}

func signsOf(d markdown.Document) signs {
	var s signs
	steps := 0
	_ = ast.Walk(d.Root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.List:
			if n.IsOrdered() {
				s.steps = max(s.steps, n.ChildCount())
			}
		case *ast.Heading:
			words := strings.TrimSpace(markdown.InlineText(n, d.Source()))
			s.headings++
			s.symptom = s.symptom || symptomHeading.MatchString(words)
			s.cause = s.cause || causeHeading.MatchString(words)
			s.workaround = s.workaround || workaroundHeading.MatchString(words)
			s.fix = s.fix || fixHeading.MatchString(words) && !workaroundHeading.MatchString(words)
			if strings.HasSuffix(words, "?") || strings.HasSuffix(words, "？") || strings.HasSuffix(words, "؟") {
				s.questions++
			}
			if policyHeading.MatchString(words) {
				s.policy++
			}
			if stepHeading.MatchString(words) {
				steps++
			}
		}
		return ast.WalkContinue, nil
	})
	s.steps = max(s.steps, steps)
	return s
}
