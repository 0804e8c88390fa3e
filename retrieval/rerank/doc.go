// Package rerank reads a question together with the passages that were found for it, and says how
// well each answers it, within a time budget.
//
// It promises that a request never waits longer than its budget: the best passages are read first,
// and those for which no time is left are not read. The package knows no model (see Model), index
// or HTTP.
package rerank
