-- +goose Up
-- What a gap is grouped by, and who met it: the kind of reader, never the person.
ALTER TABLE gap ADD COLUMN wording TEXT NOT NULL DEFAULT '';
ALTER TABLE gap ADD COLUMN reader TEXT NOT NULL DEFAULT '';
ALTER TABLE gap ADD COLUMN locale TEXT NOT NULL DEFAULT '';
ALTER TABLE gap ADD COLUMN service TEXT NOT NULL DEFAULT '';
