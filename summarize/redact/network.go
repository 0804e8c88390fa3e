package redact

import (
	"iter"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// findAddresses finds the user and password in URLs.
func findAddresses(v *view, out []finding) []finding {
	for i := range occurrences(v.text, "://") {
		i += len("://")
		rest := v.after(i, 600)
		if end := strings.IndexAny(rest, " \t\n\r\"'<>`"); end >= 0 {
			rest = rest[:end]
		}
		// A slash or question mark ends the authority, but an unescaped password may hold
		// one: an at sign after a colon decides.
		authority := rest
		if end := strings.IndexAny(rest, "/?#"); end >= 0 && strings.ContainsRune(rest[:end], '@') {
			authority = rest[:end]
		} else if end >= 0 && !strings.ContainsRune(rest[:end], ':') {
			continue
		}
		at := strings.LastIndexByte(authority, '@')
		if at < 0 {
			continue
		}
		colon := strings.IndexByte(authority[:at], ':')
		if colon < 0 || colon == at-1 || portPath.MatchString(authority[colon:at]) {
			continue
		}
		out = append(out, finding{i, i + at, Credential})
	}
	return out
}

// portPath matches a port and a path, which are not a password.
var portPath = regexp.MustCompile(`^:\d{1,5}/`)

// internalDomains are the top-level domains of names that only a local network resolves.
var internalDomains = []string{
	"local", "lan", "internal", "intern", "corp", "intra", "intranet", "localdomain", "home", "private",
}

// notMachines are names after two backslashes that are folders, namespaces or samples.
var notMachines = wordSet("not-machines")

// ambiguousDomains are internal domains that also end names of settings and files.
var ambiguousDomains = []string{"local", "internal", "home", "private"}

var (
	sharePath = regexp.MustCompile(`(?:^|[\s"'(=<>|,;:“„«])(\\\\(?:\\\\)?)` +
		`([A-Za-z0-9][A-Za-z0-9_.-]{0,62})(\\{1,2})`)
	versionBefore = regexp.MustCompile(oneOf(
		`\b(?:version|ver|v|build|release|rev|update)`,
		`\b(?:driver|firmware|bios|treiber)`,
		`\b(?:versión|versão)|versionsnummer`,
	) + `\.?[ :#="'|]*$`)
)

// findNetwork finds the addresses and names of machines that the policy removes.
func findNetwork(v *view, out []finding) []finding {
	if v.network == None {
		return out
	}
	return findHosts(v, findShares(v, findIPv6(v, findIPv4(v, out))))
}

// findShares finds the servers of network shares.
func findShares(v *view, out []finding) []finding {
	if !strings.Contains(v.text, `\\`) {
		return out
	}
	for _, m := range sharePath.FindAllStringSubmatchIndex(v.text, -1) {
		start, lo, hi := m[2], m[4], m[5]
		if lo-start == 2 && m[7]-m[6] == 2 {
			continue // a path in source code
		}
		if v.byteAt(start-1) == ':' && letter(v.byteAt(start-2)) && !wordByte(v.byteAt(start-3)) {
			continue // a path with a drive letter
		}
		name := v.lower[lo:hi]
		if _, err := netip.ParseAddr(name); err != nil && !notMachines[name] {
			out = append(out, finding{lo, hi, Host})
		}
	}
	return out
}

func findIPv4(v *view, out []finding) []finding {
	for i := 0; i < len(v.text); i++ {
		if !digitByte(v.text[i]) || i > 0 && (wordByte(v.text[i-1]) || v.text[i-1] == '.' || v.text[i-1] == '_') {
			continue
		}
		hi := i
		for hi < len(v.text) && hi-i < 20 && (digitByte(v.text[hi]) || v.text[hi] == '.') {
			hi++
		}
		body := strings.TrimRight(v.text[i:hi], ".")
		a, err := netip.ParseAddr(body)
		end := i + len(body)
		whole := !wordByte(v.byteAt(end)) && v.byteAt(end) != '_'
		if err == nil && whole && v.removable(a) && !versionBefore.MatchString(v.before(i, 24)) {
			out = append(out, finding{i, end, IP})
		}
		i = max(i, hi-1)
	}
	return out
}

// removable reports whether the policy removes an address. Loopback and multicast
// addresses and masks always stay: they are the same everywhere.
func (v *view) removable(a netip.Addr) bool {
	a = a.Unmap()
	if a.IsLoopback() || a.IsUnspecified() || a.IsMulticast() || a.Is4() && a.As4()[0] == 255 {
		return false
	}
	return v.network == All || a.IsPrivate() || a.IsLinkLocalUnicast() || carrierNAT.Contains(a)
}

// carrierNAT is the address space of carrier-grade NAT (RFC 6598).
var carrierNAT = netip.MustParsePrefix("100.64.0.0/10")

// runs returns the runs of bytes of a class around each separator: up to left bytes before
// it, and up to size bytes in all.
func (v *view) runs(separator byte, left, size int, class func(byte) bool) iter.Seq2[int, int] {
	return func(yield func(lo, hi int) bool) {
		for i := 0; i < len(v.text); {
			n := strings.IndexByte(v.text[i:], separator)
			if n < 0 {
				return
			}
			lo, hi := i+n, i+n+1
			for lo > i && i+n-lo < left && class(v.text[lo-1]) {
				lo--
			}
			for hi < len(v.text) && hi-lo < size && class(v.text[hi]) {
				hi++
			}
			if !yield(lo, hi) {
				return
			}
			i = hi
		}
	}
}

func findIPv6(v *view, out []finding) []finding {
	for lo, hi := range v.runs(':', 48, 96, ipv6Byte) {
		body := strings.TrimRight(v.text[lo:hi], ":.")
		if strings.HasSuffix(v.text[lo:hi], "::") && !strings.Contains(body, "::") {
			body += "::"
		}
		if strings.Count(body, ":") < 2 || wordByte(v.byteAt(lo-1)) || wordByte(v.byteAt(hi)) {
			continue
		}
		if a, err := netip.ParseAddr(body); err == nil && a.Is6() && v.removable(a) {
			out = append(out, finding{lo, lo + len(body), IP})
		}
	}
	return out
}

func ipv6Byte(c byte) bool {
	return c == ':' || c == '.' || digitByte(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// findHosts finds names of machines under internal domains.
func findHosts(v *view, out []finding) []finding {
	for lo, hi := range v.runs('.', 64, 255, hostByte) {
		name := strings.TrimRight(v.text[lo:hi], ".-")
		whole := strings.IndexByte(`_.%$`, v.byteAt(lo-1)) < 0 && strings.IndexByte(`_($`, v.byteAt(hi)) < 0 &&
			!wordByte(v.byteAt(hi))
		if whole && v.hostName(name, lo, hi) && !v.pathBefore(lo) {
			out = append(out, finding{lo, lo + len(name), Host})
		}
	}
	return out
}

// pathBefore reports whether a name is the last part of a path: a file, not a machine.
func (v *view) pathBefore(lo int) bool {
	b := v.byteAt(lo - 1)
	return (b == '/' || b == '\\') && v.byteAt(lo-2) != b
}

func (v *view) hostName(name string, lo, hi int) bool {
	labels := strings.Split(strings.ToLower(name), ".")
	n := len(labels)
	if n < 2 || labels[0] == "" {
		return false
	}
	internal := slices.Contains(internalDomains, labels[n-1]) || n > 2 && labels[n-2] == "home" && labels[n-1] == "arpa"
	if !internal || codeName(name) {
		return false
	}
	if !slices.Contains(ambiguousDomains, labels[n-1]) || strings.ContainsAny(name, asciiDigits+"-") {
		return true
	}
	if n > 2 && slices.Contains(internalDomains, labels[n-2]) {
		return true
	}
	// settings.local is a file, calendar.timezone.local a preference: plain words need a hint.
	return hostBefore.MatchString(v.before(lo, 30)) || portAfter.MatchString(v.after(hi, 8))
}

var (
	hostBefore = regexp.MustCompile(oneOf(
		`://`,
		`@`,
		`\b`+oneOf(
			`server|serveur|servidor|host|hostname|host name|machine|rechner`,
			`domain|domäne|domaine|dominio|domínio`,
			`ping|rdp|ssh|proxy|dns`,
		)+`[ :="']{1,3}(?:(?:is|ist|est|es|name)[ :]{1,2})?`,
	) + `$`)
	portAfter = regexp.MustCompile(`^:\d{2,5}`)
)

// codeName reports whether a name is written like a type or setting in a program, with
// capitals inside words.
func codeName(name string) bool {
	for i := 1; i < len(name); i++ {
		if name[i] >= 'A' && name[i] <= 'Z' && name[i-1] >= 'a' && name[i-1] <= 'z' {
			return true
		}
	}
	parts := strings.Split(name, ".")
	last := parts[len(parts)-1]
	return last != "" && last[0] >= 'A' && last[0] <= 'Z' && strings.ToUpper(last) != last
}

func hostByte(c byte) bool { return letter(c) || digitByte(c) || c == '-' || c == '.' }
