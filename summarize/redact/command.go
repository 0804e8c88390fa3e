package redact

import (
	"regexp"
	"strings"
)

// commands match passwords in the options of commands, in lines that contain a word in lower
// case: the group is the password.
var commands = []struct {
	word string
	line *regexp.Regexp
}{
	{"-u", regexp.MustCompile(`(?:^|\s)(?:-u|--user|-U|--proxy-user)[ =]?["']?[^\s:"'%]{1,64}[:%]([^\s"']{3,})`)},
	{"sshpass", regexp.MustCompile(`\bsshpass\s+-p\s*["']?([^\s"']{3,})`)},
	{"mysql", databasePassword},
	{"mariadb", databasePassword},
	{"sqlcmd", databasePassword},
	{"docker", regexp.MustCompile(`\bdocker\s+login\b[^\n|;]{0,120}?\s-p\s+["']?([^\s"']{3,})`)},
	{"/user:", regexp.MustCompile(`(?i)\bnet1?\s+use\b[^\n]{0,160}?\s/user:\S+\s+["']?([^\s"'/][^\s"']{2,})`)},
	{"/user:", regexp.MustCompile(
		`(?i)\bnet1?\s+use\s+\S+\s+\\\\\S+\s+["']?([^\s"'/][^\s"']{2,})["']?\s+/user:`)},
	{"net user", regexp.MustCompile(`(?i)\bnet1?\s+user\s+\S+\s+["']?([^\s"'/*][^\s"']{2,})`)},
	{"-pw", regexp.MustCompile(`(?i)\b(?:plink|pscp|psftp|putty)\b[^\n]{0,160}?\s-pw\s+["']?([^\s"']{3,})`)},
	{"psexec", regexp.MustCompile(`(?i)\bpsexec\b[^\n]{0,160}?\s-p\s+["']?([^\s"']{3,})`)},
	{"/pass", regexp.MustCompile(`(?i)/pass(?:word)?:["']?([^\s"']{3,})`)},
	{"convertto-securestring", regexp.MustCompile(`(?i)\bConvertTo-SecureString\s+(?:-String\s+)?["']([^"'\n]{3,})["']`)},
	{"redis-cli", regexp.MustCompile(`\bredis-cli\b[^\n|;]{0,160}?\s(?:-a|--pass)\s+["']?([^\s"']{3,})`)},
	{"ldap", regexp.MustCompile(`\bldap\w+\b[^\n|;]{0,240}?\s-w\s+["']?([^\s"']{3,})`)},
	{"mosquitto_", regexp.MustCompile(`\bmosquitto_\w+\b[^\n|;]{0,160}?\s-P\s+["']?([^\s"']{3,})`)},
	{"ftp", regexp.MustCompile(`(?i)\bftp\b[^\n]{0,80}\n(?:>\s*|ftp>\s*)?user\s+\S+\s+(\S{3,})`)},
	{"-p", regexp.MustCompile(
		`(?i)(?:^|\s)--?(?:password|passwd|passphrase|pass|pwd)[ =]["']?([^\s"'=-][^\s"']{2,})`)},
	{"keypass", keystorePassword},
	{"storepass", keystorePassword},
	{"pass:", regexp.MustCompile(`\bpass:([^\s"':]{3,})`)},
	{"echo", regexp.MustCompile(`(?i)\becho\s+["']?([^\s"'|]{3,})["']?\s*\|\s*(?:sudo\s+-S|passwd|chpasswd)`)},
}

var (
	databasePassword = regexp.MustCompile(
		`\b(?:mysql\w*|mariadb[\w-]*|sqlcmd)\b[^\n|;]{0,120}?\s-(?:p|P )["']?([^\s"'-][^\s"']{2,})`)
	keystorePassword = regexp.MustCompile(`(?i)-(?:store|key)pass[ =]["']?([^\s"'=-][^\s"']{2,})`)
)

// elements match a value between the tags of its name, or beside its name in an attribute.
var (
	element = regexp.MustCompile(`<(?:[\w.-]{1,30}:)?([A-Za-z][\w.-]{2,60})(?:\s[^<>\n]{0,120})?>` +
		`\s{0,8}([^<>\n]{3,200}?)\s{0,8}</`)
	keyValue = regexp.MustCompile(`(?i)\b(?:key|name)\s{0,2}=\s{0,2}["']([^"'\n]{3,80})["']` +
		`\s{1,4}value\s{0,2}=\s{0,2}["']([^"'\n]{3,200})["']`)
)

