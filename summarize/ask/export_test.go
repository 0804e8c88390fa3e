package ask

// FindJSON calls findJSON.
func FindJSON(s string) ([]byte, error) { return findJSON(s) }
