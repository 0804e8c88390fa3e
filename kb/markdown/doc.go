// Package markdown reads the text of an article: its headings and their anchors, its passages,
// its plain words, and the HTML that a reader sees.
//
// A text is parsed once into a [Document]. The package promises that the cost of parsing and
// rendering stays proportional to the length of the text, that a passage id, once assigned,
// names the same section in later revisions, and that no HTML it renders can run a script or
// make a reader's browser fetch anything. It does not know which articles there are: links
// are resolved in the tree of the document before it is rendered.
package markdown
