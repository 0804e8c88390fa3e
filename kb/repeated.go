package kb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/word"
	"github.com/deskbook/deskbook/kb/plain"
)

// A rejection is remembered by its evidence: the ticket, the message and the words.
// Another ticket's draft is never refused here, however similar it is.

// sameWords is the share of an excerpt's words that an earlier excerpt of the same
// message must hold to be the same evidence: cleaning may have changed since.
const sameWords = 0.9

// refuseRepeated refuses a draft while its ticket has an open one, and one that a
// reviewer rejected on the same evidence. It returns the open draft that d replaces, if
// there is one.
func (s *Service) refuseRepeated(ctx context.Context, d Draft) (replaced *Draft, err error) {
	if len(d.Tickets) == 0 {
		return nil, nil
	}
	cause := d.Tickets[0]
	found, err := s.drafts(ctx, DraftFilter{Ticket: cause})
	if err != nil {
		return nil, err
	}
	for _, other := range found {
		if !other.Open() || slices.Index(other.Tickets, cause) != 0 {
			continue
		}
		if !isReplacement(other, d) {
			return nil, fault.New(fault.Conflict,
				"ticket %s already has the open draft %s; edit or decide that one", cause, other.ID)
		}
		replaced = &other
	}
	for _, other := range found {
		if other.Status == Rejected && sameEvidence(other, d) {
			return nil, fault.New(fault.Conflict, "draft %s from the same evidence was rejected%s; propose again when the "+
				"ticket says something new",
				other.ID, inBrackets(other.Why()))
		}
	}
	return replaced, nil
}

// isReplacement reports whether d, written from the next resolution of a ticket, replaces
// that open draft.
func isReplacement(open, d Draft) bool {
	return open.replaceable() && d.Author == open.Author && d.Holds()
}

func inBrackets(why string) string {
	if why == "" {
		return ""
	}
	return " (" + plain.Clip(plain.OneLine(why), 200) + ")"
}

// sameEvidence reports whether a draft has no evidence beyond that of the earlier one.
// Drafts without evidence are the same if their words are.
func sameEvidence(before, now Draft) bool {
	if len(now.Evidence) == 0 {
		return wordList(before.Title+" "+before.Markdown) == wordList(now.Title+" "+now.Markdown)
	}
	return !slices.ContainsFunc(now.Evidence, func(e DraftEvidence) bool { return !Told(before.Evidence, e) })
}

// Told reports whether a piece of evidence is among the earlier ones: the same message
// of the same ticket with the same words.
func Told(before []DraftEvidence, e DraftEvidence) bool {
	known, found := map[string]bool{}, false
	for _, b := range before {
		if b.Ticket == e.Ticket && b.Message == e.Message {
			found = true
			for _, w := range evidenceWords(b.Text) {
				known[w] = true
			}
		}
	}
	words := evidenceWords(e.Text)
	held := 0
	for _, w := range words {
		if known[w] {
			held++
		}
	}
	return found && float64(held) >= sameWords*float64(len(words))
}

func evidenceWords(text string) []string {
	return strings.Fields(wordList(leftPlaceholder.ReplaceAllString(text, " ")))
}

// wordList returns a text's words in lower case, separated by single spaces.
func wordList(text string) string { return strings.Join(word.Split(strings.ToLower(text), ""), " ") }

// fingerprint returns a digest of what a draft is based on: the article it edits and its
// evidence in any order; "" without tickets.
func fingerprint(d Draft) string {
	if len(d.Tickets) == 0 {
		return ""
	}
	parts := []string{}
	for _, t := range d.Tickets {
		parts = append(parts, "ticket "+t)
	}
	for _, e := range d.Evidence {
		parts = append(parts, "evidence "+e.Ticket+"/"+strconv.Itoa(e.Message)+" "+wordList(e.Text))
	}
	slices.Sort(parts)
	about := ""
	if d.Decision == EditArticle {
		about = d.ArticleID
	}
	sum := sha256.Sum256([]byte(about + "\x00" + strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}
