// Package kb is the knowledge base: articles with their three-field state and revisions,
// the links between them, drafts and their review.
//
// It promises that every change of an article is a new revision with its event and its
// row of the change log, that a lost race is a conflict and never a lost edit, that a
// passage id, once assigned, always names the same section, and that no HTML it renders
// can run a script or make a reader's browser fetch anything.
//
// It knows no SQL, HTTP, index or language model: storage is behind [Store]. What an article
// says is read by package markdown; how it is written as a file is known to package format,
// which kb does not import, and how folders of files come in and go out to package folder.
package kb
