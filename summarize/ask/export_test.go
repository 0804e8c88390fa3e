package ask

// FindJSON is findJSON.
func FindJSON(s string) ([]byte, error) { return findJSON(s) }
