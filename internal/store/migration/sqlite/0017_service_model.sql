-- +goose Up
-- The version of the service model under which something happened; 0 before there was one.
ALTER TABLE event ADD COLUMN model INTEGER NOT NULL DEFAULT 0;

-- The supplier that a ticket is on hold at, what was ordered from the catalogue, and whether
-- its texts and people were removed.
ALTER TABLE ticket ADD COLUMN supplier TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN request TEXT;
ALTER TABLE ticket ADD COLUMN blanked INTEGER NOT NULL DEFAULT 0;
CREATE INDEX ticket_kept ON ticket (resolved_at) WHERE blanked = 0 AND resolved_at IS NOT NULL;

-- When the targets of a ticket are due next, so that only what is due is read. A ticket on
-- which nothing can become due has no row.
CREATE TABLE ticket_clock (
  ticket             INTEGER PRIMARY KEY REFERENCES ticket (number),
  model              INTEGER NOT NULL, -- version of the service model that it was computed with
  next_at            INTEGER,          -- NULL: nothing becomes due by itself
  first_response_due INTEGER,
  resolution_due     INTEGER,
  update_due         INTEGER
) STRICT;
CREATE INDEX ticket_clock_next ON ticket_clock (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX ticket_clock_update ON ticket_clock (update_due) WHERE update_due IS NOT NULL;
CREATE INDEX ticket_clock_model ON ticket_clock (model);

-- Tasks and notices, each once.
CREATE TABLE notice (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  key       TEXT NOT NULL UNIQUE,
  task      INTEGER NOT NULL, -- something has to be done
  recipient TEXT NOT NULL,    -- user:ID, group:NAME, role:NAME or mail:ADDRESS
  title     TEXT NOT NULL,
  detail    TEXT NOT NULL,
  object    TEXT NOT NULL,
  object_id TEXT NOT NULL,
  at        INTEGER NOT NULL,
  done_at   INTEGER,
  done_by   TEXT NOT NULL
) STRICT;
CREATE INDEX notice_open ON notice (recipient, id) WHERE done_at IS NULL;
CREATE INDEX notice_object ON notice (object, object_id);

-- Changes of the service model that wait for the approval of another person.
CREATE TABLE model_proposal (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  base       INTEGER NOT NULL, -- the version that it changes
  text       TEXT NOT NULL,
  author     TEXT NOT NULL,
  reason     TEXT NOT NULL,
  at         INTEGER NOT NULL,
  state      TEXT NOT NULL, -- open, approved or rejected
  decided_by TEXT NOT NULL,
  decided_at INTEGER,
  comment    TEXT NOT NULL
) STRICT;
