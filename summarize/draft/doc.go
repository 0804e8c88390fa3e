// Package draft decides what a resolution contributes to the knowledge base (nothing, a
// link, an edit or a new article) and writes the proposal.
//
// It promises that a draft contains only what the thread confirms, without secrets and
// names, and that what reviewers rejected is not proposed again from the same evidence.
// It never imports SQL, HTTP or a model's client.
package draft
