-- +goose Up
-- Weights of triage trained on the team's own tickets, and what became of them. None
-- in force means that nothing was learned yet. At most one is in training, one in force.
CREATE TABLE triage_version (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  state      TEXT NOT NULL,     -- training, in_force, replaced, failed
  actor      TEXT NOT NULL,     -- who asked for the training
  created_at INTEGER NOT NULL,
  decided_at INTEGER,           -- of the last change of state
  last_event INTEGER NOT NULL,  -- sequence of the newest event that it knew
  reason     TEXT NOT NULL,     -- why it is in this state, in plain words
  weights    TEXT NOT NULL,
  report     TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX triage_single ON triage_version (state) WHERE state IN ('training', 'in_force');
