package markdown_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/deskbook/deskbook/kb/dialect"
	"github.com/deskbook/deskbook/kb/markdown"
)

func TestSplitPassages(t *testing.T) {
	for name, c := range map[string]struct {
		markdown string
		want     []markdown.Passage
	}{
		"lead and sections": {
			"# Title\n\nThe lead,\nin *two* lines.\n\n## Cause\n\nA [link](x.md) and `code` &amp; more.\n\n## Resolution\n\n" +
				"Do it.\n\n### Windows\n\n- one\n- two\n\n## After\n\n1. x\n",
			[]markdown.Passage{
				{"a_x.1", "", "", "The lead, in two lines."},
				{"a_x.2", "Cause", "h-cause", "A link and code & more."},
				{"a_x.3", "Resolution", "h-resolution", "Do it."},
				{"a_x.4", "Resolution › Windows", "h-windows", "one\ntwo"},
				{"a_x.5", "After", "h-after", "x"},
			},
		},
		"a comment in code is no heading": {
			"## Run\n\n```sh\n# as root\nreboot\n```\n\n    # indented\n",
			[]markdown.Passage{{"a_x.1", "Run", "h-run", "# as root\nreboot\n# indented"}},
		},
		"tables and images": {
			"| Code | Meaning |\n|---|---|\n| E1 | toner ![low](x.png) |\n",
			[]markdown.Passage{{"a_x.1", "", "", "Code; Meaning\nE1; toner low"}},
		},
		"headings without text": {
			"# Title\n\n## Restart the router\n\n## Groups\n\n### A\n\nx\n",
			[]markdown.Passage{
				{"a_x.1", "Restart the router", "h-restart-the-router", "Restart the router"},
				{"a_x.2", "Groups › A", "h-a", "x"},
			},
		},
		"only a title": {"# Title\n", []markdown.Passage{{"a_x.1", "", "", "Title"}}},
		"several first levels": {
			"# One\n\na\n\n# Two\n\nb\n", []markdown.Passage{{"a_x.1", "", "", "a"}, {"a_x.2", "Two", "h-two", "b"}},
		},
		"raw HTML": {
			"<div>kept <b>bold</b></div>\n\nx<br>y <i>z</i>\n", []markdown.Passage{{"a_x.1", "", "", "kept bold\nx\ny z"}},
		},
		"nothing": {" \n", nil},
		"a heading in a list is text": {
			"- # not a section\n- x\n", []markdown.Passage{{"a_x.1", "", "", "not a section\nx"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, split("a_x", c.markdown, nil), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSplitPassagesLong(t *testing.T) {
	paragraph := strings.Repeat("Words that fill a paragraph. ", 20) // 580 runes
	body := "## S\n\n" + strings.Repeat(paragraph+"\n\n", 7) + "## Wall\n\n" + strings.Repeat(
		"One sentence of the wall. ", 400,
	)
	passages := split("a_x", body, nil)
	counts := map[string]int{}
	for _, p := range passages {
		counts[p.Heading]++
		if n := len([]rune(p.Text)); n > 1500 {
			t.Errorf("a passage of %d runes", n)
		}
		if !strings.HasSuffix(p.Text, ".") {
			t.Errorf("a passage ends inside a sentence: …%q", p.Text[len(p.Text)-20:])
		}
	}
	if want := map[string]int{"S": 4, "Wall": 8}; cmp.Diff(want, counts) != "" {
		t.Errorf("passages a section: %v, want %v", counts, want)
	}
}

// ids returns each passage's id by its first word.
func ids(passages []markdown.Passage) map[string]string {
	out := map[string]string{}
	for _, p := range passages {
		out[strings.Fields(p.Text)[0]] = p.ID
	}
	return out
}

func TestPassageIdsOutliveEdits(t *testing.T) {
	const (
		lead  = "lead text of the article says what it is about\n\n"
		cause = "cause is a full spool folder on the print server of the site\n\n"
		fix   = "fix by emptying the spool folder and starting the service again\n\n"
		check = "check that the queue is empty and print a page to be sure of it\n\n"
	)
	first, next := splitFrom("a_x", lead+"## Cause\n\n"+cause+"## Fix\n\n"+fix, nil, 1)
	if diff := cmp.Diff(
		map[string]string{"lead": "a_x.1", "cause": "a_x.2", "fix": "a_x.3"}, ids(first),
	); diff != "" || next != 4 {
		t.Fatal(diff, next)
	}
	for name, c := range map[string]struct {
		markdown string
		want     map[string]string
	}{
		"sections change places": {
			lead + "## Fix\n\n" + fix + "## Cause\n\n" + cause,
			map[string]string{"lead": "a_x.1", "cause": "a_x.2", "fix": "a_x.3"},
		},
		"a section comes in": {
			lead + "## Check\n\n" + check + "## Cause\n\n" + cause + "## Fix\n\n" + fix,
			map[string]string{"lead": "a_x.1", "check": "a_x.4", "cause": "a_x.2", "fix": "a_x.3"},
		},
		"a heading is renamed": {
			lead + "## Why it happens\n\n" + cause + "## Fix\n\n" + fix,
			map[string]string{"lead": "a_x.1", "cause": "a_x.2", "fix": "a_x.3"},
		},
		"a text is revised": {
			lead + "## Cause\n\n" + cause + "## Fix\n\nfix by emptying the spool folder, then restart the machine\n",
			map[string]string{"lead": "a_x.1", "cause": "a_x.2", "fix": "a_x.3"},
		},
		"heading and text are revised": {
			lead + "## Cause\n\n" + cause + "## Repair\n\nfix by emptying the spool folder and starting the server again\n",
			map[string]string{"lead": "a_x.1", "cause": "a_x.2", "fix": "a_x.3"},
		},
		"another text under the heading": {
			lead + "## Cause\n\n" + cause + "## Fix\n\n" + check,
			map[string]string{"lead": "a_x.1", "cause": "a_x.2", "check": "a_x.4"},
		},
		"a section goes": {lead + "## Cause\n\n" + cause, map[string]string{"lead": "a_x.1", "cause": "a_x.2"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := splitFrom("a_x", c.markdown, first, next)
			if diff := cmp.Diff(c.want, ids(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("a number is not given again", func(t *testing.T) {
		second, n := splitFrom("a_x", lead+"## Cause\n\n"+cause, first, next)
		third, _ := splitFrom("a_x", lead+"## Cause\n\n"+cause+"## Check\n\n"+check, second, n)
		if got := ids(third)["check"]; got != "a_x.4" {
			t.Errorf("a new section took the id %s of a section that went", got)
		}
	})
}

func TestPassageArticle(t *testing.T) {
	for id, want := range map[string]string{
		"a_x.1": "a_x", "a.b.12": "a.b", "a_x": "", "a_x.": "", ".1": "", "a_x.0": "", "a_x.-1": "", "": "",
	} {
		if got, ok := markdown.PassageArticle(id); got != want || ok != (want != "") {
			t.Errorf("PassageArticle(%q) = %q, %v", id, got, ok)
		}
	}
}

func FuzzSplitPassages(f *testing.F) {
	f.Add("# T\n\nlead\n\n## A\n\nx\n\n## A\n\ny", "# T\n\n## A\n\ny\n\n## B\n\nz")
	f.Add("a", "")
	f.Add(strings.Repeat("word ", 900), strings.Repeat("word ", 1800))
	f.Add("| a |\n|-|\n| b |", "- a\n- b")
	f.Fuzz(func(t *testing.T, before, after string) {
		if len(before)+len(after) > 20_000 {
			return
		}
		old, next := splitFrom("a_x", before, nil, 1)
		fresh, more := splitFrom("a_x", after, old, next)
		again, _ := splitFrom("a_x", after, old, next)
		if diff := cmp.Diff(fresh, again); diff != "" {
			t.Fatal("not deterministic", diff)
		}
		seen := map[string]bool{}
		for _, p := range fresh {
			if seen[p.ID] || p.Text == "" {
				t.Fatalf("id %s twice, or no text: %q", p.ID, p.Text)
			}
			seen[p.ID] = true
		}
		if more < next || more != next+len(fresh)-kept(old, fresh) {
			t.Fatalf("next number %d after %d with %d new", more, next, len(fresh)-kept(old, fresh))
		}
		if before == after && len(fresh) > 0 && kept(old, fresh) != len(fresh) {
			t.Fatal("an unchanged body lost ids")
		}
		if got := fmt.Sprint(split("a_x", before, old)); got != fmt.Sprint(old) {
			t.Fatalf("splitting again changed the passages: %s", got)
		}
	})
}

// kept counts the ids carried over.
func kept(old, fresh []markdown.Passage) int {
	known := map[string]bool{}
	for _, p := range old {
		known[p.ID] = true
	}
	n := 0
	for _, p := range fresh {
		if known[p.ID] {
			n++
		}
	}
	return n
}

func split(id, text string, previous []markdown.Passage) []markdown.Passage {
	passages, _ := splitFrom(id, text, previous, 1)
	return passages
}

func splitFrom(id, text string, previous []markdown.Passage, next int) ([]markdown.Passage, int) {
	return markdown.Parse(text, dialect.Common).Passages(id, previous, next)
}

func TestOutline(t *testing.T) {
	d := markdown.Parse("Lead.\n\n## Do\n\n**Windows**\n\nFirst:\n\n3. Open\n   - a door\n   - a [window](w.md)\n\n   "+
		"Wait.\n4. Close\n\n```\nrun x\nrun y\n```\n\n- [Doors](d.md)\n", dialect.Common)
	want := [][]markdown.Line{
		{{Text: "Lead."}},
		{
			{Text: "Windows", Form: markdown.Label},
			{Text: "First:"},
			{Text: "Open", Form: markdown.Step, Depth: 1, N: 3},
			{Text: "a door", Form: markdown.Item, Depth: 2},
			{Text: "a window", Form: markdown.Item, Depth: 2},
			{Text: "Wait.", Depth: 1},
			{Text: "Close", Form: markdown.Step, Depth: 1, N: 4},
			{Text: "run x\nrun y", Form: markdown.Listing},
			{Text: "Doors", Form: markdown.Item, Depth: 1, Links: true},
		},
	}
	if diff := cmp.Diff(want, d.Outline()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
