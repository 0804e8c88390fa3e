package terms

// stopWord reports whether a folded word says nothing about a matter. Words that
// service desks need stay in: not, no, off, on, out, up, down ("power off", "out of
// memory", "does not start").
func isEnglishStopWord(w string) bool {
	switch w {
	case "a", "an", "the", "this", "that", "these", "those",
		"and", "or", "but", "if", "then", "else", "so", "as", "than", "because", "while",
		"of", "at", "by", "for", "with", "about", "into", "to", "from", "in", "onto",
		"is", "am", "are", "was", "were", "be", "been", "being",
		"has", "have", "had", "having", "do", "does", "did", "doing",
		"i", "me", "my", "mine", "we", "us", "our", "ours", "you", "your", "yours",
		"he", "him", "his", "she", "her", "hers", "it", "its", "they", "them", "their", "theirs",
		"who", "whom", "which", "what", "whose", "there", "here",
		"would", "could", "should", "shall", "will", "may", "might", "must", "can",
		"im", "ive", "id", "ill", "youre", "youve", "theyre", "weve", "thats", "theres", "whats",
		"hello", "hi", "dear", "thanks", "thank", "please", "regards",
		"also", "just", "very", "too", "such", "some", "any", "each", "both", "own", "other":
		return true
	}
	return false
}
