package dialect

import (
	"strings"
	"unicode/utf8"
)

func lineAt(src string, at int) string {
	line, _, _ := strings.Cut(src[at:], "\n")
	return line
}

// maxQuotes is how many quotations within each other are distinguished.
const maxQuotes = 50

// splitQuote splits off the quotation marks that a line begins with, n at most.
func splitQuote(line string, n int) (quote, rest string) {
	at := 0
	for range n {
		i := at
		for i < len(line) && i-at < 4 && line[i] == ' ' {
			i++
		}
		if i-at > 3 || i >= len(line) || line[i] != '>' {
			return line[:at], line[at:]
		}
		at = i + 1
		if at < len(line) && line[at] == ' ' {
			at++
		}
	}
	return line[:at], line[at:]
}

func depth(quote string) int { return strings.Count(quote, ">") }

// maxIndent is how much of a line is scanned to find out how it is indented.
const maxIndent = 500

// columnsOf returns how many columns a text without line breaks takes.
func columnsOf(s string) int {
	columns := 0
	for _, r := range s {
		if r == '\t' {
			columns += 4 - columns%4
		} else {
			columns++
		}
	}
	return columns
}

// indentOf returns the columns and the bytes of white space that a line begins with.
func indentOf(line string) (columns, width int) {
	for width < len(line) {
		switch line[width] {
		case ' ':
			columns++
		case '\t':
			columns += 4 - columns%4
		default:
			return columns, width
		}
		width++
	}
	return columns, width
}

func isPunctuation(c byte) bool {
	return c >= '!' && c <= '/' || c >= ':' && c <= '@' || c >= '[' && c <= '`' || c >= '{' && c <= '~'
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '_' || c >= utf8.RuneSelf
}
