// Package ask calls a language model: it renders prompts and schemas, reserves the budget,
// makes the call, parses the reply and records all of it.
//
// It promises that nothing is sent without redaction, that every call is reserved in the
// budget before it is made and recorded after it, and that a writer receives a reply only
// as JSON that follows the schema. The content of a reply is untrusted: the writer checks
// it against the evidence. It never imports a model's client, which implements the
// interface Model.
package ask
