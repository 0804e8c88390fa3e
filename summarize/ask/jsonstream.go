package ask

// The bounds of what is parsed while a reply is being written.
const (
	maxPiece   = 8 << 10 // of one item, in bytes
	maxPieces  = 200     // of a reply
	thinkClose = "</think>"
)

// pieces finds the items of a reply while it is being written: each complete object in a
// list of the outermost object, with the key of the list. It buffers one item.
//
// The items are as untrusted as the reply, which is checked as a whole when it has ended.
type pieces struct {
	found func(key string, raw []byte)

	stack    []byte // the open braces and brackets
	inString bool
	escaped  bool
	text     []byte // the current or last string at depth 1
	key      string // of the current list
	item     []byte // the current item
	inItem   bool
	tooLong  bool
	count    int
	tail     []byte // the last bytes, to find thinkClose
}

// feed parses more of the reply.
func (p *pieces) feed(text string) {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if p.thinkingEnds(c) {
			*p = pieces{found: p.found, count: p.count, tail: nil}
			continue
		}
		p.next(c)
	}
}

// thinkingEnds reports whether c ends the model's reasoning. What came before it is not
// part of the reply.
func (p *pieces) thinkingEnds(c byte) bool {
	if p.tail = append(p.tail, c); len(p.tail) > len(thinkClose) {
		p.tail = p.tail[1:]
	}
	return string(p.tail) == thinkClose
}

func (p *pieces) next(c byte) {
	if p.inItem {
		if p.item = append(p.item, c); len(p.item) > maxPiece {
			p.tooLong, p.item = true, p.item[:0]
		}
	}
	if p.inString {
		p.stringByte(c)
		return
	}
	switch c {
	case '"':
		p.inString = len(p.stack) > 0
		p.text = p.text[:0]
	case '{', '[':
		p.open(c)
	case '}', ']':
		p.close()
	}
}

func (p *pieces) stringByte(c byte) {
	switch {
	case p.escaped:
		p.escaped = false
	case c == '\\':
		p.escaped = true
	case c == '"':
		p.inString = false
		return
	}
	if len(p.stack) == 1 && len(p.text) < 64 {
		p.text = append(p.text, c)
	}
}

func (p *pieces) open(c byte) {
	if len(p.stack) == 0 && c != '{' || len(p.stack) > 64 {
		return // prose before the reply, or nested too deeply
	}
	p.stack = append(p.stack, c)
	switch {
	case len(p.stack) == 2 && c == '[':
		p.key = string(p.text)
	case len(p.stack) == 3 && c == '{' && p.stack[1] == '[':
		p.inItem, p.tooLong, p.item = true, false, append(p.item[:0], c)
	}
}

func (p *pieces) close() {
	if len(p.stack) == 0 {
		return
	}
	p.stack = p.stack[:len(p.stack)-1]
	if len(p.stack) == 2 && p.inItem {
		p.inItem = false
		if p.count++; !p.tooLong && p.count <= maxPieces {
			p.found(p.key, p.item)
		}
	}
}
