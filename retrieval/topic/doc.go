// Package topic sorts articles into topics by their words, reports how well a query fits each
// topic, and how similar articles are to the best ones together.
//
// It promises that topics depend on the articles alone, and on the order in which they are
// given. It never imports an index or a store.
package topic
