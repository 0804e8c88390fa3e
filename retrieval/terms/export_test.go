package terms

// TermsOfText gives the stemmed terms of a text.
func TermsOfText(text string) []string { return termTexts(Of(text)) }

// WordTexts gives the unstemmed terms of a text.
func WordTexts(text string) []string { return termTexts(Words(text)) }

func termTexts(ts []Token) []string {
	out := []string{}
	for _, t := range ts {
		out = append(out, t.Term)
	}
	return out
}

// TermRanges gives the byte ranges of the stemmed terms.
func TermRanges(text string) [][2]int {
	var out [][2]int
	for _, t := range Of(text) {
		out = append(out, [2]int{t.Start, t.End})
	}
	return out
}

// TicketWeights gives the weights of a ticket's terms.
func TicketWeights(subject, body string) map[string]float64 {
	out := map[string]float64{}
	for _, t := range TicketQuery(subject, body).Terms {
		out[t.Term] = t.Weight
	}
	return out
}

// UnquotedText gives what its author wrote.
func UnquotedText(text string) string { return StripQuotes(text) }

// Signatures gives the error signatures of a text.
func Signatures(text string) []string {
	var out []string
	for _, s := range FindSignatures(text) {
		out = append(out, s.Text)
	}
	return out
}

// TicketPower is queryPower.
const TicketPower = QueryPower
