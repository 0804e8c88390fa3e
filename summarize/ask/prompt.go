package ask

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"text/template"

	"github.com/deskbook/deskbook/internal/fault"
	"github.com/deskbook/deskbook/summarize/evidence"
)

// prompts holds the parsed prompt files. Each defines the templates "system" and
// "user".
type prompts map[string]*template.Template

// promptInput is what a prompt template can name: each action has a type of its own.
type promptInput interface{ frame() *Frame }

// Frame is what every prompt can name.
type Frame struct {
	// Evidence is one JSON object a line: {"mark","from","text"}. JSON keeps a text
	// from closing its own quotation.
	Evidence string
	Schema   string // the JSON schema, for endpoints that take none
	Repair   string // why the last reply was not accepted, "" at first
}

func (f *Frame) frame() *Frame { return f }

// HandoffPrompt is what handoff.md can name.
type HandoffPrompt struct{ Frame }

// AnswerPrompt is what answer.md can name.
type AnswerPrompt struct {
	Frame
	Question string
}

// DraftPrompt is what draft.md can name.
type DraftPrompt struct {
	Frame
	Title   string // a first title
	Section string // the name of the section that tells the resolution
}

// promptInputs gives an empty input of each action.
func promptInputs() map[string]promptInput {
	return map[string]promptInput{ActionHandoff: &HandoffPrompt{}, ActionAnswer: &AnswerPrompt{}, ActionDraft: &DraftPrompt{}}
}

func parsePrompts(fsys fs.FS) (prompts, error) {
	p := prompts{}
	if fsys == nil {
		return nil, fault.New(fault.Internal, "no prompt files were given")
	}
	for action, empty := range promptInputs() {
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
			if err := t.ExecuteTemplate(&bytes.Buffer{}, part, empty); err != nil {
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

// EvidenceLines renders evidence for a prompt.
func EvidenceLines(e *evidence.Set, from func(it evidence.Item) string) string {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	for _, it := range e.Items {
		line := struct {
			Mark string `json:"mark"`
			From string `json:"from"`
			Text string `json:"text"`
		}{it.Mark, from(it), it.Text}
		if err := enc.Encode(line); err != nil {
			continue // strings always encode
		}
	}
	return out.String()
}
