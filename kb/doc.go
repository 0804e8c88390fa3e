// Package kb is the knowledge base: articles with their three-field state and
// revisions, the Markdown they are written in, drafts and their review, import
// and export.
//
// It promises that every change of an article is a new revision with its event and its
// row of the change log, that a lost race is a conflict and never a lost edit, that a
// passage id, once assigned, always names the same section, and that no HTML it renders
// can run a script or make a reader's browser fetch anything.
//
// It knows no SQL, HTTP, index or language model: storage is behind [Store].
package kb
