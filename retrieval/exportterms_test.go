package retrieval

// TermsOfText gives the stemmed terms of a text.
func TermsOfText(text string) []string { return termTexts(terms(text)) }

// Words gives the unstemmed terms of a text.
func Words(text string) []string { return termTexts(words(text)) }

func termTexts(ts []token) []string {
	out := []string{}
	for _, t := range ts {
		out = append(out, t.term)
	}
	return out
}

// TermRanges gives the byte ranges of the stemmed terms.
func TermRanges(text string) [][2]int {
	var out [][2]int
	for _, t := range terms(text) {
		out = append(out, [2]int{t.start, t.end})
	}
	return out
}

// TicketWeights gives the weights of a ticket's terms.
func TicketWeights(subject, body string) map[string]float64 {
	out := map[string]float64{}
	for _, t := range ticketQuery(subject, body).terms {
		out[t.term] = t.weight
	}
	return out
}

// Unquoted gives what its author wrote.
func Unquoted(text string) string { return unquoted(text) }

// Signatures gives the error signatures of a text.
func Signatures(text string) []string {
	var out []string
	for _, s := range signaturesIn(text) {
		out = append(out, s.shown)
	}
	return out
}

// TicketPower is queryPower.
const TicketPower = queryPower
