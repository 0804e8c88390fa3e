package testkit

// The parts of API responses that are read here.

// Hit is an article with the passage that matches.
type Hit struct {
	Article struct {
		ID, Slug, Title, URL string
		Revision             int
	}
	Passage struct {
		ID, Heading, Text string
		Marks             [][2]int
	}
	Score float64
	Why   []string
}

// Ticket is a ticket as the API returns it.
type Ticket struct {
	ID, Subject, Status, Type, Group string
	Priority                         int
	Messages                         []Message
	Suggestions                      struct {
		Articles    []Hit
		Tickets     []struct{ ID, Subject, Resolution string }
		KnownErrors []Hit `json:"known_errors"`
		BelowFloor  bool  `json:"below_floor"`
	}
	Knowledge *struct{ Decision, Reason, Article, Review string }
}

// Message is one message of a thread.
type Message struct {
	N                        int
	Author, Visibility, Text string
}

// Summary is a hand-off summary.
type Summary struct {
	Engine   string
	Stale    bool
	Sections []struct {
		Name  string
		Lines []struct {
			Text     string
			Messages []int
		}
	}
}

// Review is a draft under review.
type Review struct {
	ID, Decision, Article, Ticket, Status, Title, Markdown string
	Evidence                                               []struct {
		N, Message   int
		Ticket, Text string
	}
	Checks []struct {
		Name, Detail string
		Passed       bool
	}
	Redactions []struct {
		Kind  string
		Count int
	}
}
