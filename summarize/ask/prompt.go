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

// prompts holds the parsed prompt file of each action, which defines the templates "system"
// and "user".
type prompts map[string]*template.Template

// promptInput is the data of a prompt template; each action has a type of its own.
type promptInput interface{ frame() *Frame }

// Frame is the data of every prompt.
type Frame struct {
	// Evidence has one JSON object a line: {"mark","from","text"}. In JSON a text cannot
	// end its own quotation.
	Evidence string
	Schema   string // the JSON schema, for endpoints without support for schemas
	Repair   string // why the last reply was not accepted, "" in the first attempt
}

func (f *Frame) frame() *Frame { return f }

// HandoffPrompt is the data of handoff.md.
type HandoffPrompt struct{ Frame }

// AnswerPrompt is the data of answer.md.
type AnswerPrompt struct {
	Frame
	Question string
}

// DraftPrompt is the data of draft.md.
type DraftPrompt struct {
	Frame
	Title   string // the extractive draft's title
	Section string // the name of the section for the resolution
}

// promptInputs returns an empty input for each action.
func promptInputs() map[string]promptInput {
	return map[string]promptInput{
		ActionHandoff: &HandoffPrompt{}, ActionAnswer: &AnswerPrompt{}, ActionDraft: &DraftPrompt{},
	}
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
				return nil, fmt.Errorf("execute prompt %s: %w", name, err)
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

// EvidenceLines renders evidence for a prompt. The function from describes an item's author.
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
