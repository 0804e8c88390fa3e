// Package passage finds the passage of an article that proves a match, cuts it to what can be
// shown, and marks its words.
//
// It promises that the same article and query always lead to the same passage and marks. It
// never imports an index or a store.
package passage
