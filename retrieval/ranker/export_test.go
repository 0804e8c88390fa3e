package ranker

import "github.com/deskbook/deskbook/retrieval/measure"

// SwitchFor reports whether weights with these figures replace others.
func SwitchFor(now, then []float64) (measure.Difference, bool) { return switchFor(now, then) }
