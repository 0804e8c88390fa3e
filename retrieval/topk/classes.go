package topk

import "math"

// classBits is by how much the bits of a score are shortened to its class: there are sixteen
// classes for each doubling.
const classBits = 19

// Classes counts scores above 0 by classes a few percent wide, so that the best of many are
// found without comparing them. The zero Classes have counted none.
type Classes struct {
	counts [1 << (31 - classBits)]uint32
	top    uint32
}

// Add counts a score, which must be above 0.
func (c *Classes) Add(score float32) {
	n := math.Float32bits(score) >> classBits
	c.counts[n]++
	c.top = max(c.top, n)
}

// Least returns a score that at least n of those counted reach, and few more; 0 where there are
// not so many.
func (c *Classes) Least(n int) float32 {
	for class := int(c.top); class >= 0; class-- {
		k := int(c.counts[class])
		if k >= n {
			return math.Float32frombits(uint32(class) << classBits)
		}
		n -= k
	}
	return 0
}
