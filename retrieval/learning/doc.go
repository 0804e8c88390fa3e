// Package learning measures the ranking on the team's own history, trains it on the team's
// own links, and switches weights only when later tickets show them to be better.
//
// It promises that each past ticket is ranked with what was known before it, and that every
// switch is an event that can be undone. It never imports SQL, HTTP or an index: the engine
// trains and ranks.
package learning
