package format

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"go.yaml.in/yaml/v3"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/front"
)

// File returns the article as a file of that name. If the article still is what
// its own front matter says, these are the imported bytes.
func File(a kb.Article, name string) []byte {
	return Encode(exportedFront(a, name)+a.Markdown, a.Origin.Encoding)
}

// exportedFront returns the front matter with which the file says what the article is.
func exportedFront(a kb.Article, name string) string {
	if a.Front == "" && a.Path == "" {
		return newFront(a)
	}
	p, err := Reread(a, a.Front, name)
	if err != nil {
		return newFront(a)
	}
	differing := differs(a, p.Article)
	if len(differing) == 0 {
		return a.Front
	}
	if edited := editedFront(a, differing); reads(a, edited, name) {
		return edited
	}
	// One of our keys can change how another system's keys are read; in that case all of
	// ours are written.
	if edited := editedFront(a, front.Keys()); reads(a, edited, name) {
		return edited
	}
	return newFront(a)
}

// reads reports whether the article with that front matter is read as what it is.
func reads(a kb.Article, head, name string) bool {
	p, err := Reread(a, head, name)
	return err == nil && len(differs(a, p.Article)) == 0
}

// differs lists the keys whose values are not the article's.
func differs(a, b kb.Article) []string {
	var out []string
	for _, key := range front.Keys() {
		if (key == front.KeyID || key == front.KeySlug) && a.Path != "" && a.Path == b.Path {
			continue // the import gave it both; the file is written back as it came
		}
		if !slices.Equal(Values(a, key), Values(b, key)) {
			out = append(out, key)
		}
	}
	return out
}

// Values returns the article's values for a key: none, one, or several for a list.
func Values(a kb.Article, key string) []string {
	one := func(s string) []string {
		if s == "" {
			return nil
		}
		return []string{s}
	}
	switch key {
	case front.KeyID:
		return one(a.ID)
	case front.KeySlug:
		return one(a.Slug)
	case front.KeyTitle:
		return one(a.Title)
	case front.KeyKind:
		return one(string(a.Kind))
	case front.KeyConfidence:
		return one(string(a.Confidence))
	case front.KeyAudience:
		return one(string(a.Audience))
	case front.KeyGovernance:
		return one(string(a.Governance))
	case front.KeyOwner:
		return one(a.Owner)
	case front.KeyReviewBy:
		if a.ReviewBy.IsZero() {
			return nil
		}
		return one(a.ReviewBy.Format(front.DateForm))
	case front.KeyService:
		return one(a.Service)
	case front.KeyCategories:
		return a.Categories
	case front.KeyTags:
		return a.Tags
	}
	return one(a.Locale)
}

// frontLine returns the line of front matter for a key, "" if it has no value.
func frontLine(a kb.Article, key, newline string) string {
	values := Values(a, key)
	if len(values) == 0 {
		return ""
	}
	value := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: values[0]}
	switch key {
	case front.KeyReviewBy:
		value.Tag = "!!timestamp"
	case front.KeyCategories, front.KeyTags:
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
func newFront(a kb.Article) string {
	var b strings.Builder
	if strings.HasPrefix(a.Front, "\uFEFF") {
		b.WriteString("\uFEFF")
	}
	b.WriteString("---\n")
	for _, key := range front.Keys() {
		b.WriteString(frontLine(a, key, "\n"))
	}
	b.WriteString("---\n")
	return b.String()
}

// editedFront returns the article's front matter with the lines of these keys replaced
// and every other byte unchanged. Missing keys are appended.
func editedFront(a kb.Article, keys []string) string {
	raw, inner, _, form, err := front.Split(a.Front)
	if err != nil || inner == "" {
		return newFront(a)
	}
	if form != front.YAML {
		return encodedFront(a, raw, inner, form, keys)
	}
	root, err := front.YAMLNode(inner)
	if err != nil {
		return newFront(a)
	}
	if root == nil {
		root = &yaml.Node{Kind: yaml.MappingNode} // front matter with nothing but comments
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
		a.Front = raw[:strings.Index(raw, inner)] + string(block) + "---\n"
		return editedFront(a, keys)
	}
	newline := "\n"
	if strings.Contains(inner, "\r\n") {
		newline = "\r\n"
	}
	lines := strings.SplitAfter(inner, "\n")
	missing := slices.Clone(keys)
	// From the last key to the first, so that earlier line numbers stay valid.
	for i := len(root.Content) - 2; i >= 0; i -= 2 {
		key := root.Content[i]
		at := slices.IndexFunc(missing, func(k string) bool { return k == key.Value || k == front.FoldKey(key.Value) })
		if at < 0 {
			continue
		}
		missingKey := missing[at]
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
		lines = slices.Replace(lines, first, end, frontLine(a, missingKey, newline))
	}
	var added strings.Builder
	for _, key := range front.Keys() {
		if slices.Contains(missing, key) {
			added.WriteString(frontLine(a, key, newline))
		}
	}
	start := strings.Index(raw, inner)
	return raw[:start] + strings.Join(lines, "") + added.String() + raw[start+len(inner):]
}

// encodedFront is editedFront for front matter in TOML or JSON, which is rewritten with
// the keys of other tools in it.
func encodedFront(a kb.Article, raw, inner string, form front.Form, keys []string) string {
	root, err := front.Parse(inner, form, 1)
	if err != nil || root == nil {
		return newFront(a)
	}
	values := map[string]any{}
	if err := root.Decode(&values); err != nil {
		return newFront(a)
	}
	for _, key := range keys {
		delete(values, key)
		switch list := Values(a, key); {
		case len(list) == 0:
		case key == front.KeyCategories || key == front.KeyTags:
			values[key] = list
		default:
			values[key] = list[0]
		}
	}
	start := strings.Index(raw, inner)
	var out []byte
	if form == front.TOML {
		out, err = toml.Marshal(values)
	} else {
		out, err = json.MarshalIndent(values, "", "  ")
		out = append(out, '\n')
	}
	if err != nil {
		return newFront(a)
	}
	return raw[:start] + string(out) + strings.TrimLeft(raw[start+len(inner):], "\r\n")
}

func isGap(line string) bool {
	return strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#")
}
