package front

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"go.yaml.in/yaml/v3"

	"github.com/deskbook/deskbook/kb/plain"
)

// Parse returns the mapping that front matter holds, nil if it holds nothing.
func Parse(inner string, form Form, first int) (*yaml.Node, error) {
	switch form {
	case TOML:
		return tomlNode(inner, first)
	case JSON:
		return jsonNode(inner, first)
	case None, YAML:
	}
	doc, err := YAMLNode(inner)
	if err != nil {
		return nil, yamlError(err, inner, first)
	}
	if doc == nil {
		return nil, nil
	}
	if doc.Kind != yaml.MappingNode {
		return nil, Errorf(first+doc.Line-1, "front matter must be a list of keys and values")
	}
	return doc, nil
}

// YAMLNode parses YAML. A value with an unquoted colon, or that begins with a character
// reserved by YAML, is read as the plain text it is meant to be.
func YAMLNode(inner string) (*yaml.Node, error) {
	var doc yaml.Node
	err := yaml.Unmarshal([]byte(inner), &doc)
	if err != nil {
		doc = yaml.Node{}
		if yaml.Unmarshal([]byte(quotedValues(inner)), &doc) != nil {
			return nil, err
		}
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	return doc.Content[0], nil
}

var keyAndValue = regexp.MustCompile(`^([ \t]*(?:- )?[\w .-]+:[ \t]+|[ \t]*- )(\S.*)$`)

// quotedValues puts the values in quotes that are not YAML on their own line.
func quotedValues(inner string) string {
	lines := strings.Split(inner, "\n")
	for i, line := range lines {
		bare := strings.TrimRight(line, "\r \t")
		m := keyAndValue.FindStringSubmatch(bare)
		var alone yaml.Node
		if m == nil || yaml.Unmarshal([]byte(strings.TrimLeft(bare, " \t")), &alone) == nil {
			continue
		}
		value := m[2]
		switch first := value[:1]; {
		case strings.ContainsAny(first, "[{|>#"):
			continue // a collection or a text that goes on below
		case first == `"` || first == "'":
			if strings.Count(value, first) < 2 {
				continue
			}
			if n := len(value); value[n-1:] == first {
				value = value[1 : n-1]
			}
		}
		lines[i] = m[1] + "'" + strings.ReplaceAll(value, "'", "''") + "'"
	}
	return strings.Join(lines, "\n")
}

// tomlNode parses TOML into the form that YAML has.
func tomlNode(inner string, first int) (*yaml.Node, error) {
	var values map[string]any
	if err := toml.Unmarshal([]byte(strings.ReplaceAll(inner, "\r\n", "\n")), &values); err != nil {
		line := first
		var at *toml.DecodeError
		if errors.As(err, &at) {
			row, _ := at.Position()
			line += row - 1
		}
		return nil, Errorf(line, "front matter is not valid TOML: %s", plain.Clip(plain.OneLine(err.Error()), 200))
	}
	return encodedNode(values, inner)
}

// jsonNode parses JSON into the form that YAML has.
func jsonNode(inner string, first int) (*yaml.Node, error) {
	inner = strings.TrimSpace(inner)
	if inner != "" && !strings.HasPrefix(inner, "{") {
		inner = "{" + inner + "}"
	}
	var values map[string]any
	if err := json.Unmarshal([]byte(inner), &values); err != nil && inner != "" {
		line := first
		var at *json.SyntaxError
		if errors.As(err, &at) {
			line += strings.Count(inner[:min(int(at.Offset), len(inner))], "\n")
		}
		return nil, Errorf(line, "front matter is not valid JSON: %s", plain.Clip(plain.OneLine(err.Error()), 200))
	}
	return encodedNode(values, inner)
}

// encodedNode returns values as a mapping whose keys have the lines on which they stand.
func encodedNode(values map[string]any, inner string) (*yaml.Node, error) {
	var n yaml.Node
	if err := n.Encode(values); err != nil {
		return nil, fmt.Errorf("front matter: %w", err)
	}
	if n.Kind != yaml.MappingNode {
		return nil, nil
	}
	lines := map[string]int{}
	for i, line := range strings.Split(inner, "\n") {
		if m := encodedKey.FindStringSubmatch(line); m != nil && lines[m[1]] == 0 {
			lines[m[1]] = i + 1
		}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		line := max(1, lines[n.Content[i].Value])
		n.Content[i].Line, n.Content[i+1].Line = line, line
		for _, item := range n.Content[i+1].Content {
			item.Line = line
		}
	}
	return &n, nil
}

var encodedKey = regexp.MustCompile(`^[ \t{,]*["']?([\w.-]+)["']?[ \t]*[:=]`)

// yamlError turns the parser's error into ours. The parser names the line on which the
// surrounding list or mapping begins, or none, so the line is found by dropping lines
// from the end until the rest parses.
func yamlError(err error, inner string, first int) error {
	lines := strings.SplitAfter(strings.TrimRight(inner, "\r\n"), "\n")
	bad := len(lines)
	for attempt := 0; bad > 1 && attempt < maxYAMLAttempts; attempt++ {
		if _, err := YAMLNode(strings.Join(lines[:bad-1], "")); err == nil {
			break
		}
		bad--
	}
	reason := yamlPlace.ReplaceAllString(err.Error(), "")
	return Errorf(first+bad-1, "front matter is not valid YAML: %s", plain.Clip(plain.OneLine(reason), 200))
}
