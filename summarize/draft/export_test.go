package draft

// InsertInto is insert.
func InsertInto(markdown, wanted, title, body string) string {
	return insert(markdown, wanted, title, body)
}

// EscapedText is escapeText.
func EscapedText(s string) string { return escapeText(s) }
