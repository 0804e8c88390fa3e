-- +goose Up
-- What a call cost, in millionths of the currency as it was priced when it was made.
ALTER TABLE model_call ADD COLUMN cost INTEGER NOT NULL DEFAULT 0;
ALTER TABLE model_call ADD COLUMN currency TEXT NOT NULL DEFAULT '';
