package layout

import (
	"strings"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/kb"
)

// Change is a field that differs between two versions of an article. The partial
// template "changes" shows a list of them.
type Change struct {
	Field, From, To string
}

// Changes returns the fields, other than the text, in which two versions of an article
// differ.
func Changes(from, to kb.Article) []Change {
	var out []Change
	add := func(field, a, b string) {
		if a != b {
			out = append(out, Change{Field: field, From: a, To: b})
		}
	}
	add("Title", from.Title, to.Title)
	add("Kind", Words(from.Kind), Words(to.Kind))
	add("Confidence", Words(from.Confidence), Words(to.Confidence))
	add("Audience", Words(from.Audience), Words(to.Audience))
	add("Governance", Words(from.Governance), Words(to.Governance))
	add("Owner", from.Owner, to.Owner)
	add("Review by", route.FormatDate(from.ReviewBy), route.FormatDate(to.ReviewBy))
	add("Service", from.Service, to.Service)
	add("Categories", JoinList(from.Categories), JoinList(to.Categories))
	add("Tags", JoinList(from.Tags), JoinList(to.Tags))
	add("Language", from.Locale, to.Locale)
	return out
}

// SplitList splits a comma-separated form field into its non-empty items.
func SplitList(s string) []string {
	out := []string{}
	for item := range strings.SplitSeq(s, ",") {
		if item = strings.TrimSpace(item); item != "" {
			out = append(out, item)
		}
	}
	return out
}

// JoinList is the inverse of SplitList.
func JoinList(list []string) string { return strings.Join(list, ", ") }
