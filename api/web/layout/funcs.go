package layout

import (
	"fmt"
	"html/template"
	"math"
	"regexp"
	"strings"
	"time"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
)

func functions(site *Site) template.FuncMap {
	return template.FuncMap{
		"asset":    site.Asset,
		"words":    Words,
		"segments": Segments,
		"spans":    Spans,
		"percent":  func(p float64) string { return fmt.Sprintf("%d%%", int(math.Round(p*100))) },
		"plural":   Plural,
		"duration": Duration,
		"hours":    Hours,
		"seconds":  func(s float64) string { return Hours(time.Duration(s * float64(time.Second))) },
		"iso":      func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"day":      func(t time.Time) string { return t.UTC().Format("2 January 2006") },
		"moment":   func(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04 UTC") },
		"ref":      ref,
		"bytes":    Bytes,
		"inc":      func(i int) int { return i + 1 },
	}
}

// Bytes formats the size of a file, such as "12 KB".
func Bytes(n int64) string {
	switch {
	case n < 1000:
		return Plural(int(n), "byte", "bytes")
	case n < 1_000_000:
		return fmt.Sprintf("%d KB", (n+500)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// Words makes a domain value readable: "known_error" becomes "Known error".
func Words(v any) string {
	s := fmt.Sprint(v)
	if display, ok := displayed[s]; ok {
		return display
	}
	return route.Capitalise(strings.ReplaceAll(s, "_", " "))
}

// displayed are the values that Words cannot derive from their names.
var displayed = map[string]string{
	"api": "API", "faq": "FAQ", "howto": "How-to", "vip": "VIP", "wip": "Work in progress",

	"approve": "Approved", "reject": "Rejected", "request-changes": "Changes requested", "submit": "Submitted",

	kb.LinksAlive: "Links work", kb.TitleInRequestersWords: "Title in the requester's words",
	kb.RequestersContext: "Written in the requester's words",
}

// Duration formats a duration in its two largest units, such as "3 h 20 min".
func Duration(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 24*time.Hour:
		return twoUnits(int(d.Hours()), "h", int(d.Minutes())%60, "min")
	}
	return twoUnits(int(d.Hours())/24, "d", int(d.Hours())%24, "h")
}

// Hours formats a duration in hours and minutes, such as "26 h 5 min", for working hours.
func Hours(d time.Duration) string {
	if d < time.Hour {
		return Duration(d)
	}
	return twoUnits(int(d.Hours()), "h", int(d.Minutes())%60, "min")
}

func twoUnits(n int, unit string, rest int, smaller string) string {
	if rest == 0 {
		return fmt.Sprintf("%d %s", n, unit)
	}
	return fmt.Sprintf("%d %s %d %s", n, unit, rest, smaller)
}

// Plural returns n followed by the singular or the plural of a noun.
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// ref returns how URLs refer to an article: by its slug, or by its ID if it has none.
func ref(a desk.ArticleRef) string {
	if a.Slug != "" {
		return a.Slug
	}
	return a.ID
}

// Segment is a piece of text that is either highlighted or not.
type Segment struct {
	Text string
	Mark bool
}

// Segments splits the passage's text at its marks. Marks that are out of range, overlap
// or are out of order are ignored.
func Segments(p desk.PassageRef) []Segment {
	runes := []rune(p.Text)
	var out []Segment
	at := 0
	for _, m := range p.Marks {
		from, to := m[0], m[1]
		if from < at || to <= from || to > len(runes) {
			continue
		}
		if from > at {
			out = append(out, Segment{Text: string(runes[at:from])})
		}
		out = append(out, Segment{Text: string(runes[from:to]), Mark: true})
		at = to
	}
	if at < len(runes) {
		out = append(out, Segment{Text: string(runes[at:])})
	}
	return out
}

// Span is a piece of plain text, or a link if URL is set.
type Span struct {
	Text string
	URL  string
}

var webAddress = regexp.MustCompile(`https?://[^\s<>"'` + "`" + `]+`)

// Spans splits plain text at the web addresses in it, so that they can be shown as
// links. Punctuation that ends a sentence is not part of an address.
func Spans(text string) []Span {
	var out []Span
	at := 0
	for _, loc := range webAddress.FindAllStringIndex(text, -1) {
		address := strings.TrimRight(text[loc[0]:loc[1]], ".,;:!?)]}")
		end := loc[0] + len(address)
		if strings.HasSuffix(address, "//") {
			continue
		}
		if loc[0] > at {
			out = append(out, Span{Text: text[at:loc[0]]})
		}
		out = append(out, Span{Text: address, URL: address})
		at = end
	}
	if at < len(text) {
		out = append(out, Span{Text: text[at:]})
	}
	return out
}
