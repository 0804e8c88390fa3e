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

-- Lists of a million tickets read a page of an index: the open ones, which are few, by
-- priority, and the others from the newest.
DROP INDEX ticket_status;
DROP INDEX ticket_group;
DROP INDEX ticket_assignee;
DROP INDEX ticket_count;
CREATE INDEX ticket_open ON ticket (priority, number) WHERE status NOT IN ('resolved', 'closed');
CREATE INDEX ticket_status ON ticket (status, number);
CREATE INDEX ticket_group ON ticket (group_name, number);
CREATE INDEX ticket_assignee ON ticket (assignee, number);
CREATE INDEX ticket_type ON ticket (type, number);
CREATE INDEX ticket_bypass ON ticket (number) WHERE bypass <> 0;
CREATE INDEX ticket_unresolved ON ticket (number) WHERE resolved_at IS NULL AND merged_into = '';

-- How many tickets there are, without those that were merged, kept by the triggers below.
CREATE TABLE ticket_tally (
  status     TEXT NOT NULL,
  group_name TEXT NOT NULL,
  bypass     INTEGER NOT NULL,
  n          INTEGER NOT NULL,
  PRIMARY KEY (status, group_name, bypass)
) STRICT;
INSERT INTO ticket_tally SELECT status, group_name, bypass, count(*) FROM ticket WHERE merged_into = ''
  GROUP BY status, group_name, bypass;

-- The parts of three letters that subjects consist of, so that a word is found anywhere in one.
CREATE VIRTUAL TABLE ticket_subject USING fts5 (
  folded, tokenize = 'trigram', detail = none, content = '', contentless_delete = 1
);
INSERT INTO ticket_subject (rowid, folded) SELECT number, subject_fold FROM ticket;

-- +goose StatementBegin
CREATE TRIGGER ticket_added AFTER INSERT ON ticket BEGIN
  INSERT INTO ticket_tally SELECT new.status, new.group_name, new.bypass, 1 WHERE new.merged_into = ''
    ON CONFLICT (status, group_name, bypass) DO UPDATE SET n = n + 1;
  INSERT INTO ticket_subject (rowid, folded) VALUES (new.number, new.subject_fold);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ticket_moved AFTER UPDATE ON ticket
  WHEN (old.status, old.group_name, old.bypass, old.merged_into)
    IS NOT (new.status, new.group_name, new.bypass, new.merged_into) BEGIN
  UPDATE ticket_tally SET n = n - 1 WHERE old.merged_into = ''
    AND status = old.status AND group_name = old.group_name AND bypass = old.bypass;
  INSERT INTO ticket_tally SELECT new.status, new.group_name, new.bypass, 1 WHERE new.merged_into = ''
    ON CONFLICT (status, group_name, bypass) DO UPDATE SET n = n + 1;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ticket_renamed AFTER UPDATE ON ticket WHEN old.subject_fold <> new.subject_fold BEGIN
  UPDATE ticket_subject SET folded = new.subject_fold WHERE rowid = new.number;
END;
-- +goose StatementEnd
