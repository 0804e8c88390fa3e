-- +goose Up
-- When a revision's article was last validated. For revisions stored earlier it is known no
-- better than by when they were saved.
ALTER TABLE article_revision ADD COLUMN validated_at INTEGER;
UPDATE article_revision SET validated_at = updated_at WHERE confidence = 'validated';
