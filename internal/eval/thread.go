package eval

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/fault"
)

// Thread is one thread of a labelled set: who said what, which message was accepted as the
// solution, and which articles were linked.
type Thread struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Created  string    `json:"created"`
	Solution int       `json:"solution_index"` // into Messages
	Links    []string  `json:"kb_links"`       // ids of articles
	Messages []Message `json:"messages"`
	at       time.Time // of creation
}

// roleRequester is the role of the requester in a set; others are helpers.
const roleRequester = "asker"

// Message is one message of such a thread.
type Message struct {
	Role string `json:"role"`
	Text string `json:"text"`
}

// Period limits what is measured by time of creation: on or after Since and before Before. Zero
// times are no limits.
type Period struct {
	Since, Before time.Time
}

func (p Period) holds(at time.Time) bool {
	return (p.Since.IsZero() || !at.Before(p.Since)) && (p.Before.IsZero() || at.Before(p.Before))
}

// LoadThreads reads threads-resolved.jsonl of the set in dir, in order of creation.
// Errors are fault.Invalid and name file and line.
func LoadThreads(dir string, p Period) (out []Thread, err error) {
	path := filepath.Join(dir, "threads-resolved.jsonl")
	err = readRows(path, func(t Thread) (err error) {
		if t.at, err = parseTime(t.Created); err != nil {
			return err
		}
		if t.Solution < 0 || t.Solution >= len(t.Messages) {
			return errors.New("no message is the solution")
		}
		if p.holds(t.at) {
			out = append(out, t)
		}
		return nil
	})
	if err == nil && len(out) == 0 {
		err = fault.New(fault.Invalid, "%s holds no thread of that time", path)
	}
	slices.SortStableFunc(out, func(a, b Thread) int { return a.at.Compare(b.at) })
	return out, err
}

// ticket returns the thread as an open ticket: the first message opens it, and helpers are the
// desk. Message n of the ticket is message n-1 of the thread.
func (t Thread) ticket() desk.Ticket {
	out := desk.Ticket{
		ID: t.ID, Version: 1, Subject: t.Title, Requester: roleRequester, Status: desk.Open,
		Group: "service-desk", Type: desk.Question, Priority: 4, CreatedAt: t.at,
	}
	for i, m := range t.Messages {
		out.Messages = append(out.Messages, desk.Message{
			N: i + 1, Kind: desk.Reply, Author: m.Role, FromDesk: m.Role != roleRequester, Visibility: desk.PublicReply,
			At: t.at.Add(time.Duration(i) * time.Minute), Text: m.Text,
		})
	}
	return out
}

// resolvedTicket returns the thread resolved with the accepted message as the note.
func (t Thread) resolvedTicket() desk.Ticket {
	out := t.ticket()
	note := t.Messages[t.Solution].Text
	n := len(out.Messages) + 1
	at := out.CreatedAt.Add(time.Duration(n) * time.Minute)
	out.Messages = append(out.Messages, desk.Message{
		N: n, Kind: desk.Resolving, Author: "agent", FromDesk: true, Visibility: desk.InternalNote, At: at, Text: note,
	})
	out.Status = desk.Resolved
	out.Resolution = &desk.Resolution{Code: desk.Answered, Note: note, Message: n, At: at}
	return out
}

// round3 rounds to three decimals.
func round3(x float64) float64 {
	v, err := strconv.ParseFloat(strconv.FormatFloat(x, 'f', 3, 64), 64)
	if err != nil {
		return 0 // not a number: nothing was measured
	}
	return v
}

// share returns n of all, to three decimals.
func share(n, all int) float64 {
	if all == 0 {
		return 0
	}
	return round3(float64(n) / float64(all))
}

// RedactionTexts returns the titles and messages of threads as texts to redact.
func RedactionTexts(threads []Thread) (out []RedactionText) {
	for _, th := range threads {
		out = append(out, RedactionText{ID: th.ID, Text: th.Title})
		for i, m := range th.Messages {
			out = append(out, RedactionText{ID: fmt.Sprintf("%s/%d", th.ID, i+1), Text: m.Text})
		}
	}
	return out
}
