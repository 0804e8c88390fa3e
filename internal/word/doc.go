// Package word splits and folds text: which characters words consist of, which scripts
// have no spaces between words, and how English words lose their endings. It imports no
// other package of Deskbook.
//
// Every package that compares texts word by word stands on it. Two of them add what they
// need: retrieval/terms finds the place of each term and reads identifiers whole and in
// parts, and summarize/thread keeps accents, since it shows and classifies what was
// written.
package word
