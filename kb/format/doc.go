// Package format reads a Markdown file as an article, and writes an article as a file.
//
// It promises that the file of an article that has not changed since it was imported has the
// same bytes again, in the same encoding, and that of a changed one only the keys of the front
// matter that differ are rewritten. It knows one file at a time, and neither the store nor the
// folder around it but for what [Surroundings] say.
package format
