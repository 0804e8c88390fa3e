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

-- Names of articles stored earlier are folded here only as far as SQL can; the next import or
-- revision of an article replaces them.
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
