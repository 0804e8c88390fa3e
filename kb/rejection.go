package kb

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/internal/journal"
	"github.com/deskbook/deskbook/kb/plain"
)

// RejectReason is why a draft was rejected; a closed list, so that reasons can be counted.
type RejectReason string

// The reasons of a rejection.
const (
	RejectDuplicate   RejectReason = "duplicate" // of a published article, whose id is given
	RejectWrong       RejectReason = "wrong"
	RejectNotReusable RejectReason = "not_reusable"
	RejectUnclear     RejectReason = "unclear"
	RejectOutdated    RejectReason = "outdated"
	RejectPrivate     RejectReason = "private_data"
	RejectOther       RejectReason = "other"
)

// RejectReasons lists the reasons in the order in which pages show them.
func RejectReasons() []RejectReason {
	return []RejectReason{
		RejectDuplicate, RejectWrong, RejectNotReusable, RejectUnclear, RejectOutdated, RejectPrivate, RejectOther,
	}
}

// DraftRejection is why a draft was rejected; the remark is among the comments.
type DraftRejection struct {
	Reason  RejectReason `json:"reason"`
	Article string       `json:"article,omitempty"` // id, when the draft is a duplicate of it
	Title   string       `json:"title,omitempty"`   // of that article, as it was
}

// Earlier is a rejected draft with the same content as the draft that refers to it.
type Earlier struct {
	Draft  string       `json:"draft"`
	Title  string       `json:"title"`
	Reason RejectReason `json:"reason"`
	Text   string       `json:"text"` // the reviewer's remark
	By     string       `json:"by"`   // user id
	At     time.Time    `json:"at"`
}

// JobDuplicate is the kind of the job that links the source tickets of a draft to the
// article which a reviewer says it duplicates. Its payload is DuplicateJob.
const JobDuplicate = "duplicate"

// DuplicateJob names the article that a draft duplicates, and the reviewer who said so.
type DuplicateJob struct {
	Draft   string   `json:"draft"`
	Article string   `json:"article"`
	Title   string   `json:"title"`
	Tickets []string `json:"tickets"`
	By      string   `json:"by"`
	ByName  string   `json:"by_name"`
}

// RejectInput is a reviewer's decision against a draft.
type RejectInput struct {
	Reason  RejectReason // RejectOther when empty
	Article string       // id or slug, for RejectDuplicate
	Comment string
}

// Reject rejects a draft in review; the comment is its only reason.
func (s *Service) Reject(ctx context.Context, actor access.Actor, id, comment string) (Draft, error) {
	return s.RejectFor(ctx, actor, id, RejectInput{Comment: comment})
}

// RejectFor rejects a draft in review. The same evidence is not proposed again. A
// duplicate's tickets are linked to the article that it duplicates, in the reviewer's
// name.
func (s *Service) RejectFor(ctx context.Context, actor access.Actor, id string, in RejectInput) (Draft, error) {
	if in.Reason == "" {
		in.Reason = RejectOther
	}
	if !slices.Contains(RejectReasons(), in.Reason) {
		return Draft{}, fault.InvalidField("reason", "must be one of %s", strings.Join(Names(RejectReasons()), ", "))
	}
	if in.Article != "" && in.Reason != RejectDuplicate {
		return Draft{}, fault.InvalidField("article", "can be named for a duplicate only")
	}
	return s.retry(ctx, id, func() (Draft, error) {
		d, err := s.reviewable(ctx, actor, id, 0, "reject drafts")
		if err != nil {
			return Draft{}, err
		}
		d.Rejection = DraftRejection{Reason: in.Reason}
		if in.Reason == RejectDuplicate {
			if err := s.duplicateOf(ctx, actor, &d, in.Article); err != nil {
				return Draft{}, fmt.Errorf("reject draft %s: %w", id, err)
			}
		}
		d.Status, d.Reviewer, d.DecidedAt = Rejected, actor.ID, s.Clock()
		if d.Quality, err = s.measure(ctx, actor, d); err != nil {
			return Draft{}, fmt.Errorf("reject draft %s: %w", id, err)
		}
		s.advance(&d, actor, "reject", in.Comment)
		entry := draftEntry(d, actor, "rejected")
		if d.Rejection.Article != "" && len(d.Tickets) > 0 {
			entry.Jobs = append(entry.Jobs, journal.Job{
				Kind: JobDuplicate, Key: JobDuplicate + "/" + d.ID,
				Payload: journal.Data(DuplicateJob{
					Draft: d.ID, Article: d.Rejection.Article, Title: d.Rejection.Title, Tickets: d.Tickets,
					By: actor.ID, ByName: actor.DisplayName(),
				}),
			})
		}
		if err := s.store.SaveDraft(ctx, d, entry); err != nil {
			return Draft{}, fmt.Errorf("reject draft %s: %w", id, err)
		}
		return d, nil
	})
}

// duplicateOf sets the article that the draft duplicates: one that readers can find, so
// not an archived one. An edit can be a duplicate of the very article it edits, if that
// already covers everything.
func (s *Service) duplicateOf(ctx context.Context, actor access.Actor, d *Draft, ref string) error {
	if ref = strings.TrimSpace(ref); ref == "" {
		return fault.InvalidField("article", "name the article that this draft duplicates")
	}
	a, err := s.store.Article(ctx, ref, VisibleTo(actor))
	if fault.Is(err, fault.NotFound) {
		return fault.InvalidField("article", "there is no article %q", plain.Clip(ref, plain.MaxIDLen))
	}
	if err != nil {
		return err
	}
	d.Rejection.Article, d.Rejection.Title = a.ID, a.Title
	return nil
}

// earlier returns the rejected drafts that a proposal names as having the same content.
func (s *Service) earlier(ctx context.Context, ids []string) ([]Earlier, error) {
	var out []Earlier
	for _, id := range plain.List(ids) {
		d, err := s.store.Draft(ctx, id)
		if fault.Is(err, fault.NotFound) || err == nil && d.Status != Rejected {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("earlier draft %s: %w", id, err)
		}
		out = append(
			out,
			Earlier{Draft: d.ID, Title: d.Title, Reason: d.Rejection.Reason, Text: d.remark(), By: d.Reviewer, At: d.DecidedAt},
		)
	}
	return out, nil
}

// Why returns the rejection in words: its reason and the reviewer's remark.
func (d Draft) Why() string {
	why := strings.ReplaceAll(string(d.Rejection.Reason), "_", " ")
	if d.Rejection.Title != "" {
		why = fmt.Sprintf("duplicate of %q", d.Rejection.Title)
	}
	text := d.remark()
	switch {
	case why == "" || why == string(RejectOther) && text != "":
		return text
	case text == "":
		return why
	}
	return why + ": " + text
}

// remark returns what the reviewer wrote when rejecting.
func (d Draft) remark() string {
	for i := len(d.Comments) - 1; i >= 0; i-- {
		if d.Comments[i].Verb == "reject" {
			return d.Comments[i].Text
		}
	}
	return ""
}
