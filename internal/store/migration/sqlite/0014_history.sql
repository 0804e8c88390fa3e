-- +goose Up
-- The id that a ticket had in the tool it came from; '' for one that was opened here.
ALTER TABLE ticket ADD COLUMN external_id TEXT NOT NULL DEFAULT '';

-- The tickets that came in, and those that others were merged into before they came: they
-- have a number already, and the version 0.
CREATE TABLE ticket_history (
  external_id TEXT PRIMARY KEY,
  number      INTEGER NOT NULL UNIQUE,
  version     INTEGER NOT NULL, -- of the ticket when it came in
  hash        TEXT NOT NULL     -- of what came in
) STRICT;
CREATE INDEX ticket_history_awaited ON ticket_history (external_id) WHERE version = 0;

-- Those who have a role, among the many people who only ever wrote in a ticket.
CREATE INDEX account_role ON account (email) WHERE roles IS NOT NULL;
