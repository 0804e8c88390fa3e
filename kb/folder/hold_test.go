package folder_test

import (
	"fmt"
	"testing"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/folder"
)

// TestImportNeverOpens: an import does not open an article that was changed here; what an
// import alone set, another one may change.
func TestImportNeverOpens(t *testing.T) {
	file := func(front, text string) map[string]string {
		return map[string]string{"x.md": "---\ntitle: X\n" + front + "---\n" + text + "\n"}
	}
	internal := kb.Patch{Audience: ptr(access.Internal)}
	fromOptions := folder.Options{Audience: access.Internal, Draft: true}
	tests := []struct {
		name    string
		first   string // front matter at first
		options folder.Options
		here    kb.Patch
		then    string // front matter later
		want    string
	}{
		{
			name: "the same statement again", first: "audience: public\n", here: internal,
			then: "audience: public\n", want: "internal validated experience",
		},
		{
			name: "a new statement", first: "audience: public\n", here: internal,
			then: "audience: customer\n", want: "internal validated experience",
		},
		{
			name: "a narrower statement", first: "audience: public\n", here: kb.Patch{Audience: ptr(access.Customer)},
			then: "audience: internal\n", want: "internal validated experience",
		},
		{
			name: "confidence", first: "confidence: validated\n", here: kb.Patch{Confidence: ptr(kb.NotValidated)},
			then: "confidence: validated\n", want: "public not_validated experience",
		},
		{
			name: "archived", first: "confidence: validated\n", here: kb.Patch{Confidence: ptr(kb.Archived)},
			then: "confidence: not_validated\n", want: "public archived experience",
		},
		{
			name: "governance", first: "governance: experience\n", here: kb.Patch{Governance: ptr(kb.Compliance)},
			then: "governance: experience\n", want: "public validated compliance",
		},
		{
			name: "words alone were changed here", first: "audience: internal\n", here: kb.Patch{Markdown: ptr("Edited")},
			then: "audience: public\n", want: "internal validated experience",
		},
		{
			name: "nothing was changed here", first: "audience: internal\n",
			then: "audience: public\n", want: "public validated experience",
		},
		{
			name: "an option of the import", options: fromOptions,
			then: "audience: public\nconfidence: validated\n", want: "public validated experience",
		},
		{
			name: "a statement that was removed", first: "audience: internal\n",
			then: "", want: "internal validated experience",
		},
		{
			name:  "a front matter that was emptied",
			first: "audience: internal\nconfidence: wip\ngovernance: compliance\n",
			here:  kb.Patch{Confidence: ptr(kb.NotValidated)}, want: "internal not_validated compliance",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			b.load(t, tree(file(tt.first, "Text")), tt.options)
			a, err := b.Article(t.Context(), manager, "x")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := b.Update(t.Context(), manager, a.ID, a.Revision, tt.here); err != nil {
				t.Fatal(err)
			}
			for n := range 2 {
				b.load(t, tree(file(tt.then, fmt.Sprint("Text ", n))), tt.options)
				got, err := b.Article(t.Context(), manager, "x")
				if err != nil {
					t.Fatal(err)
				}
				if s := fmt.Sprint(got.Audience, " ", got.Confidence, " ", got.Governance); s != tt.want {
					t.Errorf("after import %d: %s, want %s", n+1, s, tt.want)
				}
			}
		})
	}
}

// TestImportOverArticleWrittenHere: a file that names an article written here does not open
// it.
func TestImportOverArticleWrittenHere(t *testing.T) {
	b := newBench(t)
	a := b.article(t, kb.NewArticleInput{Title: "X", Slug: "x", Audience: access.Internal, Governance: kb.Compliance})
	text := "---\nslug: x\naudience: public\nconfidence: validated\ngovernance: experience\n---\nFrom outside\n"
	b.load(t, tree(map[string]string{"x.md": text}), folder.Options{})
	got, err := b.Article(t.Context(), manager, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got.Audience != access.Internal || got.Confidence != kb.NotValidated || got.Governance != kb.Compliance {
		t.Errorf("%s %s %s", got.Audience, got.Confidence, got.Governance)
	}
}
