-- +goose Up
-- Times are integers: microseconds since 1970, UTC; NULL is the zero time.
-- JSON is text that no query looks into; NULL is nil.

-- Numbers given out inside the transaction that uses them: a transaction that fails
-- takes none, and the next one waits for it, so they grow in commit order.
CREATE TABLE counter (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT;
INSERT INTO counter (name, value) VALUES ('change', 0), ('event', 0), ('ticket', 1000);

-- The current revision's searchable columns; the revision itself is in article_revision.
CREATE TABLE article (
  id         TEXT PRIMARY KEY,
  slug       TEXT NOT NULL UNIQUE,
  revision   INTEGER NOT NULL,
  kind       TEXT NOT NULL,
  confidence TEXT NOT NULL,
  audience   TEXT NOT NULL,
  owner      TEXT NOT NULL,
  service    TEXT NOT NULL,
  path       TEXT NOT NULL,
  hash       TEXT NOT NULL,
  changed_at INTEGER NOT NULL -- updated_at, for sorting
) STRICT;
CREATE INDEX article_newest ON article (changed_at, id);

CREATE TABLE article_revision (
  article_id     TEXT NOT NULL REFERENCES article (id),
  revision       INTEGER NOT NULL,
  slug           TEXT NOT NULL,
  title          TEXT NOT NULL,
  kind           TEXT NOT NULL,
  confidence     TEXT NOT NULL,
  audience       TEXT NOT NULL,
  governance     TEXT NOT NULL,
  owner          TEXT NOT NULL,
  review_by      INTEGER,
  service        TEXT NOT NULL,
  categories     TEXT,
  tags           TEXT,
  locale         TEXT NOT NULL,
  source_tickets TEXT,
  superseded_by  TEXT NOT NULL,
  path           TEXT NOT NULL,
  hash           TEXT NOT NULL,
  author         TEXT NOT NULL,
  created_at     INTEGER,
  updated_at     INTEGER,
  next_passage   INTEGER NOT NULL,
  front          TEXT NOT NULL,
  passages       TEXT,
  markdown       TEXT NOT NULL,
  PRIMARY KEY (article_id, revision)
) STRICT;

-- The current revision's tags.
CREATE TABLE article_tag (
  article_id TEXT NOT NULL REFERENCES article (id),
  tag        TEXT NOT NULL,
  PRIMARY KEY (tag, article_id)
) STRICT;
CREATE INDEX article_tag_article ON article_tag (article_id);

CREATE TABLE draft (
  id            TEXT PRIMARY KEY,
  version       INTEGER NOT NULL,
  decision      TEXT NOT NULL,
  status        TEXT NOT NULL,
  article_id    TEXT NOT NULL,
  base_revision INTEGER NOT NULL,
  title         TEXT NOT NULL,
  markdown      TEXT NOT NULL,
  kind          TEXT NOT NULL,
  confidence    TEXT NOT NULL,
  audience      TEXT NOT NULL,
  governance    TEXT NOT NULL,
  owner         TEXT NOT NULL,
  review_by     INTEGER,
  service       TEXT NOT NULL,
  categories    TEXT,
  tags          TEXT,
  locale        TEXT NOT NULL,
  tickets       TEXT,
  subjects      TEXT,
  fingerprint   TEXT NOT NULL,
  nearest       TEXT,
  evidence      TEXT,
  redactions    TEXT,
  checks        TEXT,
  engine        TEXT NOT NULL,
  comments      TEXT,
  author        TEXT NOT NULL,
  reviewer      TEXT NOT NULL,
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER,
  decided_at    INTEGER
) STRICT;
CREATE INDEX draft_newest ON draft (created_at, id);
CREATE INDEX draft_status ON draft (status, created_at, id);
CREATE INDEX draft_article ON draft (article_id);
CREATE INDEX draft_fingerprint ON draft (fingerprint);

-- draft.tickets, for the question which drafts a ticket caused.
CREATE TABLE draft_ticket (
  draft_id TEXT NOT NULL REFERENCES draft (id),
  ticket   TEXT NOT NULL,
  PRIMARY KEY (ticket, draft_id)
) STRICT;
CREATE INDEX draft_ticket_draft ON draft_ticket (draft_id);

CREATE TABLE ticket (
  number         INTEGER PRIMARY KEY,
  version        INTEGER NOT NULL,
  subject        TEXT NOT NULL,
  subject_fold   TEXT NOT NULL,
  requester      TEXT NOT NULL,
  requester_name TEXT NOT NULL,
  channel        TEXT NOT NULL,
  bypass         INTEGER NOT NULL,
  type           TEXT NOT NULL,
  status         TEXT NOT NULL,
  service        TEXT NOT NULL,
  category       TEXT NOT NULL,
  impact         INTEGER NOT NULL,
  urgency        INTEGER NOT NULL,
  priority       INTEGER NOT NULL,
  group_name     TEXT NOT NULL,
  assignee       TEXT NOT NULL,
  resolution     TEXT,
  knowledge      TEXT,
  merged_into    TEXT NOT NULL,
  reopens        INTEGER NOT NULL,
  created_at     INTEGER,
  updated_at     INTEGER,
  first_reply_at INTEGER,
  resolved_at    INTEGER,
  closed_at      INTEGER
) STRICT;
CREATE INDEX ticket_requester ON ticket (requester, number);
CREATE INDEX ticket_status ON ticket (status, priority, number);
CREATE INDEX ticket_queue ON ticket (priority, number);
CREATE INDEX ticket_group ON ticket (group_name, status);
CREATE INDEX ticket_assignee ON ticket (assignee, status);
CREATE INDEX ticket_resolved ON ticket (number) WHERE resolved_at IS NOT NULL;
CREATE INDEX ticket_count ON ticket (merged_into, status, group_name, bypass);

-- Append-only.
CREATE TABLE ticket_message (
  ticket      INTEGER NOT NULL REFERENCES ticket (number),
  n           INTEGER NOT NULL,
  kind        TEXT NOT NULL,
  author      TEXT NOT NULL,
  author_name TEXT NOT NULL,
  from_desk   INTEGER NOT NULL,
  automatic   INTEGER NOT NULL,
  visibility  TEXT NOT NULL,
  channel     TEXT NOT NULL,
  at          INTEGER,
  body        TEXT NOT NULL,
  PRIMARY KEY (ticket, n)
) STRICT;

CREATE TABLE ticket_link (
  ticket  INTEGER NOT NULL REFERENCES ticket (number),
  n       INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  target  TEXT NOT NULL,
  title   TEXT NOT NULL,
  applied INTEGER NOT NULL,
  actor   TEXT NOT NULL,
  at      INTEGER,
  message INTEGER NOT NULL,
  PRIMARY KEY (ticket, n)
) STRICT;
CREATE INDEX ticket_link_target ON ticket_link (kind, target);

-- Suggested articles that an agent said do not help.
CREATE TABLE ticket_dismissal (
  ticket     INTEGER NOT NULL REFERENCES ticket (number),
  n          INTEGER NOT NULL,
  article_id TEXT NOT NULL,
  reason     TEXT NOT NULL,
  actor      TEXT NOT NULL,
  at         INTEGER,
  PRIMARY KEY (ticket, n)
) STRICT;
CREATE INDEX ticket_dismissal_article ON ticket_dismissal (article_id);

-- The suggestions made at intake: large, and read only with the whole ticket.
CREATE TABLE ticket_intake (
  ticket      INTEGER PRIMARY KEY REFERENCES ticket (number),
  suggestions TEXT NOT NULL
) STRICT;

-- Append-only.
CREATE TABLE event (
  seq       INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  actor     TEXT NOT NULL,
  object    TEXT NOT NULL,
  object_id TEXT NOT NULL,
  verb      TEXT NOT NULL,
  data      TEXT
) STRICT;
CREATE INDEX event_object ON event (object, object_id, seq);

CREATE TABLE change_log (
  seq       INTEGER PRIMARY KEY,
  object    TEXT NOT NULL,
  object_id TEXT NOT NULL
) STRICT;

CREATE TABLE idempotency (
  key    TEXT PRIMARY KEY,
  hash   TEXT NOT NULL,
  object TEXT NOT NULL,
  at     INTEGER NOT NULL
) STRICT;

CREATE TABLE job (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  kind        TEXT NOT NULL,
  key         TEXT NOT NULL UNIQUE,
  payload     TEXT,
  state       TEXT NOT NULL, -- ready, done, dead
  attempts    INTEGER NOT NULL,
  due_at      INTEGER,       -- NULL: at once
  owner       TEXT NOT NULL,
  lease_until INTEGER,       -- NULL: nobody holds it
  reason      TEXT NOT NULL, -- of the last failure
  created_at  INTEGER NOT NULL,
  finished_at INTEGER
) STRICT;
CREATE INDEX job_ready ON job (id) WHERE state = 'ready';

CREATE TABLE account (
  id            TEXT PRIMARY KEY,
  email         TEXT NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  roles         TEXT,
  disabled      INTEGER NOT NULL,
  created_at    INTEGER,
  updated_at    INTEGER
) STRICT;

CREATE TABLE session (
  hash       TEXT PRIMARY KEY,
  user_id    TEXT NOT NULL REFERENCES account (id),
  created_at INTEGER,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX session_user ON session (user_id);
CREATE INDEX session_expiry ON session (expires_at);

CREATE TABLE token (
  id         TEXT PRIMARY KEY,
  hash       TEXT NOT NULL UNIQUE,
  user_id    TEXT NOT NULL REFERENCES account (id),
  name       TEXT NOT NULL,
  scopes     TEXT,
  created_at INTEGER,
  expires_at INTEGER,
  revoked_at INTEGER
) STRICT;
CREATE INDEX token_user ON token (user_id);

-- At most one row.
CREATE TABLE setup (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  hash       TEXT NOT NULL,
  expires_at INTEGER
) STRICT;

CREATE TABLE login_attempt (
  key TEXT NOT NULL,
  at  INTEGER NOT NULL
) STRICT;
CREATE INDEX login_attempt_key ON login_attempt (key, at);
CREATE INDEX login_attempt_at ON login_attempt (at);

CREATE TABLE setting (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE model_call (
  id                INTEGER PRIMARY KEY AUTOINCREMENT,
  at                INTEGER NOT NULL,
  action            TEXT NOT NULL,
  rule              TEXT NOT NULL,
  ticket            TEXT NOT NULL,
  model             TEXT NOT NULL,
  prompt_tokens     INTEGER NOT NULL,
  completion_tokens INTEGER NOT NULL,
  micros            INTEGER NOT NULL,
  outcome           TEXT NOT NULL,
  sent              TEXT NOT NULL
) STRICT;
CREATE INDEX model_call_at ON model_call (at);

CREATE TABLE gap (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  at     INTEGER NOT NULL,
  kind   TEXT NOT NULL,
  query  TEXT NOT NULL,
  ticket TEXT NOT NULL
) STRICT;
CREATE INDEX gap_at ON gap (at);

CREATE TABLE feedback (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  article_id TEXT NOT NULL REFERENCES article (id),
  revision   INTEGER NOT NULL,
  actor      TEXT NOT NULL,
  helpful    INTEGER NOT NULL,
  at         INTEGER NOT NULL
) STRICT;
-- A person has one say on a revision; visitors, who have no id, are counted each time.
CREATE UNIQUE INDEX feedback_once ON feedback (article_id, revision, actor) WHERE actor <> '';
CREATE INDEX feedback_article ON feedback (article_id);
