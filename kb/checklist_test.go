package kb_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/kb"
)

func TestChecklist(t *testing.T) {
	good := kb.CheckInput{
		Title: "VPN drops after update", Kind: kb.Troubleshooting, Audience: access.AudiencePublic,
		Owner: "jo", ReviewBy: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), Subjects: []string{
			"VPN is dropping since the last updates", "dropped",
		},
		Markdown: "## Symptoms\n\nx [see](#resolution) [web](https://e.org) [o](other.md) [q](/search)\n\n## Applies to\n" +
			"\nx\n\n## Cause\n\nx\n\n## Resolution\n\nx\n",
		Find: func(names []string) (map[string][]kb.Target, error) {
			found := map[string][]kb.Target{}
			for slug, a := range map[string]kb.Target{
				"other":    {Audience: access.AudiencePublic, Confidence: kb.Validated},
				"internal": {Audience: access.Internal, Confidence: kb.Validated},
				"archived": {Audience: access.AudiencePublic, Confidence: kb.Archived},
				"fresh":    {Audience: access.AudiencePublic, Confidence: kb.NotValidated},
			} {
				if a.ID, a.Slug = "a_o", slug; slices.Contains(names, "slug:"+slug) {
					found["slug:"+slug] = []kb.Target{a}
				}
			}
			return found, nil
		},
		Redact: func(text string) []kb.Redaction {
			return []kb.Redaction{{Kind: "password", Count: strings.Count(text, "hunter2")}}
		},
	}
	for name, c := range map[string]struct {
		change func(*kb.CheckInput)
		failed []string
		detail string // a part of the first failed one's
	}{
		"good": {func(*kb.CheckInput) {}, nil, ""},
		"duplicate": {
			func(in *kb.CheckInput) { in.Nearest = kb.Nearest{ID: "a_n", Title: "N", Score: 0.9} },
			[]string{kb.DuplicateAvoided},
			"N",
		},
		"edits the nearest": {
			func(in *kb.CheckInput) { in.Nearest, in.Editing = kb.Nearest{ID: "a_n", Score: 0.9}, "a_n" }, nil, "",
		},
		"nearest is far": {
			func(in *kb.CheckInput) { in.Nearest = kb.Nearest{ID: "a_n", Title: "N", Score: 0.3} }, nil, "",
		},
		"no environment": {
			func(in *kb.CheckInput) { in.Markdown = strings.ReplaceAll(in.Markdown, "Applies to", "More") },
			[]string{kb.EnvironmentGiven, kb.SectionsPresent},
			"Environment",
		},
		"an empty section counts as missing": {
			func(in *kb.CheckInput) { in.Markdown = "## Resolution\n\nx" },
			[]string{kb.EnvironmentGiven, kb.SectionsPresent},
			"",
		},
		"known error without workaround": {
			func(in *kb.CheckInput) { in.Kind = kb.KnownError }, []string{kb.SectionsPresent}, "missing: Workaround",
		},
		"how-to in steps": {
			func(in *kb.CheckInput) { in.Kind, in.Service, in.Markdown = kb.HowTo, "VPN", "1. x\n2. y" }, nil, "",
		},
		"how-to in prose": {
			func(in *kb.CheckInput) { in.Kind, in.Service, in.Markdown = kb.HowTo, "VPN", "x" },
			[]string{kb.SectionsPresent},
			"list",
		},
		"title of our own": {
			func(in *kb.CheckInput) { in.Title = "Tunnel client service degradation" },
			[]string{kb.TitleInRequestersWords},
			"0 of 4",
		},
		"no tickets": {func(in *kb.CheckInput) { in.Title, in.Subjects = "Tunnel", nil }, nil, ""},
		"no owner": {
			func(in *kb.CheckInput) { in.Owner = "" }, []string{kb.OwnerAndReviewDate}, "owner",
		},
		"no date": {
			func(in *kb.CheckInput) { in.ReviewBy = time.Time{} }, []string{kb.OwnerAndReviewDate}, "date",
		},
		"secret": {
			func(in *kb.CheckInput) { in.Markdown += "\nhunter2" }, []string{kb.NoSecrets}, "1 password",
		},
		"placeholder": {
			func(in *kb.CheckInput) { in.Markdown += "\nMail [email 1]." },
			[]string{kb.PlaceholdersReplaced},
			"replace the placeholder [email 1]",
		},
		"placeholders": {
			func(in *kb.CheckInput) { in.Markdown += "\nMail \\[Email 1\\] or [email 2], [Email 1], [phone 1](x)." },
			[]string{kb.LinksAlive, kb.PlaceholdersReplaced},
			"",
		},
		"brackets of other kinds": {
			func(in *kb.CheckInput) { in.Markdown += "\nSee [step 1] and [email] and [names 2]." }, nil, "",
		},
		"link to nothing": {
			func(in *kb.CheckInput) { in.Markdown += "\n[x](gone.md)" }, []string{kb.LinksAlive}, "gone.md (no such article)",
		},
		"link to an internal article": {
			func(in *kb.CheckInput) { in.Markdown += "\n[x](internal.md)" }, []string{kb.LinksAlive}, "not for this audience",
		},
		"link inside the desk": {func(in *kb.CheckInput) {
			in.Audience = access.Internal
			in.Markdown += "\n[x](internal.md) [y](fresh.md)"
		}, nil, ""},
		"link to an archived article": {
			func(in *kb.CheckInput) { in.Markdown += "\n[x](/articles/archived)" }, []string{kb.LinksAlive}, "archived",
		},
		"link to an unproven article": {
			func(in *kb.CheckInput) { in.Markdown += "\n[x][r]\n\n[r]: fresh.md" }, []string{kb.LinksAlive}, "not validated",
		},
		"link to a heading that is not": {
			func(in *kb.CheckInput) { in.Markdown += "\n[x](#nowhere)" }, []string{kb.LinksAlive}, "no such heading",
		},
		"link that runs script": {
			func(in *kb.CheckInput) { in.Markdown += "\n[x](javascript:x)" }, []string{kb.LinksAlive}, "not a usable address",
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := good
			c.change(&in)
			checks := kb.Checklist(in)
			var failed, details []string
			for _, check := range checks {
				if !check.Passed {
					failed, details = append(failed, check.Name), append(details, check.Detail)
				}
				if check.Detail == "" {
					t.Errorf("%s says nothing", check.Name)
				}
			}
			if diff := cmp.Diff(c.failed, failed); diff != "" {
				t.Error(diff, details)
			}
			if len(details) > 0 && !strings.Contains(details[0], c.detail) {
				t.Errorf("%q does not say %q", details[0], c.detail)
			}
			if want := float64(len(checks)-len(failed)) / float64(len(checks)); kb.Score(checks) != want {
				t.Errorf("score %v, want %v", kb.Score(checks), want)
			}
		})
	}
}

