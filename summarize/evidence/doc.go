// Package evidence holds numbered evidence, the messages and passages that a text rests
// on, and checks sentences against it.
//
// It promises that a sentence which passes Resolve cites marks that exist and says
// nothing beyond what they hold, and that no secret and no personal data stands in what
// its Redactor returns. It never imports a search, a store or a model.
package evidence
