package dialect

import (
	"bytes"
	"strings"
)

// template decides what becomes of a tag whose original ends at the offset.
func (s *scanner) template(g tag, end int) bool {
	if s.pos < s.literal {
		return false
	}
	if g.name == "" && g.form != element {
		s.dropWhole(end)
		return true
	}
	g.settleRole()
	if g.name == "case" {
		s.branched = false
	}
	switch g.role {
	case gone:
		return s.dropPair(g, end)
	case branch:
		return s.dropBranch(g, end)
	case hidden:
		s.dropWhole(end)
		return true
	case link:
		if to, _ := g.address(); g.state != closing && g.form != element && isPath(g.name) {
			g.args = append(g.args, arg{"url", to})
		}
	default:
	}
	return s.emit(g, end)
}

// isPath reports whether a tag of that name stands for the path of a page.
func isPath(name string) bool {
	switch plainName.Replace(name) {
	case "ref", "relref", "link", "posturl":
		return true
	}
	return false
}

// dropPair drops a tag and what it encloses.
func (s *scanner) dropPair(g tag, end int) bool {
	if g.state == opening {
		to, ok := 0, false
		switch g.form {
		case liquid:
			to, ok = s.matching("{%", g.name, "end"+g.name, end)
		case shortcode:
			to, ok = s.matching("{{", g.name, "/"+g.name, end)
		case element:
			_, to, ok = s.elementClose(g.name, end)
		default:
		}
		if ok {
			s.dropWhole(to)
			return true
		}
		if plainName.Replace(g.name) == "comment" {
			s.dropWhole(len(s.src)) // the rest is commented out
			return true
		}
	}
	s.dropWhole(end)
	return true
}

// dropBranch drops a further branch of a condition: readers see the first.
func (s *scanner) dropBranch(g tag, end int) bool {
	if g.name == "when" && !s.branched {
		s.branched = true // the first of a case
		s.dropWhole(end)
		return true
	}
	if s.ended["{%branch"] {
		s.dropWhole(end)
		return true
	}
	depth := 0
	for at := end; ; at += 2 {
		i := strings.Index(s.src[at:], "{%")
		if i < 0 {
			s.ended["{%branch"] = true
			s.dropWhole(end)
			return true
		}
		at += i
		m := liquidHead.FindStringSubmatch(s.src[at:min(len(s.src), at+80)])
		if m == nil {
			continue
		}
		name, ends := strings.CutPrefix(strings.ToLower(m[1]), "end")
		switch {
		case !branching[name]:
		case !ends:
			depth++
		case depth > 0:
			depth--
		default:
			s.dropWhole(at)
			return true
		}
	}
}

var branching = wordSet("if unless case for tablerow ifversion")

// matching returns where the end tag ends that belongs to an opening tag before the
// offset, tags of the same name between them counted.
func (s *scanner) matching(mark, name, ending string, from int) (end int, ok bool) {
	if s.ended[mark+ending] {
		return 0, false
	}
	depth := 1
	for at := from; ; {
		i := strings.Index(s.src[at:], mark)
		if i < 0 {
			s.ended[mark+ending] = true
			return 0, false
		}
		at += i
		head := endHead.FindStringSubmatch(s.src[at:min(len(s.src), at+80)])
		switch {
		case head != nil && strings.ToLower(head[1]) == ending:
			if depth--; depth == 0 || name == "comment" {
				return at + len(head[0]), true
			}
		case strings.HasPrefix(strings.TrimLeft(s.src[at+len(mark):min(len(s.src), at+80)], "-<% \t"), name+" "):
			depth++
		}
		at += len(mark)
	}
}

// emit writes the token of a tag and pairs it with the tag that it closes.
func (s *scanner) emit(g tag, end int) bool {
	if len(s.tags) >= maxTags || s.html && !s.lone {
		words := g.text()
		s.dropWhole(max(end, s.pos))
		if s.html {
			s.write(words)
		}
		return true
	}
	g.close, g.lone, g.words = -1, s.lone, g.words || g.role == link || g.role == words
	for i, a := range g.args {
		g.args[i].value = evaluated(a.value)
	}
	if s.url {
		s.write(" ")
		s.url = false
	}
	if g.state == closing {
		return s.emitClosing(g, end)
	}
	if g.state == opening && !g.words && s.lone && s.shown {
		s.newLine() // what it encloses is apart from what was shown on the line
		g.lone = true
	}
	s.shown = s.shown || g.state == single && g.shown()
	s.addToken(g)
	if g.state == opening {
		key := g.key()
		s.open[key] = append(s.open[key], len(s.tags)-1)
		if g.lone && (g.form == element || g.form == shortcode) {
			s.hold(holder{content: -1, floor: s.column, tag: len(s.tags) - 1})
		}
	}
	s.drop(end)
	return true
}

// emitClosing writes the token of an end tag; one that closes nothing is dropped.
func (s *scanner) emitClosing(g tag, end int) bool {
	key := g.key()
	opens := s.open[key]
	if len(opens) == 0 {
		s.dropWhole(end)
		return true
	}
	i := opens[len(opens)-1]
	s.open[key] = opens[:len(opens)-1]
	o := &s.tags[i]
	after, ends := s.gap(end)
	alone := !o.words && (ends || s.src[after] == '<' || s.src[after] == '{')
	o.block = o.lone && o.role != style && (alone || bytes.IndexByte(s.out[o.end:], '\n') >= 0)
	s.release(i)
	if o.block {
		s.newLine()
	}
	g.block, g.role = o.block, o.role
	s.addToken(g)
	s.tags[i].close = len(s.tags) - 1
	s.drop(end)
	if g.block {
		s.breakLine()
		_, ends = s.gap(s.pos)
		s.blank = s.blank || ends
	}
	return true
}

// addToken writes a token. On a line of its own it ends a block of HTML before it.
func (s *scanner) addToken(g tag) {
	if s.html {
		s.html = false
		s.writeLine("")
		s.lose(-1)
	}
	g.at = len(s.out)
	s.write(token(len(s.tags)))
	g.end = len(s.out)
	s.tags = append(s.tags, g)
}

// release leaves the holder that the tag opened, and those within it.
func (s *scanner) release(tag int) {
	for n := len(s.holders) - 1; n >= 0; n-- {
		if s.holders[n].tag == tag {
			s.holders = s.holders[:n]
			return
		}
	}
}

func (g *tag) key() string { return string(rune('a'+int(g.form))) + strings.ToLower(g.name) }
