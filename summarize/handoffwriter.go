package summarize

// handoffWriter writes hand-off summaries. It is safe for concurrent use.
type handoffWriter struct{ Client *client }

func newHandoffWriter(c *client) *handoffWriter { return &handoffWriter{c} }
