package terms

// FillerWeight is the weight of a filler word.
const FillerWeight = fillerWeight

// Scan returns the terms of a text without remembering its chunks.
func Scan(l Language, text string) (out []Token) {
	s := memos()[l].newScanner(func(t Token) { out = append(out, t) })
	s.scan(text)
	return out
}