// findCommands finds passwords in the options of commands and in XML.
func findCommands(v *view, out []finding) []finding {
	for _, c := range commands {
		done := 0
		for at := range occurrences(v.lower, c.word) {
			if at < done {
				continue
			}
			lo := strings.LastIndexByte(v.text[:at], '\n') + 1
			done = at + len(v.after(at, 4000))
			if n := strings.IndexByte(v.text[at:done], '\n'); n >= 0 && c.word != "ftp" {
				done = at + n
			}
			for _, m := range c.line.FindAllStringSubmatchIndex(v.text[max(lo, at-400):done], -1) {
				from, to := max(lo, at-400)+m[2], max(lo, at-400)+m[3]
				if !v.variable(from, to) {
					out = append(out, finding{from, to, Password})
				}
			}
		}
	}
	return findElements(v, out)
}

// findElements finds passwords and tokens in XML.
func findElements(v *view, out []finding) []finding {
	for _, re := range []*regexp.Regexp{element, keyValue} {
		if re == element && !strings.Contains(v.text, "</") || re == keyValue && !strings.Contains(v.lower, "value") {
			continue
		}
		for _, m := range re.FindAllStringSubmatchIndex(v.text, -1) {
			class := identifierClass(v.lower[m[2]:m[3]])
			if v.isCue(v.lower[m[2]:m[3]]) {
				class = cuePassword
			}
			value := v.text[m[4]:m[5]]
			if class == cuePassword && !v.variable(m[4], m[5]) && !passwordTalk[v.lower[m[4]:m[5]]] {
				out = append(out, finding{m[4], m[5], Password})
			} else if class == cueToken && tokenLike(value) && !v.variable(m[4], m[5]) {
				out = append(out, finding{m[4], m[5], Token})
			}
		}
	}
	return out
}

// variable reports whether a range is a variable, a sample or a mask in place of a value.
func (v *view) variable(lo, hi int) bool {
	s := v.text[lo:hi]
	return standIn.MatchString(s) || isPlaceholder(s) || strings.Trim(s, "*•x.-") == ""
}

// isCue reports whether a text is a cue of a password.
func (v *view) isCue(s string) bool {
	for _, c := range cues[firstWord(s)] {
		if c.text == s && (c.class == cuePassword || c.class == cueAmbiguous) {
			return true
		}
	}
	return false
}

// cellSeparators separate the cells of a table.
const cellSeparators = "|\t;,"

// around is what may stand around the text of a cell, besideCell the same without the tab that
// separates cells.
const (
	around     = "\t" + besideCell
	besideCell = " \r*_`\"'"
)

// findTables finds passwords in the column of a table that is headed by a cue.
func findTables(v *view, out []finding) []finding {
	done := map[byte]int{} // the end of the last table, by separator
	v.words(func(lo, hi int) {
		before := v.beforeCell(lo)
		if before != 0 && strings.IndexByte("\n"+cellSeparators, before) < 0 {
			return // within a sentence, as nearly all words are
		}
		if end, class := v.cueAt(lo, hi); class == cuePassword || class == cueAmbiguous {
			if sep := v.headsColumn(before, end); sep != 0 && lo >= done[sep] {
				if at, ok := v.cellBeside(lo, end, sep); ok {
					out = v.cellValue(at, sep, out)
				} else {
					out, done[sep] = v.columnBelow(lo, sep, out)
				}
			}
		}
	})
	return findColumns(v, out)
}

// cellBeside returns where the cell right of the one that ends at end begins, if the row of
// that is one of names and values: one of two cells, and not the head of the table.
func (v *view) cellBeside(at, end int, sep byte) (int, bool) {
	if sep != '|' {
		return 0, false
	}
	lo := strings.LastIndexByte(v.text[:at], '\n') + 1
	line, _, _ := strings.Cut(v.after(lo, 400), "\n")
	if strings.Count(strings.Trim(line, " |\r"), "|") != 1 || !strings.Contains(v.text[end:lo+len(line)], "|") {
		return 0, false
	}
	below, _, _ := strings.Cut(strings.TrimPrefix(v.after(lo+len(line), 200), "\n"), "\n")
	if strings.Contains(below, "---") {
		return 0, false
	}
	return end + strings.IndexByte(v.text[end:], '|') + 1, true
}

// cellValue appends the password in the cell that begins at lo.
func (v *view) cellValue(lo int, sep byte, out []finding) []finding {
	line, _, _ := strings.Cut(v.after(lo, 300), "\n")
	from, to := cell(v.text, lo, lo+len(line), sep, 0)
	if to-from >= 3 && !v.variable(from, to) && !strings.Contains(v.text[from:to], "  ") && likely(v.text[from:to], true) {
		out = append(out, finding{from, to, Password})
	}
	return out
}

// columnGap separates the cells of a table in plain text.
var columnGap = regexp.MustCompile(`[ ]{2,}|\t+`)

