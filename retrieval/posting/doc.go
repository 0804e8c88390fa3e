// Package posting ranks documents by lists of postings that are decoded once: for each term, the
// documents that contain it with what it adds to their scores.
//
// It promises that the documents it returns are those with the highest scores, whatever it
// skipped on the way, that a score does not depend on how the documents are divided into
// segments, and that its cache stays within a fixed number of bytes. It never imports an index.
package posting
