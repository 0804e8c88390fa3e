package lexicon

// Expand calls expand.
func Expand(text string) (string, error) { return expand(text) }
