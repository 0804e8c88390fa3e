-- +goose Up
-- What was trained on the team's own tickets, the ranker and triage alike, and what became
-- of it. None of a kind in force means what ships with the program. At most one of a kind
-- is in training, at most one in force.
CREATE TABLE trained_version (
  kind       TEXT NOT NULL,     -- ranker, triage
  id         INTEGER NOT NULL,  -- counts within the kind
  state      TEXT NOT NULL,     -- training, in_force, rejected, replaced, reverted, failed
  actor      TEXT NOT NULL,     -- who asked for the training
  created_at INTEGER NOT NULL,
  decided_at INTEGER,           -- of the last change of state
  last_event INTEGER NOT NULL,  -- sequence of the newest event when it was asked for
  reason     TEXT NOT NULL,     -- why it is in this state, in plain words
  weights    TEXT NOT NULL,
  report     TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT;
CREATE UNIQUE INDEX trained_version_single ON trained_version (kind, state) WHERE state IN ('training', 'in_force');

INSERT INTO trained_version (kind, id, state, actor, created_at, decided_at, last_event, reason, weights, report)
SELECT 'ranker', id, CASE state WHEN 'candidate' THEN 'training' ELSE state END, actor, created_at, decided_at, 0, reason, weights, report
FROM weights_version;
INSERT INTO trained_version (kind, id, state, actor, created_at, decided_at, last_event, reason, weights, report)
SELECT 'triage', id, state, actor, created_at, decided_at, last_event, reason, weights, report
FROM triage_version;

DROP TABLE weights_version;
DROP TABLE triage_version;