func TestDiff(t *testing.T) {
	base := "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n"
	proposed := "one\nTWO\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten"
	want := "--- base\n+++ proposed\n@@ -1,5 +1,5 @@\n one\n-two\n+TWO\n three\n four\n five\n@@ -7,3 +7,4 @@\n " +
		"seven\n eight\n nine\n+ten\n\\ No newline at end of file\n"
	if diff := cmp.Diff(want, kb.UnifiedDiff(base, proposed)); diff != "" {
		t.Error(diff)
	}
	lines := []kb.DiffLine{
		{kb.Kept, "one"},
		{kb.Removed, "two"},
		{kb.Added, "TWO"},
		{kb.Kept, "three"},
		{kb.Kept, "four"},
		{kb.Kept, "five"},
		{kb.Skipped, ""},
		{kb.Kept, "seven"},
		{kb.Kept, "eight"},
		{kb.Kept, "nine"},
		{kb.Added, "ten"},
	}
	if diff := cmp.Diff(lines, kb.LineDiff(base, proposed)); diff != "" {
		t.Error(diff)
	}
	if d := kb.UnifiedDiff(base, base); d != "" || kb.LineDiff(base, base) != nil {
		t.Errorf("a diff of equal texts: %q", d)
	}
	if got := kb.LineDiff("", "a\n"); cmp.Diff([]kb.DiffLine{{kb.Added, "a"}}, got) != "" {
		t.Errorf("from nothing: %v", got)
	}
}
