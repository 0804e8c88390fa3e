package front

import (
	"encoding/json"
	"regexp"
	"strings"
)

// Split splits a file into its front matter, delimiters included, and its body:
// raw+body is the file. A file that opens with a thematic break rather than front
// matter has none.
func Split(file string) (raw, inner, body string, form Form, err error) {
	bom := ""
	if strings.HasPrefix(file, "\uFEFF") {
		bom = "\uFEFF"
	}
	head := opening.FindStringSubmatch(file[len(bom):])
	if head == nil {
		if n := jsonLength(file[len(bom):]); n > 0 {
			end := len(bom) + n
			return file[:end], file[len(bom):end], file[end:], JSON, nil
		}
		if n, inner := headerLength(file[len(bom):]); n > 0 {
			end := len(bom) + n
			return file[:end], inner, file[end:], YAML, nil
		}
		return bom, "", file[len(bom):], None, nil
	}
	form = formOf(head[1], head[2])
	begin := len(bom) + len(head[0])
	for rest := file[begin:]; rest != ""; {
		line, after, _ := strings.Cut(rest, "\n")
		if trimmed := strings.TrimRight(line, " \t\r"); trimmed == head[1] || form == YAML && trimmed == "..." {
			end := len(file) - len(after)
			return file[:end], file[begin : len(file)-len(rest)], file[end:], form, nil
		}
		rest = after
	}
	if head[1] != "---" || keyLike.MatchString(file[begin:]) {
		if head[1] == "---" || tomlLike.MatchString(file[begin:]) {
			return "", "", "", form, Errorf(1, "the front matter that opens here is not closed by a line of %s", head[1])
		}
	}
	return bom, "", file[len(bom):], None, nil
}

var (
	opening = regexp.MustCompile(`^(---|\+\+\+|;;;)[ \t]*(yaml|toml|json)?[ \t]*\r?\n`)
	keyLike = regexp.MustCompile(`^[A-Za-z_][\w.\- ]*:(?:[ \t]|\r?\n|$)`)
	// tomlLike matches the beginning of a TOML table.
	tomlLike = regexp.MustCompile(`^(?:#[^\n]*\n)*[A-Za-z_][\w.-]*[ \t]*=`)
	// headerKey matches the first line of a header without delimiters, as MultiMarkdown,
	// Pelican and Hexo have it.
	headerKey = regexp.MustCompile(`^(?i:title|date|author|authors|status|layout|slug|category|categories|tags|lang|` +
		`summary):[ \t]`)
	headerLine = regexp.MustCompile(`^(?:[A-Za-z_][\w .-]{0,40}:(?:[ \t].*)?|[ \t]+\S.*|-[ \t].*)$`)
	// yamlPlace matches the beginning of the YAML parser's messages.
	yamlPlace = regexp.MustCompile(`^yaml: (?:line \d+: )?`)
)

func formOf(delimiter, language string) Form {
	switch {
	case language == "toml", language == "" && delimiter == "+++":
		return TOML
	case language == "json", language == "" && delimiter == ";;;":
		return JSON
	}
	return YAML
}

// jsonLength returns the length of an object of JSON that the file begins with, with the
// line break behind it, 0 if there is none.
func jsonLength(file string) int {
	if !strings.HasPrefix(file, "{") || strings.HasPrefix(file, "{%") || strings.HasPrefix(file, "{{") {
		return 0
	}
	d := json.NewDecoder(strings.NewReader(file[:min(len(file), MaxLength)]))
	var object map[string]json.RawMessage
	if d.Decode(&object) != nil || len(object) == 0 {
		return 0
	}
	end := int(d.InputOffset())
	line, _, more := strings.Cut(file[end:], "\n")
	if !more || strings.TrimSpace(line) != "" {
		return 0
	}
	return end + len(line) + 1
}

// headerLength returns the length of a header without delimiters that the file begins
// with, and what is in it; 0 if there is none. It ends with a blank line or with one of
// hyphens.
func headerLength(file string) (n int, inner string) {
	if !headerKey.MatchString(file) {
		return 0, ""
	}
	titled := false
	for n < len(file) && n < MaxLength {
		line, _, more := strings.Cut(file[n:], "\n")
		bare := strings.TrimRight(line, " \t\r")
		if bare == "" || bare == "---" {
			if !titled || !more || n == 0 {
				return 0, ""
			}
			return n + len(line) + 1, file[:n]
		}
		if !headerLine.MatchString(bare) {
			return 0, ""
		}
		titled = titled || strings.HasPrefix(strings.ToLower(bare), "title:")
		n += len(line) + 1
	}
	return 0, ""
}
