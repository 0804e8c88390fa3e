package memory

// ResolvedIDs returns the ids of the resolved neighbours, nearest first.
func (r Recalled) ResolvedIDs() []string { return ids(r.resolved) }

// OpenIDs returns the ids of the open neighbours, nearest first.
func (r Recalled) OpenIDs() []string { return ids(r.open) }

func ids(near []neighbour) []string {
	var out []string
	for _, n := range near {
		out = append(out, n.ID)
	}
	return out
}

// Cosines returns the cosines of the resolved neighbours by id.
func (r Recalled) Cosines() map[string]float64 {
	out := map[string]float64{}
	for _, n := range r.resolved {
		out[n.ID] = n.cosine
	}
	return out
}

// CompareAll returns the ids of the nearest tickets by a comparison with every one.
func (m *Memory) CompareAll(subject, body string) []string {
	s, places := &nearness{}, []scored{}
	s.weigh(m, readTicket(subject, body))
	for i := range m.past {
		places = append(places, scored{place: uint32(i)})
	}
	return ids(s.compare(m, places))
}

// HoldsWord reports whether a ticket is remembered with a term.
func HoldsWord(subject, body, term string) bool {
	for _, g := range readTicket(subject, body).words {
		if g.hash == mixed(hashOf(hashStart, term)) {
			return true
		}
	}
	return false
}

// WordCount returns how many distinct words of a ticket are remembered.
func WordCount(subject, body string) int { return len(readTicket(subject, body).words) }
