// Package plain makes short texts fit their places: one line of a title, a list of tags, the
// slug in an address, an id.
//
// It promises that the same text always leads to the same slug and id, in every store, and
// imports nothing else of this module.
package plain
