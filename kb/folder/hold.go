package folder

import (
	"context"
	"fmt"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/front"
)

// held returns the article that an import makes of a stored one, without what would open
// it: whatever the file says, where the article was ever changed here, and what an earlier
// file said of audience and governance and the new one leaves open.
func (im *importer) held(ctx context.Context, stored, a kb.Article, given map[string]bool) (kb.Article, error) {
	audience, confidence := kb.Wider(a.Audience, stored.Audience), kb.Opens(a.Confidence, stored.Confidence)
	governance := stored.Governance == kb.Compliance && a.Governance != kb.Compliance
	if !audience && !confidence && !governance {
		return a, nil
	}
	revisions, err := im.store.ArticleRevisions(ctx, stored.ID, kb.Everything())
	if err != nil {
		return kb.Article{}, fmt.Errorf("revisions of article %s: %w", stored.ID, err)
	}
	changed := changedHere(revisions)
	if audience && (changed || !given[front.KeyAudience]) {
		a.Audience = stored.Audience
	}
	if governance && (changed || !given[front.KeyGovernance]) {
		a.Governance = stored.Governance
	}
	if confidence && changed {
		a.Confidence, a.SupersededBy = stored.Confidence, stored.SupersededBy
	}
	return a, nil
}

// changedHere reports whether a revision, of all in order, newest first, was made by other
// means than an import, which changes the hash of the file, its path or its origin.
func changedHere(revisions []kb.Article) bool {
	for i, r := range revisions {
		var before kb.Article
		if i+1 < len(revisions) {
			before = revisions[i+1]
		}
		if r.Hash == before.Hash && r.Path == before.Path && r.Origin == before.Origin {
			return true
		}
	}
	return false
}
