package memory

import "slices"

// trimAtOnce is how many tickets are forgotten while requests wait.
const trimAtOnce = 200

// Trim forgets the oldest tickets, by number, if there are more than a quarter beyond newest.
// What is forgotten is what happened before, so that it costs little on the whole.
func (m *Memory) Trim(newest int) {
	m.mu.RLock()
	var ids []string
	if len(m.byID) > newest+newest/4 {
		ids = make([]string, 0, len(m.byID))
		for id := range m.byID {
			ids = append(ids, id)
		}
	}
	m.mu.RUnlock()
	if ids == nil {
		return
	}
	slices.SortFunc(ids, CompareIDs)
	for part := range slices.Chunk(ids[:len(ids)-newest], trimAtOnce) {
		m.mu.Lock()
		for _, id := range part {
			if i, ok := m.byID[id]; ok {
				m.forget(i)
			}
		}
		m.mu.Unlock()
	}
}
