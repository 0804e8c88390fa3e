package kb

import (
	"context"
	"fmt"
)

// held returns the article that an import makes of a stored one, without what would open
// it: whatever the file says, where the article was ever changed here, and what an earlier
// file said of audience and governance and the new one leaves open.
func (im *importer) held(ctx context.Context, stored, a Article, given map[string]bool) (Article, error) {
	audience, confidence := wider(a.Audience, stored.Audience), opens(a.Confidence, stored.Confidence)
	governance := stored.Governance == Compliance && a.Governance != Compliance
	if !audience && !confidence && !governance {
		return a, nil
	}
	revisions, err := im.store.ArticleRevisions(ctx, stored.ID, everything())
	if err != nil {
		return Article{}, fmt.Errorf("revisions of article %s: %w", stored.ID, err)
	}
	changed := changedHere(revisions)
	if audience && (changed || !given[keyAudience]) {
		a.Audience = stored.Audience
	}
	if governance && (changed || !given[keyGovernance]) {
		a.Governance = stored.Governance
	}
	if confidence && changed {
		a.Confidence, a.SupersededBy = stored.Confidence, stored.SupersededBy
	}
	return a, nil
}

// changedHere reports whether a revision, of all in order, newest first, was made by other
// means than an import, which changes the hash of the file, its path or its origin.
func changedHere(revisions []Article) bool {
	for i, r := range revisions {
		var before Article
		if i+1 < len(revisions) {
			before = revisions[i+1]
		}
		if r.Hash == before.Hash && r.Path == before.Path && r.Origin == before.Origin {
			return true
		}
	}
	return false
}
