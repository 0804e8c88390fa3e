// Package ranker orders the candidates of a suggestion and computes how probable each is, and
// learns both from resolved tickets.
//
// It promises that a score and a probability follow from a candidate's figures and the weights
// alone, and that the same tickets always lead to the same weights. It works on rows of figures:
// what ranks the tickets that it learns from is behind Articles. It never imports the index.
package ranker
