package model

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// maxModelBytes bounds the size of a service model; real ones have a few kilobytes.
const maxModelBytes = 128 << 10

// parseNode reads the one YAML document of a file.
func (r *modelReader) parseNode(data []byte) value {
	root := value{r: r, line: 1}
	if len(data) > maxModelBytes {
		root.fail("the file is larger than %d KiB", maxModelBytes>>10)
		return root
	}
	if line := invalidUTF8(data); line > 0 {
		root.line = line
		root.fail("the text is not valid UTF-8")
		return root
	}
	lines := &lineReader{rest: data}
	dec := yaml.NewDecoder(lines)
	var doc, second yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			root.fail("the file is empty")
			return root
		}
		root.line = errorLine(data, lines.read, err)
		root.fail("%s", yamlReason(err))
		return root
	}
	if err := dec.Decode(&second); !errors.Is(err, io.EOF) {
		root.line = max(second.Line, 1)
		root.fail("the file contains more than one document")
		return root
	}
	root.node = doc.Content[0]
	root.line = root.node.Line
	return root
}

// invalidUTF8 returns the first line that is not valid UTF-8, 0 when there is none.
func invalidUTF8(data []byte) (line int) {
	for i, l := range bytes.Split(data, []byte("\n")) {
		if !utf8.Valid(l) {
			return i + 1
		}
	}
	return 0
}

// lineReader returns at most a line per read, so that read counts the lines that the
// parser has reached.
type lineReader struct {
	rest []byte
	read int
	mid  bool
}

func (l *lineReader) Read(p []byte) (int, error) {
	if len(l.rest) == 0 {
		return 0, io.EOF
	}
	n := len(l.rest)
	if i := bytes.IndexByte(l.rest, '\n'); i >= 0 {
		n = i + 1
	}
	if !l.mid {
		l.read++
	}
	l.mid = n > len(p)
	n = copy(p, l.rest[:n])
	l.rest = l.rest[n:]
	return n, nil
}

// errorLine returns the line after the longest prefix of the file that parses. The line
// that the parser reports is often where the surrounding block begins, far above. The
// search starts where the parser stopped reading and is bounded; beyond the bound (for an
// unclosed quote, say) the parser's own line is better.
func errorLine(data []byte, read int, err error) int {
	lines := bytes.SplitAfter(data, []byte("\n"))
	read = min(read, len(lines))
	for n := read - 1; n > read-40; n-- {
		var doc yaml.Node
		if n <= 0 || yaml.Unmarshal(bytes.Join(lines[:n], nil), &doc) == nil {
			return max(n, 0) + 1
		}
	}
	if named := yamlPrefix.FindStringSubmatch(err.Error()); named != nil && named[2] != "" {
		if n, err := strconv.Atoi(named[2]); err == nil && n <= read {
			return max(n, 1)
		}
	}
	return read
}

var yamlPrefix = regexp.MustCompile(`^yaml: (line (\d+): )?`)

func yamlReason(err error) string { return yamlPrefix.ReplaceAllString(err.Error(), "") }
