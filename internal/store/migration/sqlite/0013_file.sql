-- +goose Up
-- Files by their content: a picture that many articles name is here once. What nothing
-- names any more is removed a while after it was last stored.
CREATE TABLE blob (
  id        TEXT PRIMARY KEY, -- SHA-256 of the content
  type      TEXT NOT NULL,
  size      INTEGER NOT NULL,
  stored_at INTEGER NOT NULL
) STRICT;

-- The content in parts, so that nobody who reads a large file holds it in memory.
CREATE TABLE blob_part (
  blob TEXT NOT NULL REFERENCES blob (id) ON DELETE CASCADE,
  n    INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (blob, n)
) STRICT;

-- Which file each path of a revision is; article_file is for the question who names a file.
ALTER TABLE article_revision ADD COLUMN files TEXT;
CREATE TABLE article_file (
  blob       TEXT NOT NULL REFERENCES blob (id),
  article_id TEXT NOT NULL,
  revision   INTEGER NOT NULL,
  path       TEXT NOT NULL,
  PRIMARY KEY (blob, article_id, revision, path),
  FOREIGN KEY (article_id, revision) REFERENCES article_revision (article_id, revision)
) STRICT;

ALTER TABLE draft ADD COLUMN files TEXT;
CREATE TABLE draft_file (
  blob     TEXT NOT NULL REFERENCES blob (id),
  draft_id TEXT NOT NULL REFERENCES draft (id),
  path     TEXT NOT NULL,
  PRIMARY KEY (blob, draft_id, path)
) STRICT;
CREATE INDEX draft_file_draft ON draft_file (draft_id);

-- What people have uploaded for a text that they have not saved yet.
CREATE TABLE upload (
  author TEXT NOT NULL,
  path   TEXT NOT NULL,
  blob   TEXT NOT NULL REFERENCES blob (id),
  at     INTEGER NOT NULL,
  PRIMARY KEY (author, path)
) STRICT;
CREATE INDEX upload_blob ON upload (blob, author);

-- Append-only, as the messages are.
CREATE TABLE ticket_file (
  ticket  INTEGER NOT NULL,
  message INTEGER NOT NULL,
  n       INTEGER NOT NULL,
  blob    TEXT NOT NULL REFERENCES blob (id),
  name    TEXT NOT NULL,
  PRIMARY KEY (ticket, message, n),
  FOREIGN KEY (ticket, message) REFERENCES ticket_message (ticket, n)
) STRICT;
CREATE INDEX ticket_file_blob ON ticket_file (blob, ticket);
