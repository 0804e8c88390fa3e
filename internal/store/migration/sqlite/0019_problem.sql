-- +goose Up
-- The last event that was considered for patterns: one row.
CREATE TABLE pattern_position (
  id  INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL
) STRICT;
INSERT INTO pattern_position (id, seq) VALUES (1, 0);

-- What incidents may have in common: an error signature, much the same text, service and category.
-- Derived from tickets, and kept for as long as a rule looks back.
CREATE TABLE incident_mark (
  kind       TEXT NOT NULL,
  value      TEXT NOT NULL,
  ticket     INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (ticket, kind, value)
) STRICT;
CREATE INDEX incident_mark_value ON incident_mark (kind, value, created_at);

-- Patterns that may be a problem, and what became of them. No two open ones are about the same.
CREATE TABLE problem_candidate (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  version    INTEGER NOT NULL,
  key        TEXT NOT NULL, -- the mark that the incidents share
  state      TEXT NOT NULL, -- open, dismissed, accepted or merged
  outage     INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  data       TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX problem_candidate_open ON problem_candidate (key) WHERE state = 'open';
CREATE INDEX problem_candidate_key ON problem_candidate (key, id);
CREATE INDEX problem_candidate_state ON problem_candidate (state, outage, updated_at);
CREATE TABLE problem_candidate_ticket (
  candidate INTEGER NOT NULL REFERENCES problem_candidate (id),
  ticket    INTEGER NOT NULL,
  PRIMARY KEY (candidate, ticket)
) STRICT;
CREATE INDEX problem_candidate_ticket_ticket ON problem_candidate_ticket (ticket);

CREATE TABLE problem (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  version    INTEGER NOT NULL,
  state      TEXT NOT NULL, -- open or resolved
  review     TEXT NOT NULL, -- the draft of its known error's article, '' for none
  updated_at INTEGER NOT NULL,
  data       TEXT NOT NULL
) STRICT;
CREATE INDEX problem_review ON problem (review) WHERE review <> '';
CREATE TABLE problem_ticket (
  problem INTEGER NOT NULL REFERENCES problem (id),
  ticket  INTEGER NOT NULL,
  PRIMARY KEY (problem, ticket)
) STRICT;
CREATE INDEX problem_ticket_ticket ON problem_ticket (ticket);

-- What was changed in services.
CREATE TABLE change_record (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  title      TEXT NOT NULL,
  class      TEXT NOT NULL,
  services   TEXT, -- a list; NULL for any
  starts     INTEGER NOT NULL,
  ends       INTEGER NOT NULL,
  approval   TEXT NOT NULL, -- pre_approved or reviewed
  source     TEXT NOT NULL,
  author     TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX change_record_starts ON change_record (starts, id);
