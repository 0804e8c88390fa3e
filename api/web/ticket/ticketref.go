package ticket

import (
	"strings"

	"github.com/deskbook/deskbook/internal/fault"
)

// ticketID returns the number of a ticket that the user entered with or without #, or
// as the address of its page.
func ticketID(s string) string {
	if _, after, ok := strings.Cut(s, "/tickets/"); ok {
		s = after
		if i := strings.IndexAny(s, "/?#"); i >= 0 {
			s = s[:i]
		}
	}
	return strings.TrimPrefix(s, "#")
}

func notFound(err error) bool { return fault.Is(err, fault.NotFound) }

func noSuchArticle(field, ref string) error {
	return fault.InvalidField(field, "there is no article %q", ref)
}
