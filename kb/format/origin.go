package format

import (
	"path"
	"strings"
	"time"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/dialect"
	"github.com/deskbook/deskbook/kb/front"
	"github.com/deskbook/deskbook/kb/tool"
)

// Surroundings are what is known of a file before it is read.
type Surroundings struct {
	Folder    *tool.Folder // nil if the folder is not known
	Languages Languages
	Now       time.Time // zero if times do not count
}

// origin returns what is known of a file beyond its text, but for its encoding and kind.
func (s Surroundings) origin(name string, f front.Matter, body string) kb.Origin {
	o := kb.Origin{Dialect: s.Folder.Dialect(name, f.Raw, body), Locale: s.Languages.of(name)}
	dated := !s.Now.IsZero() && (o.Dialect == dialect.Hugo || o.Dialect == dialect.Jekyll)
	held := f.Withheld(s.Now, dated)
	if held.Why == "" {
		held.Why = s.Folder.Unpublished(name)
	}
	if held.Why == "" {
		held.Why = draftByName(name)
	}
	if held.Why == "" {
		return o
	}
	o.Withheld, o.Confidence = held.Why, kb.NotValidated
	if held.Archived {
		o.Confidence = kb.Archived
	}
	if held.Internal {
		o.Audience = access.Internal
	}
	return o
}

// Alike reports whether a file with the bytes of the last import would be read as it was
// then: with the same dialect, language and state.
func (s Surroundings) Alike(name string, data []byte, before kb.Origin) bool {
	text, _, _, err := Decode(data)
	if err != nil || before.Dialect == "" {
		return false
	}
	raw, inner, body, form, err := front.Split(string(text))
	if err != nil {
		return false
	}
	f, err := front.Read(raw, inner, form)
	if err != nil {
		return false
	}
	now := s.origin(name, f, body)
	now.Encoding, now.Kind = before.Encoding, before.Kind
	now.Source, now.TranslationOf, now.Files = before.Source, before.TranslationOf, before.Files
	now.Settled = before.Settled
	return now == before
}

// draftByName returns the part of a path that says that the file is a draft, "" if none
// does.
func draftByName(name string) string {
	for _, part := range strings.Split(path.Dir(name), "/") {
		if part == "_drafts" || part == "drafts" || part == ".drafts" {
			return "it is in " + part
		}
	}
	if stem := strings.TrimSuffix(path.Base(name), path.Ext(name)); strings.HasSuffix(strings.ToLower(stem), ".draft") {
		return "it is named a draft"
	}
	return ""
}
