package terms

import (
	"regexp"
	"strings"
)

// anyOf joins the alternatives of a regular expression.
func anyOf(alternatives ...string) string { return "(?:" + strings.Join(alternatives, "|") + ")" }

var (
	// attributionLine introduces the message that a reply quotes.
	attributionLine = regexp.MustCompile(`(?i)^\s*` + anyOf(
		`on .{4,200} wrote`,
		`am .{4,200} schrieb.{0,80}`,
		`le .{4,200} a écrit`,
		`el .{4,200} escribió`,
	) + `\s*:\s*$`)
	// forwardLine separates a message from the one that is forwarded.
	forwardLine = regexp.MustCompile(`(?i)^\s*` + anyOf(
		`-{2,}\s*`+anyOf(
			`original message`,
			`forwarded message`,
			`ursprüngliche nachricht`,
			`message d'origine`,
		)+`\s*-{2,}`,
		`begin forwarded message:`,
		`_{20,}`,
	) + `\s*$`)
	// headerFrom and headerDate are the first lines of a quoted header.
	headerFrom = regexp.MustCompile(`(?i)^\s*\*?` + anyOf(`from`, `von`, `de`) + `\s*:\*?\s.+`)
	headerDate = regexp.MustCompile(`(?i)^\s*\*?` + anyOf(
		`sent`, `date`, `to`,
		`gesendet`, `an`,
		`envoyé`, `à`,
	) + `\s*:\*?\s.+`)
	// deviceLine is what a phone adds.
	deviceLine = regexp.MustCompile(`(?i)^\s*` + anyOf(
		`sent from my `,
		`get outlook for `,
		`von meinem .* gesendet`,
		`envoyé de mon `,
	))
)

// StripQuotes removes from a message what its author did not write for this ticket: quoted
// lines, the history below a reply, the signature. A message that consists of nothing else
// is returned as it is.
func StripQuotes(text string) string {
	if !strings.ContainsAny(text, ">:-_") && !strings.Contains(text, "ent from my ") {
		return text
	}
	lines := strings.Split(text, "\n")
	own := make([]string, 0, len(lines))
	for i, line := range lines {
		bare := strings.TrimRight(line, "\r")
		if bare == "-- " || bare == "--" && i > 0 {
			break
		}
		header := headerFrom.MatchString(bare) && i+1 < len(lines) && headerDate.MatchString(lines[i+1])
		if header || forwardLine.MatchString(bare) {
			break
		}
		quoted := strings.HasPrefix(strings.TrimLeft(bare, " \t"), ">")
		if quoted || attributionLine.MatchString(bare) || deviceLine.MatchString(bare) {
			continue
		}
		own = append(own, line)
	}
	if out := strings.Join(own, "\n"); strings.TrimSpace(out) != "" {
		return out
	}
	return text
}
