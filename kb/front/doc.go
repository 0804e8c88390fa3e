// Package front reads the front matter of Markdown files: YAML, TOML, JSON, and headers
// without delimiters, written for Deskbook or for another tool.
//
// It promises that a text that its owner keeps back, in the way of whatever tool, is
// recognised as such, and that what it cannot read is an error with the line of the file.
// It knows keys and values, not articles.
package front
