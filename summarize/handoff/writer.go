package handoff

import "github.com/deskbook/deskbook/summarize/ask"

// Writer writes hand-off summaries. It is safe for concurrent use.
type Writer struct{ Client *ask.Client }

func New(c *ask.Client) *Writer { return &Writer{c} }
