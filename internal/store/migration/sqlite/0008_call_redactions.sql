-- +goose Up
-- What was taken out of a text before it was sent to a model: kinds, counts and places, never values.
ALTER TABLE model_call ADD COLUMN redactions TEXT;
