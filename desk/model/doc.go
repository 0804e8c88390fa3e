// Package model holds the service model: how a desk works, as text that the service manager
// owns and the desk executes. It parses and checks the text, and answers what its rules say
// about a ticket.
//
// A service model is immutable. A text with any problem is refused as a whole, with the line
// and the reason of every problem. The package knows no SQL, no HTTP, no index and no
// language model, and does not import desk.
package model
