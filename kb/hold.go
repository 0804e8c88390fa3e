package kb

import (
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

// An article that people here work on opens only by a person who may review: not by a
// restored revision, and not by an import.

// RestoreNeedsReview reports whether the words of an old revision would, as the article is
// now, reach readers whom that revision was not for, or pass as validated where it was not.
func RestoreNeedsReview(now, old Article) bool {
	return Wider(now.Audience, old.Audience) || Opens(now.Confidence, old.Confidence) || now.Governance != old.Governance
}

// mayRestore refuses a restore that needs a reviewer to actors who are none.
func mayRestore(actor access.Actor, now, old Article) error {
	if actor.Can(access.ReviewArticles) || !RestoreNeedsReview(now, old) {
		return nil
	}
	return fault.New(fault.Forbidden, "revision %d was %s, %s and under %s; the article is %s, %s and under %s now. "+
		"Propose its text as an edit, and a knowledge manager will review it", old.Revision,
		old.Audience, old.Confidence, old.Governance, now.Audience, now.Confidence, now.Governance)
}

// Opens reports whether confidence a shows an article to readers to whom b does not.
func Opens(a, b Confidence) bool {
	return a == Validated && b != Validated || b == Archived && a != Archived
}
