-- +goose Up
-- The hand-off summary of a ticket as it was last made, with what a person made of
-- it. Kept so that one version of a thread is summarised once.
CREATE TABLE ticket_summary (
  ticket  INTEGER PRIMARY KEY REFERENCES ticket (number),
  version INTEGER NOT NULL,
  thread  INTEGER NOT NULL, -- the last message it knows
  record  TEXT NOT NULL
) STRICT;

-- Append-only: the summaries that went with escalations.
CREATE TABLE ticket_handoff (
  ticket  INTEGER NOT NULL REFERENCES ticket (number),
  message INTEGER NOT NULL, -- the escalation
  actor   TEXT NOT NULL,
  at      INTEGER,
  summary TEXT NOT NULL,
  PRIMARY KEY (ticket, message)
) STRICT;
