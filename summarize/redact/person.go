package redact

import (
	"regexp"
	"strings"
)

// homes match the folder of a user: the group is the user's name.
var homes = regexp.MustCompile(`(?i)(?:\b[a-z]:[\\/]{1,2}` +
	`(?:users|benutzer|utilisateurs|usuarios|usuários|utenti|gebruikers|użytkownicy|пользователи|` +
	`documents and settings|` +
	`dokumente und einstellungen)[\\/]{1,2}` +
	`|(?:^|[\s"'=(:,;<>])(?:file://)?/(?:home|Users)/)([^\\/\s:*?"'<>|,;)\]]{1,64}(?: [A-Z][^\\/\s:*?"'<>|` +
	`,;)\]]{1,40})?)`)

// homeWords are the words that such a path has, in lower case.
var homeWords = []string{
	"users", "benutzer", "utilisateurs", "usuarios", "usuários", "utenti", "gebruikers", "użytkownicy", "пользователи",
	"documents and settings", "dokumente und einstellungen", "/home/",
}

// near returns the matches of a pattern, with their groups, around the occurrences of words.
func (v *view) near(words []string, pattern *regexp.Regexp) [][]int {
	var out [][]int
	for _, w := range words {
		for at := range occurrences(v.lower, w) {
			lo := max(0, at-12)
			for lo < at && v.text[lo]&0xc0 == 0x80 {
				lo++
			}
			if m := pattern.FindStringSubmatchIndex(v.after(lo, 200)); m != nil && lo+m[0] <= at {
				for i := range m {
					m[i] += lo
				}
				out = append(out, m)
			}
		}
	}
	return out
}

// notPeople are folders alongside those of users.
var notPeople = wordSet("not-people")

// findHomes finds the names of users in the paths of their folders.
func findHomes(v *view, out []finding) []finding {
	for _, m := range v.near(homeWords, homes) {
		lo, hi := m[2], m[3]
		name := strings.TrimRight(v.text[lo:hi], ".!?")
		if i := strings.IndexByte(name, ' '); i > 0 && v.byteAt(hi) != '\\' && v.byteAt(hi) != '/' {
			name = name[:i] // the path ends before the next word
		}
		hi = lo + len(name)
		if hi > lo && !notPeople[strings.ToLower(name)] && !v.variable(lo, hi) && !strings.ContainsAny(name[:1], "%$~{<[.") {
			out = append(out, finding{lo, hi, Account})
		}
	}
	return out
}

// hardware matches the address of a network card.
var hardware = regexp.MustCompile(`^(?:[0-9a-f]{2}(?::[0-9a-f]{2}){5}|[0-9a-f]{2}(?:-[0-9a-f]{2}){5}|` +
	`[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})\b`)

// findHardware finds the addresses of network cards, unless the policy keeps machines.
func findHardware(v *view, out []finding) []finding {
	if v.network == None {
		return out
	}
	v.words(func(lo, hi int) {
		if n := hi - lo; n != 2 && n != 4 || strings.IndexByte(":-.", v.byteAt(hi)) < 0 || !wordByte(v.byteAt(hi+1)) {
			return
		}
		m := hardware.FindString(v.lower[lo:min(len(v.lower), lo+20)])
		s := compactID(m)
		if m == "" || strings.Trim(s, "f") == "" || strings.Trim(s, "0") == "" || v.inToken(lo, lo+len(m)) {
			return // none, broadcast or unset
		}
		out = append(out, finding{lo, lo + len(m), Hardware})
	})
	return out
}
