-- +goose Up
-- Who changed the words of a draft, its source tickets with what confirms it, the
-- rejected drafts that told the same, why it was rejected, what it said when it was
-- proposed, and how much work the review was.
ALTER TABLE draft ADD COLUMN editors TEXT;
ALTER TABLE draft ADD COLUMN text_version INTEGER NOT NULL DEFAULT 1; -- the version that last changed what is to be approved
ALTER TABLE draft ADD COLUMN sources TEXT;
ALTER TABLE draft ADD COLUMN earlier TEXT;
ALTER TABLE draft ADD COLUMN rejection TEXT;
ALTER TABLE draft ADD COLUMN proposed TEXT;
ALTER TABLE draft ADD COLUMN quality TEXT;
UPDATE draft SET text_version = version;
CREATE INDEX draft_decided ON draft (decided_at) WHERE decided_at IS NOT NULL;

-- When a reviewer first opened a draft.
CREATE TABLE draft_reading (
  draft_id TEXT NOT NULL REFERENCES draft (id),
  reader   TEXT NOT NULL,
  at       INTEGER NOT NULL,
  PRIMARY KEY (draft_id, reader)
) STRICT;
