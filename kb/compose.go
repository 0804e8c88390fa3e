package kb

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// exportedFile returns the article as a file of that name. If the article still is what
// its own front matter says, these are the imported bytes.
func exportedFile(a Article, name string) []byte {
	if data := []byte(a.Front + a.Markdown); a.Front != "" || a.Path != "" {
		if p, err := parseFile(name, data); err == nil {
			differing := differs(a, p.Article)
			if len(differing) == 0 {
				return data
			}
			if data := []byte(editedFront(a, differing) + a.Markdown); reads(data, name, a) {
				return data
			}
			// One of our keys can change how another system's keys are read; in that case
			// all of ours are written.
			if data := []byte(editedFront(a, ownKeys) + a.Markdown); reads(data, name, a) {
				return data
			}
		}
	}
	return []byte(newFront(a) + a.Markdown)
}

func reads(data []byte, name string, a Article) bool {
	p, err := parseFile(name, data)
	return err == nil && len(differs(a, p.Article)) == 0
}

// differs lists the keys whose values are not the article's.
func differs(a, b Article) []string {
	var out []string
	for _, key := range ownKeys {
		if key == keySlug && a.Slug == distinctSlug(b.Slug, a.ID) {
			continue // an import would arrive at the same address
		}
		if !slices.Equal(frontValue(a, key), frontValue(b, key)) {
			out = append(out, key)
		}
	}
	return out
}

// frontValue returns the article's values for a key: none, one, or several for a list.
func frontValue(a Article, key string) []string {
	one := func(s string) []string {
		if s == "" {
			return nil
		}
		return []string{s}
	}
	switch key {
	case keyID:
		return one(a.ID)
	case keySlug:
		return one(a.Slug)
	case keyTitle:
		return one(a.Title)
	case keyKind:
		return one(string(a.Kind))
	case keyConfidence:
		return one(string(a.Confidence))
	case keyAudience:
		return one(string(a.Audience))
	case keyGovernance:
		return one(string(a.Governance))
	case keyOwner:
		return one(a.Owner)
	case keyReviewBy:
		if a.ReviewBy.IsZero() {
			return nil
		}
		return one(a.ReviewBy.Format(dateForm))
	case keyService:
		return one(a.Service)
	case keyCategories:
		return a.Categories
	case keyTags:
		return a.Tags
	}
	return one(a.Locale)
}

// frontLine returns the line of front matter for a key, "" if it has no value.
func frontLine(a Article, key, newline string) string {
	values := frontValue(a, key)
	if len(values) == 0 {
		return ""
	}
	value := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: values[0]}
	switch key {
	case keyReviewBy:
		value.Tag = "!!timestamp"
	case keyCategories, keyTags:
		value = &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, v := range values {
			value.Content = append(value.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: v})
		}
	}
	line, err := yaml.Marshal(&yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{
		{Kind: yaml.ScalarNode, Value: key}, value,
	}})
	if err != nil {
		return "" // strings always marshal
	}
	return strings.ReplaceAll(string(line), "\n", newline)
}

// newFront returns new front matter with every key that has a value.
func newFront(a Article) string {
	var b strings.Builder
	if strings.HasPrefix(a.Front, "\uFEFF") {
		b.WriteString("\uFEFF")
	}
	b.WriteString("---\n")
	for _, key := range ownKeys {
		b.WriteString(frontLine(a, key, "\n"))
	}
	b.WriteString("---\n")
	return b.String()
}

// editedFront returns the article's front matter with the lines of these keys replaced
// and every other byte unchanged. Missing keys are appended.
func editedFront(a Article, keys []string) string {
	raw, inner, _, err := splitFront(a.Front)
	var doc yaml.Node
	if err != nil || inner == "" || yaml.Unmarshal([]byte(inner), &doc) != nil {
		return newFront(a)
	}
	root := &yaml.Node{Kind: yaml.MappingNode} // front matter with nothing but comments
	if len(doc.Content) > 0 {
		root = doc.Content[0]
	}
	if root.Kind != yaml.MappingNode {
		return newFront(a)
	}
	if root.Style&yaml.FlowStyle != 0 {
		// Written as {key: value}: first give every key its own line.
		root.Style = 0
		block, err := yaml.Marshal(root)
		if err != nil {
			return newFront(a)
		}
		a.Front = opening.FindString(raw) + string(block) + "---\n"
		return editedFront(a, keys)
	}
	newline := "\n"
	if strings.Contains(inner, "\r\n") {
		newline = "\r\n"
	}
	lines := strings.SplitAfter(inner, "\n")
	missing := slices.Clone(keys)
	// From the last key to the first, so that earlier line numbers stay true.
	for i := len(root.Content) - 2; i >= 0; i -= 2 {
		key := root.Content[i]
		at := slices.Index(missing, key.Value)
		if at < 0 {
			continue
		}
		missing = slices.Delete(missing, at, at+1)
		end := len(lines)
		if i+2 < len(root.Content) {
			end = root.Content[i+2].Line - 1
		}
		first := key.Line - 1
		// Blank lines and comments before the next key belong to that one.
		for end > first+1 && isGap(lines[end-1]) {
			end--
		}
		lines = slices.Replace(lines, first, end, frontLine(a, key.Value, newline))
	}
	var added strings.Builder
	for _, key := range ownKeys {
		if slices.Contains(missing, key) {
			added.WriteString(frontLine(a, key, newline))
		}
	}
	start := len(opening.FindString(raw))
	return raw[:start] + strings.Join(lines, "") + added.String() + raw[start+len(inner):]
}

func isGap(line string) bool {
	return strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#")
}
