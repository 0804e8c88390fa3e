// Package evidence holds numbered evidence, the messages and passages that a text is based
// on, and checks sentences against it.
//
// It promises that a sentence which passes Resolve cites existing marks and says nothing
// beyond what they say, and that what its Redactor returns contains no secrets and no
// personal data that it recognises. It never imports the search engine, a store or a
// language model's client.
package evidence
