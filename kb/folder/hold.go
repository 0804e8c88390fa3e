package folder

import (
	"context"
	"fmt"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/front"
)

// held returns the article that an import makes of a stored one, without what would open
// it: whatever the file says, where the article was ever changed here, and what an earlier
// file said of audience and governance and the new one leaves open. It also returns the
// states that the article keeps for this reason.
func (im *importer) held(
	ctx context.Context, stored, a kb.Article, given map[string]bool,
) (out kb.Article, kept []string, err error) {
	audience, confidence := kb.Wider(a.Audience, stored.Audience), kb.Opens(a.Confidence, stored.Confidence)
	governance := stored.Governance == kb.Compliance && a.Governance != kb.Compliance
	if !audience && !confidence && !governance {
		return a, nil, nil
	}
	revisions, err := im.store.ArticleRevisions(ctx, stored.ID, kb.Everything())
	if err != nil {
		return kb.Article{}, nil, fmt.Errorf("revisions of article %s: %w", stored.ID, err)
	}
	changed := changedHere(revisions)
	if audience && (changed || !given[front.KeyAudience]) {
		a.Audience = stored.Audience
		kept = append(kept, front.KeyAudience+": "+string(a.Audience))
	}
	if governance && (changed || !given[front.KeyGovernance]) {
		a.Governance = stored.Governance
		kept = append(kept, front.KeyGovernance+": "+string(a.Governance))
	}
	if confidence && changed {
		a.Confidence, a.SupersededBy = stored.Confidence, stored.SupersededBy
		kept = append(kept, front.KeyConfidence+": "+string(a.Confidence))
	}
	return a, kept, nil
}

// changedHere reports whether a revision, of all in order, newest first, was made by other
// means than an import, which changes the hash of the file, its path or its origin. That its
// file was found to say the same later does not change who made it.
func changedHere(revisions []kb.Article) bool {
	for i, r := range revisions {
		var before kb.Article
		if i+1 < len(revisions) {
			before = revisions[i+1]
		}
		if r.Origin.Settled || r.Hash == before.Hash && r.Path == before.Path && r.Origin == before.Origin {
			return true
		}
	}
	return false
}
