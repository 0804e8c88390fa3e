-- +goose Up
-- Append-only: every service model that was in force, the last one in force now.
CREATE TABLE model_version (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  text   TEXT NOT NULL,
  author TEXT NOT NULL, -- user id, or 'file' for the file in the data folder
  reason TEXT NOT NULL,
  at     INTEGER NOT NULL
) STRICT;
