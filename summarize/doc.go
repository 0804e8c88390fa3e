// Package summarize combines the three writers handoff, answer and draft, which share one
// client for the language model.
//
// They promise that nothing they return lacks support. Both the extractive engine and a
// model work on numbered evidence (messages, passages); code resolves each evidence mark,
// drops what its evidence does not support and refuses when nothing is left. A model's
// words are untrusted text. If it fails, the extractive text stands and the reason is
// reported. Secrets and personal data are redacted before anything leaves the process.
//
// It never imports an LLM client, SQL or HTTP: a model is behind ask.Model, articles and
// the ranking are behind Library and Finder.
package summarize
