package dialect

import (
	"path"
	"regexp"
	"strings"
)

// role is what a tag means to a reader.
type role int

const (
	group   role = iota // nothing itself; what it encloses is shown
	callout             // a note, a warning and the like
	section             // a part with a label: a tab, a step, a part that folds out
	summary             // the label of the section around it
	quotation
	picture
	link
	words  // its text is shown
	hidden // it is dropped
	gone   // it is dropped with what it encloses
	branch // a further branch of a condition
	style  // words in another style
	anchor // it is a target of links
	mark   // an attribute list
	page   // a link to a page by name
)

// roles are the roles of tags by their name, without hyphens and underscores.
var roles = roleTable(map[role]string{
	callout: `hint callout admonition notice alert infobox message banner highlightbox alertbox warningbox calloutbox
		noteblock asidebox`,
	section: `tab tabitem tabpane tabcontent tabpanel tabsitem step expand expandable details detail accordion
		accordionitem accordionpanel collapse collapsible spoiler toggle dropdown fold foldout card linkcard update
		disclosure faqitem codetab codegroupitem openapi openapioperation swagger apimethod`,
	quotation: `quote blockquote quoteblock pullquote`,
	picture:   `image img fig figure picture screenshot photo imgproc thumbnail lightbox`,
	link: `link embed button contentref youtube yt ytvideo vimeo video iframe file download gist linkbutton btn
		codesandbox stackblitz codepen loom figma relref ref posturl navlink`,
	words: `badge label kbd key tooltip abbr abbreviation pill tag chip since version noloc term`,
	hidden: `include includerelative includecached render partial assign set increment decrement
		break continue import extends toc tableofcontents doccardlist doclist childpages children
		childrendisplay pagetoc icon fa fas fab emoji br hr pagebreak newpage clear spacer
		layout endraw raw readfile literalinclude csvtable analytics more truncate excerpt
		prevnext nextprev breadcrumbs seo feedmeta cycle echo liquid param lastmod comments disqus giscus`,
	branch: `else elsif elif elseif when`,
	gone: `comment for tablerow capture macro svg style script javascript stylesheet schema head noscript template
		draftcomment`,
	summary: `summary accordiontrigger accordiontitle accordionheader detailssummary expandtitle cardtitle tabtitle`,
})

func roleTable(names map[role]string) map[string]role {
	out := map[string]role{}
	for r, list := range names {
		for _, name := range strings.Fields(list) {
			out[name] = r
		}
	}
	return out
}

// settleRole decides what the tag means.
func (g *tag) settleRole() {
	g.name = strings.ToLower(g.name)
	if i := strings.LastIndexAny(g.name, "./"); i >= 0 && i < len(g.name)-1 && g.form != attribute {
		g.name = g.name[i+1:]
	}
	name := plainName.Replace(g.name)
	if !g.html {
		if strings.HasPrefix(name, "include") || name == "render" || name == "partial" || name == "component" {
			name = g.included(name)
		}
	}
	if g.html && enclosing[g.name] && g.name != "details" && g.name != "summary" {
		if g.role = g.classRole(); g.state == closing {
			g.role = group
		}
		return
	}
	if r, ok := roles[name]; ok {
		g.role = r
	} else if _, _, ok := calloutKind(g.name); ok && g.state != closing && !g.html {
		g.role = callout
	}
	if g.role == group && g.state != closing && !g.html {
		switch {
		case strings.HasPrefix(name, "img") || strings.HasSuffix(name, "img") || strings.HasSuffix(name, "image") ||
			strings.HasPrefix(name, "image"):
			g.role = picture
		case g.value(labelNames...) != "":
			g.role = section
		}
	}
}

// boxClasses are the classes of elements of HTML that are callouts: those in general, and
// those that name the kind alone.
var (
	boxClasses = wordSet(`alert admonition callout notice hint message usa-alert bd-callout bs-callout
		markdown-alert infobox`)
	kindClasses = wordSet(`note tip info warning caution danger important notice hint attention admonition
		alert callout error`)
	titleClass = regexp.MustCompile(`(?:^|[ -])(?:title|heading)$`)
)

// classRole returns what the classes of an element of HTML make it.
func (g *tag) classRole() role {
	general, kind := false, false
	for _, class := range strings.Fields(strings.ToLower(g.value("class", "classname"))) {
		general = general || boxClasses[class]
		kind = kind || kindClasses[class]
		if titleClass.MatchString(class) && g.name != "div" {
			return summary
		}
	}
	if general || kind {
		return callout
	}
	return group
}

