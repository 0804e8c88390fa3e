package draft

// InsertInto returns insert(markdown, wanted, title, body).
func InsertInto(markdown, wanted, title, body string) string {
	return insert(markdown, wanted, title, body)
}

// EscapedText returns escapeText(s).
func EscapedText(s string) string { return escapeText(s) }
