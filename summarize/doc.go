// Package summarize joins the three writers, handoff, answer and draft, over one way to
// the language model.
//
// They promise that nothing they return lacks support. Whoever writes, the extractive
// engine or a model, works on numbered evidence (messages, passages); code resolves
// each evidence mark, drops what its evidence does not support and refuses when
// nothing is left. A model's words are untrusted text and its failure costs its
// words only: the extractive engine answers and the reason is reported. Secrets and
// personal data are redacted before anything leaves the process.
//
// It never imports an LLM client, SQL or HTTP; a model stands behind ask.Model,
// articles and the ranking behind Library and Finder.
package summarize
