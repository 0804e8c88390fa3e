package kb

import (
	"net/url"
	"strings"
	"unicode"
)

// localAddress returns an address that has no scheme and no host.
func localAddress(address string) (*url.URL, bool) {
	if !cleanAddress(address) || strings.HasPrefix(address, "//") {
		return nil, false
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" {
		return nil, false
	}
	return u, true
}

// externalAddress returns the address if it leads to the web or a mailbox.
func externalAddress(address string) (string, bool) {
	if !cleanAddress(address) {
		return "", false
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", false
	}
	switch u.Scheme {
	case "http", "https":
		return u.String(), u.Host != "" && u.Opaque == ""
	case "mailto":
		return u.String(), u.Opaque != "" && strings.Contains(u.Opaque, "@")
	}
	return "", false
}

// cleanAddress reports whether an address is free of what browsers skip or reinterpret:
// control and invisible characters, spaces and backslashes.
func cleanAddress(address string) bool {
	return address != "" && strings.IndexFunc(address, func(r rune) bool {
		return r == '\\' || r == unicode.ReplacementChar || unicode.IsControl(r) || unicode.IsSpace(r) ||
			unicode.Is(unicode.Cf, r)
	}) < 0
}