// included turns the inclusion of a file that is named after what it shows, such as
// {% include note.html content="…" %}, into that; it returns the name to look up.
func (g *tag) included(name string) string {
	file := g.arg("0")
	base := strings.TrimSuffix(path.Base(file), path.Ext(file))
	base = strings.ToLower(strings.TrimLeft(base, "_"))
	if _, _, ok := calloutKind(base); ok && g.value(textNames...) != "" {
		g.args = append(g.args[1:], arg{"type", base})
		return "callout"
	}
	known, ok := roles[plainName.Replace(base)]
	if !ok || known == hidden || len(g.args) < 2 {
		return name
	}
	for i, a := range g.args {
		if a.name == "" {
			g.args = append(append([]arg{}, g.args[:i]...), g.args[i+1:]...)
			break
		}
	}
	g.name = base
	return plainName.Replace(base)
}

// The arguments that hold a tag's label, text and address.
var (
	labelNames = []string{"title", "label", "header", "heading", "summary", "tab", "date", "caption"}
	textNames  = []string{"content", "text", "body", "message", "description"}
	pathNames  = []string{"url", "href", "link", "to", "src", "path", "file", "page", "slug", "permalink"}
	kindNames  = []string{
		"type", "style", "kind", "variant", "level", "color", "colour", "status", "intent", "severity", "theme",
		"appearance", "class", "classname", "mode",
	}
)

// calloutOf returns the severity and the label of a callout's tag; custom is true if the
// label is the author's.
func (g *tag) calloutOf() (s Severity, label string, custom bool) {
	known, used := false, ""
	take := func(word string) bool {
		if k, l, ok := calloutKind(word); ok && !known {
			s, label, known = k, l, true
			return true
		}
		return false
	}
	for _, name := range kindNames {
		for _, word := range strings.Fields(g.arg(name)) {
			take(word)
		}
	}
	if first := g.arg("0"); first != "" && take(first) {
		used = first
	}
	if take(g.name); !known {
		s, label = Note, Note.Name()
	}
	if title := g.value(labelNames...); title != "" {
		return s, title, true
	}
	for _, a := range g.args {
		if a.name == "" && a.value != used && (strings.ContainsAny(a.value, " ") || a.value != strings.ToLower(a.value)) {
			return s, a.value, true
		}
	}
	return s, label, false
}

// sectionLabel returns the label of a section's tag.
func (g *tag) sectionLabel() string {
	if method := g.arg("method"); method != "" {
		return strings.TrimSpace(strings.ToUpper(method) + " " + g.value("path", "url", "summary"))
	}
	label := g.value(labelNames...)
	if label == "" && !strings.Contains(g.name, "step") {
		label = g.value("name", "value", "0", "id")
	}
	if kicker := g.arg("kicker"); kicker != "" && label != "" {
		label = kicker + ": " + label
	}
	if to := g.value("href", "url", "to", "link"); to != "" && label != "" && g.form != bbcode {
		return "[" + label + "](" + escapeAddress(to) + ")"
	}
	return label
}

var youtubeID = regexp.MustCompile(`^[\w-]{6,20}$`)

// address returns where a link's tag leads, and what it says.
func (g *tag) address() (to, text string) {
	to = g.value(pathNames...)
	id := g.value("id", "video", "0")
	switch plainName.Replace(g.name) {
	case "youtube", "yt", "ytvideo":
		if to == "" && youtubeID.MatchString(id) {
			to = "https://www.youtube.com/watch?v=" + id
		}
	case "vimeo":
		if to == "" && id != "" {
			to = "https://vimeo.com/" + id
		}
	case "gist":
		if user, second := g.arg("0"), g.arg("1"); to == "" && second != "" {
			to = "https://gist.github.com/" + user + "/" + second
		}
	}
	if to == "" {
		to = g.arg("0")
	}
	text = g.value("label", "text", "title", "name", "caption", "description")
	if text == "" && !strings.Contains(to, id) {
		text = id
	}
	if text == "" {
		text = strings.TrimSuffix(to, "/")
		if !strings.Contains(to, "://") {
			text = path.Base(text)
		}
	}
	return to, text
}

// imageOf returns the address and the description of a picture's tag.
func (g *tag) imageOf() (src, alt string) {
	src = g.value("src", "url", "href", "path", "file", "image", "img", "light", "0")
	alt = g.value("alt", "alt-text", "alttext", "caption", "title", "description")
	if alt == "" && g.arg("0") == src {
		alt = g.arg("1")
		for _, a := range g.args {
			if a.name == "" && a.value != src && strings.Contains(a.value, " ") {
				alt = a.value
				break
			}
		}
	}
	return src, alt
}

// text returns what a tag without content says, "" if it says nothing.
func (g *tag) text() string {
	switch g.role {
	case words, group, section, callout, summary:
	default:
		return ""
	}
	if v := g.value(append([]string{"label", "text", "content"}, labelNames...)...); v != "" {
		return v
	}
	first := g.arg("0")
	if g.role == words && first == "" {
		first = g.value("name", "value", "children")
	}
	if g.role != words && (path.Ext(first) != "" && !strings.Contains(first, " ") || strings.Contains(g.name, "icon")) {
		return ""
	}
	if g.role == words || strings.Contains(g.raw, `"`+first+`"`) || strings.Contains(g.raw, "'"+first+"'") {
		return first
	}
	return ""
}
