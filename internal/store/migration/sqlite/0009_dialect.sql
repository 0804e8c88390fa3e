-- +goose Up
-- What an import knew of a file beyond its text, and the places in a text that links lead to.
ALTER TABLE article_revision ADD COLUMN origin TEXT;
ALTER TABLE article_revision ADD COLUMN headings TEXT;

-- The names by which links find an article: those of the current revision, and those that
-- only an earlier one had.
CREATE TABLE article_name (
  name       TEXT NOT NULL,
  article_id TEXT NOT NULL REFERENCES article (id),
  former     INTEGER NOT NULL,
  PRIMARY KEY (name, article_id)
) STRICT;
CREATE INDEX article_name_article ON article_name (article_id);

-- The names of articles from before are made without the program's way to fold them; the
-- next revision or import of an article sets them right.
INSERT INTO article_name (name, article_id, former)
  SELECT 'slug:' || lower(slug), id, 0 FROM article WHERE true
  ON CONFLICT (name, article_id) DO NOTHING;
INSERT INTO article_name (name, article_id, former)
  SELECT 'slug:' || lower(id), id, 0 FROM article WHERE true
  ON CONFLICT (name, article_id) DO NOTHING;
INSERT INTO article_name (name, article_id, former)
  SELECT 'path:' || lower(replace(replace(replace(path, '.md', ''), ' ', '-'), '_', '-')), id, 0
  FROM article WHERE path <> ''
  ON CONFLICT (name, article_id) DO NOTHING;
INSERT INTO article_name (name, article_id, former)
  SELECT 'name:' || lower(replace(r.title, ' ', '-')), a.id, 0
  FROM article a JOIN article_revision r ON r.article_id = a.id AND r.revision = a.revision WHERE true
  ON CONFLICT (name, article_id) DO NOTHING;
