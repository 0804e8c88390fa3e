package dialect

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Paragraphs returns the transformers of paragraphs.
func Paragraphs() []util.PrioritizedValue {
	return []util.PrioritizedValue{util.Prioritized(alerts{}, 50)}
}

var (
	alertHead = regexp.MustCompile(`^\[!([\p{L}][\p{L}\p{N}_ -]{0,40})(?:\|[^\]\n]*)?\][-+]?[ \t]*(.*?)[ \t]*\n?$`)
	tabsHead  = regexp.MustCompile(`^\[!(BEGINTABS|ENDTABS|TAB)[ \t]*([^\]\n]*)\][ \t]*\n?$`)
	boldHead  = regexp.MustCompile(`^\*\*(\p{L}+)\*\*[ \t]*\n?$`)
	markHead  = regexp.MustCompile(`^([!?])> ?(.*)$`)
)

// signs are the emoji with which readme.io begins a callout.
var signs = map[string]Severity{
	"📘": Note, "ℹ️": Note, "👍": Tip, "✅": Tip, "💡": Tip, "🚧": Warning, "⚠️": Warning, "❗️": Danger, "❗": Danger,
	"🛑": Danger,
}

// alerts turns quotations that begin with [!NOTE], and paragraphs that begin with !> or
// ?>, into callouts.
type alerts struct{}

// Transform reads the first line of a paragraph.
func (alerts) Transform(p *ast.Paragraph, reader text.Reader, pc parser.Context) {
	t := textOf(pc)
	if t == nil || p.Lines().Len() == 0 {
		return
	}
	first := p.Lines().At(0)
	line := strings.TrimLeft(string(first.Value(reader.Source())), " \t")
	quote, quoted := p.Parent().(*ast.Blockquote)
	if !quoted {
		markedParagraph(t, p, line)
		return
	}
	if quote.FirstChild() != ast.Node(p) {
		return
	}
	at := first.Stop - len(line)
	if m := tabsHead.FindStringSubmatchIndex(line); m != nil {
		b := &Box{Form: plainBox, gathers: true}
		var labels []text.Segment
		if line[m[2]:m[3]] == "TAB" && m[4] < m[5] {
			b.Form, b.Own = Section, true
			labels = append(labels, text.NewSegment(at+m[4], at+m[5]))
		}
		headed(p, quote, b, labels...)
		return
	}
	if m := alertHead.FindStringSubmatchIndex(line); m != nil {
		alert(t, p, quote, line[m[2]:m[3]], text.NewSegment(at+m[4], at+m[5]))
	} else if m := boldHead.FindStringSubmatch(line); m != nil && p.Lines().Len() > 1 {
		if s, label, ok := calloutKind(m[1]); ok {
			headed(p, quote, &Box{Form: Callout, Severity: s}, t.label(label))
		}
	} else {
		signed(t, p, quote, line, at)
	}
}

// alert makes a quotation a callout. Words behind the mark are its title if there is more
// below, and its content if there is not.
func alert(t *Text, p *ast.Paragraph, quote *ast.Blockquote, kind string, rest text.Segment) {
	s, label, known := calloutKind(kind)
	if !known {
		s, label = Note, titled(strings.ToLower(strings.ReplaceAll(kind, "_", " ")))
	}
	b := &Box{Form: Callout, Severity: s}
	switch {
	case rest.Len() == 0:
		headed(p, quote, b, t.label(label))
	case p.Lines().Len() > 1:
		b.Own = true
		headed(p, quote, b, rest)
	default:
		headed(p, quote, b, t.label(label), rest)
	}
}

// headed notes that a quotation becomes a box, and replaces the line that said so by the
// box's labels. Of two labels the first is the name of the severity and the second, if
// nothing else follows, the content.
func headed(p *ast.Paragraph, quote *ast.Blockquote, b *Box, labels ...text.Segment) {
	quote.SetAttributeString("box", b)
	for _, words := range labels {
		l := &Label{}
		l.Lines().Append(words)
		quote.InsertBefore(quote, p, l)
	}
	rest := p.Lines().Sliced(1, p.Lines().Len())
	if len(rest) == 0 {
		quote.RemoveChild(quote, p)
		return
	}
	lines := text.NewSegments()
	lines.AppendAll(rest)
	p.SetLines(lines)
}

// signed makes a quotation a callout that begins with a sign of its own and a title, as
// those of readme.io.
func signed(t *Text, p *ast.Paragraph, quote *ast.Blockquote, line string, at int) {
	sign, title, _ := strings.Cut(strings.TrimRight(line, " \t\n"), " ")
	s, known := signs[sign]
	if !known || p.Lines().Len() > 1 {
		return
	}
	b := &Box{Form: Callout, Severity: s}
	if strings.TrimSpace(title) == "" {
		headed(p, quote, b, t.label(s.Name()))
		return
	}
	begin := at + len(sign) + 1
	headed(p, quote, b, t.label(s.Name()), text.NewSegment(begin, begin+len(title)))
}

// markedParagraph makes a paragraph a callout that begins with !> or ?>, as those of
// docsify.
func markedParagraph(t *Text, p *ast.Paragraph, line string) {
	m := markHead.FindStringSubmatch(strings.TrimRight(line, "\n"))
	if m == nil || strings.TrimSpace(m[2]) == "" {
		return
	}
	b := &Box{Form: Callout, Severity: Important}
	label := "Important"
	if m[1] == "?" {
		b.Severity, label = Tip, "Tip"
	}
	b.setLabel(t, label)
	first := p.Lines().At(0)
	lines := text.NewSegments()
	begin := text.NewSegment(first.Stop-len(line)+len("!>"), first.Stop)
	lines.Append(begin.TrimLeftSpace(t.source))
	lines.AppendAll(p.Lines().Sliced(1, p.Lines().Len()))
	last := lines.At(lines.Len() - 1)
	lines.Set(lines.Len()-1, last.TrimRightSpace(t.source))
	body := ast.NewParagraph()
	body.SetLines(lines)
	b.AppendChild(b, body)
	p.Parent().ReplaceChild(p.Parent(), p, b)
}
