package history

import (
	"fmt"
	"hash/maphash"
)

// lines remembers on which line an id came: sixteen bytes or so a line, whatever the id.
type lines struct {
	seed maphash.Seed
	at   map[uint64]uint32
}

func newLines() *lines { return &lines{seed: maphash.MakeSeed(), at: map[uint64]uint32{}} }

// add returns an error if an earlier line had the id.
func (l *lines) add(id string, number int) error {
	key := maphash.String(l.seed, id)
	if first, ok := l.at[key]; ok {
		return fmt.Errorf("id: %q came on line %d already", id, first)
	}
	l.at[key] = uint32(min(number, 1<<32-1))
	return nil
}
