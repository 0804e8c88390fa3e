// Package topk keeps the best of many values without sorting them all. It imports
// nothing of Deskbook.
package topk

// List keeps at most a limit of values, the best of those offered. The zero List keeps
// none: call Reset first.
type List[T any] struct {
	limit int
	worse func(a, b T) bool
	items []T // a binary heap with the worst value on top
}

// Reset empties the list and sets its limit and its order; worse reports whether a goes
// before b when there are too many. It must be a strict total order, so that what is
// kept does not depend on the order of the offers.
func (l *List[T]) Reset(limit int, worse func(a, b T) bool) {
	l.limit, l.worse, l.items = limit, worse, l.items[:0]
}

// Limit returns how many values are kept at most.
func (l *List[T]) Limit() int { return l.limit }

// Full reports whether a value must be better than the worst one to be kept.
func (l *List[T]) Full() bool { return len(l.items) >= l.limit }

// Worst returns the worst value kept. The list must not be empty.
func (l *List[T]) Worst() T { return l.items[0] }

// Items returns the values kept, in no particular order. They are valid until the next
// Reset or Offer.
func (l *List[T]) Items() []T { return l.items }

// Offer keeps the value if there is room or if it is better than the worst one.
func (l *List[T]) Offer(x T) {
	if len(l.items) < l.limit {
		l.items = append(l.items, x)
		l.up(len(l.items) - 1)
		return
	}
	if l.limit > 0 && l.worse(l.items[0], x) {
		l.items[0] = x
		l.down(0)
	}
}

func (l *List[T]) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !l.worse(l.items[i], l.items[parent]) {
			return
		}
		l.items[i], l.items[parent] = l.items[parent], l.items[i]
		i = parent
	}
}

func (l *List[T]) down(i int) {
	for {
		child := 2*i + 1
		if child >= len(l.items) {
			return
		}
		if child+1 < len(l.items) && l.worse(l.items[child+1], l.items[child]) {
			child++
		}
		if !l.worse(l.items[child], l.items[i]) {
			return
		}
		l.items[i], l.items[child] = l.items[child], l.items[i]
		i = child
	}
}