// findColumns finds passwords in the column of a table whose cells are set apart by spaces.
func findColumns(v *view, out []finding) []finding {
	if !strings.Contains(v.text, "   ") {
		return out
	}
	done := 0 // the end of the last table
	look := func(lo int) {
		if lo < done {
			return
		}
		start := strings.LastIndexByte(v.text[:lo], '\n') + 1
		head, _, _ := strings.Cut(v.after(start, 400), "\n")
		if lo-start >= len(head) || !strings.Contains(head, "   ") || strings.IndexByte(head, '|') >= 0 {
			return
		}
		cells := columnGap.Split(strings.TrimSpace(head), -1)
		column := len(columnGap.FindAllString(strings.TrimLeft(v.text[start:lo], " "), -1))
		if column >= len(cells) || len(cells[column]) > 24 || strings.Count(cells[column], " ") > 2 {
			return
		}
		out, done = v.spacedBelow(start+len(head)+1, column, len(cells)-1, out)
	}
	v.words(func(lo, hi int) {
		if _, class := v.cueAt(lo, hi); class == cuePassword {
			look(lo)
		}
	})
	if v.source != nil {
		for _, cue := range unspacedCues {
			for at := range occurrences(v.lower, cue) {
				look(at)
			}
		}
	}
	return out
}

// spacedBelow appends the passwords in a column of the lines from lo on, which have as many
// gaps as the head, and returns where these lines end.
func (v *view) spacedBelow(lo, column, gaps int, out []finding) (passwords []finding, end int) {
	for lo < len(v.text) {
		line, _, _ := strings.Cut(v.after(lo, 400), "\n")
		cuts := columnGap.FindAllStringIndex(strings.TrimRight(line, " \r"), -1)
		if len(cuts) != gaps || gaps == 0 {
			break
		}
		from, to := lo, lo+len(strings.TrimRight(line, " \r"))
		if column > 0 {
			from = lo + cuts[column-1][1]
		}
		if column < len(cuts) {
			to = lo + cuts[column][0]
		}
		if s := v.text[from:to]; to-from >= 3 && !v.variable(from, to) && strings.IndexByte(s, ' ') < 0 && likely(s, true) {
			out = append(out, finding{from, to, Password})
		}
		lo += len(line) + 1
	}
	return out, lo
}

// beforeCell returns the byte before what may stand around the text of a cell that begins at
// lo, 0 if there is none.
func (v *view) beforeCell(lo int) byte {
	s := strings.TrimRight(v.text[max(0, lo-8):lo], besideCell)
	if s == "" {
		return 0
	}
	return s[len(s)-1]
}

// headsColumn returns the separator if a text between that byte and hi is a whole cell of a line
// of cells, else 0.
func (v *view) headsColumn(before byte, hi int) byte {
	after := byte(0)
	if s := strings.TrimLeft(v.after(hi, 8), besideCell); s != "" {
		after = s[0]
	}
	for i := range len(cellSeparators) {
		sep := cellSeparators[i]
		opens := before == 0 || before == '\n' || before == sep
		closes := after == 0 || after == '\n' || after == sep
		if opens && closes && (before == sep || after == sep) {
			return sep
		}
	}
	return 0
}

// columnBelow appends the passwords in the column below the head at lo, and returns where the
// table ends.
func (v *view) columnBelow(at int, sep byte, out []finding) (passwords []finding, end int) {
	lo := strings.LastIndexByte(v.text[:at], '\n') + 1
	column := strings.Count(v.text[lo:at], string(sep))
	cells := -1
	for lo < len(v.text) {
		hi := len(v.text)
		if n := strings.IndexByte(v.text[lo:], '\n'); n >= 0 {
			hi = lo + n
		}
		n := strings.Count(v.text[lo:hi], string(sep))
		if cells < 0 {
			cells = n
		} else if n != cells {
			break
		} else if from, to := cell(v.text, lo, hi, sep, column); to-from >= 3 && !v.variable(from, to) &&
			likely(v.text[from:to], true) {
			out = append(out, finding{from, to, Password})
		}
		lo = hi + 1
	}
	return out, lo
}

// cell returns the range of a cell of a line, without what may stand around its text.
func cell(text string, lo, hi int, sep byte, column int) (from, to int) {
	for range column {
		lo += strings.IndexByte(text[lo:hi], sep) + 1
	}
	if n := strings.IndexByte(text[lo:hi], sep); n >= 0 {
		hi = lo + n
	}
	body := strings.TrimLeft(text[lo:hi], around)
	from = hi - len(body)
	return from, from + len(strings.TrimRight(body, around))
}
