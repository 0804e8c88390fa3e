package summarize

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"text/template"

	"github.com/deskbook/deskbook/internal/fault"
)

// prompts holds the parsed prompt files. Each defines the templates "system" and
// "user".
type prompts map[string]*template.Template

// promptInput is what a prompt template can name.
type promptInput struct {
	// Evidence is one JSON object a line: {"mark","from","text"}. JSON keeps a text
	// from closing its own quotation.
	Evidence string
	Question string // of an answer
	Title    string // a first title, of a draft
	Section  string // the name of the section that tells the resolution, of a draft
	Schema   string // the JSON schema, for endpoints that take none
	Repair   string // why the last reply was not accepted, "" at first
}

func parsePrompts(fsys fs.FS) (prompts, error) {
	p := prompts{}
	if fsys == nil {
		return nil, fault.New(fault.Internal, "no prompt files were given")
	}
	for _, action := range []string{actHandoff, actAnswer, actDraft} {
		name := action + ".md"
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read prompt %s: %w", name, err)
		}
		t, err := template.New(action).Option("missingkey=error").Parse(string(data))
		if err != nil {
			return nil, fmt.Errorf("parse prompt %s: %w", name, err)
		}
		for _, part := range []string{"system", "user"} {
			if t.Lookup(part) == nil {
				return nil, fault.New(fault.Invalid, "prompt %s does not define %q", name, part)
			}
			if err := t.ExecuteTemplate(&bytes.Buffer{}, part, promptInput{}); err != nil {
				return nil, fmt.Errorf("try prompt %s: %w", name, err)
			}
		}
		p[action] = t
	}
	return p, nil
}

func (p prompts) render(action string, in promptInput) (system, user string, err error) {
	var s, u bytes.Buffer
	if err := p[action].ExecuteTemplate(&s, "system", in); err != nil {
		return "", "", fmt.Errorf("render prompt %s: %w", action, err)
	}
	if err := p[action].ExecuteTemplate(&u, "user", in); err != nil {
		return "", "", fmt.Errorf("render prompt %s: %w", action, err)
	}
	return s.String(), u.String(), nil
}

// evidenceLines renders evidence for a prompt.
func evidenceLines(e *evidence, from func(it item) string) string {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	for _, it := range e.items {
		line := struct {
			Mark string `json:"mark"`
			From string `json:"from"`
			Text string `json:"text"`
		}{it.mark, from(it), it.text}
		if err := enc.Encode(line); err != nil {
			continue // strings always encode
		}
	}
	return out.String()
}
