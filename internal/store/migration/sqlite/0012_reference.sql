-- +goose Up
-- What a revision's text refers to and only other articles and files can decide about: its
-- links to articles, its pictures and attachments. NULL where that is not known yet.
ALTER TABLE article_revision ADD COLUMN refs TEXT;
