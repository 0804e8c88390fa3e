-- +goose Up
-- Runs of the evaluation over the team's own history. At most one is unfinished.
CREATE TABLE evaluation_run (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  state       TEXT NOT NULL,    -- waiting, running, done, failed
  actor       TEXT NOT NULL,    -- who asked for it
  created_at  INTEGER NOT NULL,
  started_at  INTEGER,
  finished_at INTEGER,
  done        INTEGER NOT NULL, -- tickets ranked so far
  total       INTEGER NOT NULL,
  weights     TEXT NOT NULL,    -- the version measured, '' for the shipped one
  reason      TEXT NOT NULL,    -- why it failed
  checkpoint  TEXT NOT NULL,    -- what an interrupted run goes on from
  report      TEXT
) STRICT;
CREATE UNIQUE INDEX evaluation_open ON evaluation_run ((finished_at IS NULL)) WHERE finished_at IS NULL;

-- Weights of the ranker trained on the team's own links, and what became of them.
-- None in force means the shipped ones. At most one is a candidate, at most one in force.
CREATE TABLE weights_version (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  state      TEXT NOT NULL,     -- candidate, in_force, rejected, replaced, reverted, failed
  actor      TEXT NOT NULL,     -- who asked for the training
  created_at INTEGER NOT NULL,
  decided_at INTEGER,           -- of the last change of state
  reason     TEXT NOT NULL,     -- why it is in this state, in plain words
  weights    TEXT NOT NULL,
  report     TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX weights_single ON weights_version (state) WHERE state IN ('candidate', 'in_force');
