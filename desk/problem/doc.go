// Package problem finds patterns in incidents, and keeps what becomes of them: candidates
// with their evidence, problems, known errors, and the changes that may have caused them.
//
// A candidate is found by the rules of the service model, once for a pattern: incidents that
// belong to a candidate or a problem do not make another one, so that what was dismissed
// returns only with as many new incidents as the rule asks for. What it costs to consider a
// ticket does not grow with the number of tickets.
//
// The package never imports SQL, HTTP, the index or a language model: how texts are read and
// which tickets are alike is passed in.
package problem
