package auth

import (
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/internal/fault"
)

// checkPassword returns what is wrong with a new password.
func checkPassword(email, password string) []fault.Field {
	bad := func(format string, args ...any) []fault.Field {
		return []fault.Field{{Field: "password", Message: fmt.Sprintf(format, args...)}}
	}
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return bad("must be valid UTF-8 text")
	case n < MinPassword:
		return bad("must have at least %d characters; this one has %d", MinPassword, n)
	case len(password) > maxPassword:
		return bad("must not be longer than %d bytes", maxPassword)
	case strings.EqualFold(password, email):
		return bad("must not be the e-mail address")
	case strings.Count(password, password[:1]) == len(password):
		return bad("must not be one character repeated")
	}
	return nil
}

func normaliseEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

func checkEmail(email string) []fault.Field {
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > 254 || strings.ContainsAny(email, "\"\\ \t\r\n<>") {
		return []fault.Field{{Field: "email", Message: "must be an e-mail address such as ann@example.org"}}
	}
	return nil
}

func checkRoles(roles []access.Role) []fault.Field {
	if len(roles) == 0 {
		return []fault.Field{{Field: "roles", Message: "needs at least one of " + roleNames()}}
	}
	for _, r := range roles {
		if _, ok := access.ParseRole(string(r)); !ok {
			return []fault.Field{{Field: "roles", Message: fmt.Sprintf("%q is not one of %s", r, roleNames())}}
		}
	}
	return nil
}

func roleNames() string {
	names := make([]string, 0, len(access.Roles()))
	for _, r := range access.Roles() {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

// sortedRoles returns each role once, in the order in which pages show them.
func sortedRoles(roles []access.Role) []access.Role {
	var out []access.Role
	for _, r := range access.Roles() {
		if slices.Contains(roles, r) {
			out = append(out, r)
		}
	}
	return out
}
