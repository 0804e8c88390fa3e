package summarize

// Insert is insert.
func Insert(markdown, wanted, title, body string) string {
	return insert(markdown, wanted, title, body)
}

// EscapeText is escapeText.
func EscapeText(s string) string { return escapeText(s) }
