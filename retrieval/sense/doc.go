// Package sense holds what articles and resolved tickets are about as vectors, and finds those
// that are near a text in meaning.
//
// Articles are cut into chunks, each with the path of its titles; an article is as near as its
// nearest chunk. Vectors follow the truth in the background and are stored in a file by the hash of
// their text and the model, so that nothing is computed twice; the file may be deleted at any
// time when the program does not run. The package knows no model (see Encoder), index or HTTP.
package sense
