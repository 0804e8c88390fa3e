// Package ask is the way to a language model: prompts, schemas, budget, the call, the
// reading of its reply and the record of all of it.
//
// It promises that nothing is sent that was not redacted, that every call is reserved
// before it is made and recorded after it, and that a reply reaches its writer only as
// JSON that followed the schema. What stands in the reply stays untrusted: the writer
// checks it against the evidence. It never imports a model's client: one stands behind
// the interface Model.
package ask
