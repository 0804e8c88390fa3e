package draft

import (
	"context"
	"fmt"
	"strings"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize/thread"
)

// The decisions about a resolution's knowledge.
const (
	DecideNone = "none"
	DecideLink = "link"
	DecideEdit = "edit"
	DecideNew  = "new"
)

// The thresholds of the gate.
const (
	// A statement is covered by an article that contains this share of its content words.
	coveredShare = 0.65
	// The probability from which an article that nobody named is linked if it covers the
	// resolution, and from which it is edited if it contains relatedShare of it.
	likelyHit    = 0.5
	certainHit   = 0.8
	relatedShare = 0.5
	// The sum of both probabilities from which an article that is first for the ticket and
	// for the resolution is taken for the right one.
	agreedHits = 0.9
	// The share of the resolution from which an article that a person linked is considered,
	// and from which it is edited.
	linkedShare = 0.25
	editShare   = 0.4
	// An article named only by its address in a message is on topic if the ticket contains
	// topicShare of its title. One named in the note is if the article contains
	// unrelatedShare of the resolution and the ticket a word of its title, or if it
	// contains namedShare of the resolution.
	topicShare     = 0.3
	unrelatedShare = 0.15
	namedShare     = 0.35
)

// verdict is what the gate decided, with what is needed for writing.
type verdict struct {
	decision string // "" while undecided
	reason   string
	article  kb.Article     // for link and edit
	added    []statement    // for edit: what the article does not cover
	rewrite  bool           // for edit: the article's text did not hold and is replaced
	against  *contradiction // for edit: the article has another value, which is replaced
	review   string         // an open draft with the same content
	earlier  []string       // rejected drafts with the same content
	nearest  kb.Nearest     // the closest article that the ranking found
}

func (v verdict) decided() bool { return v.decision != "" }

// staffVisibility returns the visibility of what the gate may compare with: everything
// that the desk may read.
func staffVisibility() kb.Visibility {
	return kb.VisibleTo(access.Actor{Roles: []access.Role{access.Agent}})
}

// decide runs the gate. Only errors of the search, the library and the context are
// returned; an article that no longer exists counts as never linked.
func (w *Writer) decide(ctx context.Context, th *thread.Thread, ms []statement, missing string) (verdict, error) {
	switch code := th.Ticket.Resolution.Code; code {
	case desk.Withdrawn, desk.NotReproducible, desk.Duplicate:
		return none("Resolved as %s: there is no resolution to capture.", strings.ReplaceAll(string(code), "_", " ")), nil
	case desk.Fixed, desk.Workaround, desk.Answered:
	}
	for _, step := range []func(context.Context, *thread.Thread, []statement) (verdict, error){
		w.decideReopened, w.decideNamed,
	} {
		v, err := step(ctx, th, ms)
		if err != nil {
			return v, err
		}
		if v.decided() {
			return w.unlessRepeated(ctx, th, ms, v)
		}
	}
	if len(ms) == 0 {
		return none("The resolution does not say what was done, " +
			"and nothing in the thread is reported to have worked."), nil
	}
	if v := untold(th, missing); v.decided() {
		return v, nil
	}
	v, err := w.decideNear(ctx, th, ms)
	if err != nil {
		return v, err
	}
	if v.decided() {
		return w.unlessRepeated(ctx, th, ms, v)
	}
	repeated, err := w.decideRepeated(ctx, th, ms, "")
	if err != nil || repeated.decided() {
		return repeated, err
	}
	v.decision, v.earlier = DecideNew, repeated.earlier
	v.reason = "No article covers this resolution."
	if v.nearest.ID != "" {
		v.reason = fmt.Sprintf("No article covers this resolution; the closest, %q, is about something else.",
			v.nearest.Title)
	}
	return v, nil
}

// none, link and edit return verdicts with those decisions.
func none(format string, args ...any) verdict {
	return verdict{decision: DecideNone, reason: fmt.Sprintf(format, args...)}
}

func link(a kb.Article, format string, args ...any) verdict {
	return verdict{decision: DecideLink, article: a, reason: fmt.Sprintf(format, args...)}
}

func edit(a kb.Article, added []statement) verdict {
	reason := fmt.Sprintf("%q does not cover: %s", a.Title, thread.Shorten(added[0].Text, 160))
	return verdict{decision: DecideEdit, article: a, added: added, reason: reason}
}
