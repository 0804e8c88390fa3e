package memory

import (
	"cmp"
	"crypto/sha256"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/internal/access"
	"github.com/deskbook/deskbook/retrieval/terms"
)

const maxNoteRunes = 400 // of a resolution note

// Ticket is one remembered ticket. It never changes once it is remembered.
type Ticket struct {
	ID        string
	subject   string
	note      string
	requester string // user id
	service   string
	code      desk.ResolutionCode // "" while it is open
	reopens   int
	Labels
	signatures []string // terms of its error signatures
	created    time.Time
	ResolvedAt time.Time // when its resolution was known; zero while it is open
	digest     [16]byte  // of the text
}

// day returns the number of the day on which the ticket came in.
func (t *Ticket) day() int64 { return DayOf(t.created) }

// Open reports whether the ticket is still being worked on.
func (t *Ticket) Open() bool { return t.code == "" }

// Describe returns a ticket as the memory stores it. ok is false if nothing can be
// learned from it: it was withdrawn, not reproducible, or merged into another ticket.
func Describe(t desk.Ticket) (out Ticket, ok bool) {
	if t.MergedInto != "" || t.Status.Ended() && t.Resolution == nil {
		return out, false
	}
	out = Ticket{
		ID: t.ID, subject: t.Subject, requester: t.Requester, service: t.Service, reopens: t.Reopens, created: t.CreatedAt,
	}
	text := sha256.Sum256([]byte(t.Subject + "\x00" + t.Body()))
	copy(out.digest[:], text[:])
	if !t.Status.Ended() {
		return out, true
	}
	if t.Resolution.Code == desk.Withdrawn || t.Resolution.Code == desk.NotReproducible {
		return out, false
	}
	out.code, out.ResolvedAt = cmp.Or(t.Resolution.Code, desk.Answered), t.ResolvedAt
	out.note = shorten(t.Resolution.Note, maxNoteRunes)
	out.Labels = LabelsOf(t)
	return out, true
}

// Labels says which articles a ticket speaks for and against.
type Labels struct {
	Articles []string // that resolved it
	Applied  bool     // these were applied, not only linked or decided on later
	against  []string // dismissed, or applied before the ticket had to be reopened
}

// LabelsOf returns the labels of a resolved ticket. A link that a rule made is no label;
// an article that was written from the ticket and published counts as applied.
func LabelsOf(t desk.Ticket) Labels {
	var l Labels
	linked := []string{}
	for _, x := range t.Links {
		switch {
		case x.Kind != desk.ArticleLink:
		case x.Applied && failed(t, x):
			l.against = append(l.against, x.Target)
		case x.Applied:
			l.Articles = append(l.Articles, x.Target)
		case x.By != access.SystemID:
			linked = append(linked, x.Target)
		}
	}
	l.Applied = len(l.Articles) > 0
	if !l.Applied {
		l.Articles = linked
	}
	if len(l.Articles) == 0 && t.Knowledge != nil && t.Knowledge.Article != "" {
		l.Articles = []string{t.Knowledge.Article}
	}
	for _, d := range t.Dismissed {
		if !slices.Contains(l.Articles, d.Article) {
			l.against = append(l.against, d.Article)
		}
	}
	l.Articles, l.against = unique(l.Articles), unique(l.against)
	return l
}

// failed reports whether an article was applied in a resolution that did not hold.
func failed(t desk.Ticket, l desk.Link) bool {
	return t.Reopens > 0 && l.By != access.SystemID && l.At.Before(t.Resolution.At) &&
		!slices.Contains(t.Resolution.Articles, l.Target)
}

func unique(ids []string) []string {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Prepared is a ticket ready to be added: everything expensive is done, so that the memory
// is locked for a moment only.
type Prepared struct {
	id     string
	Ticket *Ticket // nil when the memory is to forget the ticket
	text   ticketText
}

// ID returns the id of the ticket.
func (p Prepared) ID() string { return p.id }

// Prepare reads a ticket.
func Prepare(t desk.Ticket) Prepared {
	p := Prepared{id: t.ID}
	if described, ok := Describe(t); ok {
		p.Ticket = &described
		p.text = readTicket(t.Subject, t.Body())
		for _, s := range terms.FindSignatures(signatureContexts(t.Subject + "\n" + t.Body())) {
			p.Ticket.signatures = append(p.Ticket.signatures, s.Term)
		}
	}
	return p
}

// PrepareAll reads tickets on all processors and returns them in their order.
func PrepareAll(tickets []desk.Ticket) []Prepared {
	out := make([]Prepared, len(tickets))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(tickets)) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(tickets)); i = next.Add(1) - 1 {
				out[i] = Prepare(tickets[i])
			}
		})
	}
	wg.Wait()
	return out
}

// signatureContexts returns the parts of a text in which an error code or name can stand:
// chunks with a digit, an underscore or the ending of an exception, each with the words
// before it. Looking for signatures in every word of a hundred thousand tickets would cost
// too much.
func signatureContexts(text string) string {
	const before = 3
	words := strings.Fields(terms.Truncate(text, terms.MaxSignatureBytes))
	var b strings.Builder
	taken := 0
	for i, w := range words {
		if !strings.ContainsAny(w, "0123456789_") && !strings.Contains(w, "Exception") &&
			!strings.Contains(w, "Error") && !strings.Contains(w, "Fault") {
			continue
		}
		for _, x := range words[max(taken, i-before) : i+1] {
			b.WriteString(x)
			b.WriteByte(' ')
		}
		taken = i + 1
	}
	return b.String()
}

// CompareIDs orders decimal ticket numbers by value, other ids by text.
func CompareIDs(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

// shorten cuts a text to so many runes at the end of a word.
func shorten(s string, n int) string {
	s = strings.TrimSpace(s)
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	end := n
	for end > n/2 && r[end] != ' ' && r[end] != '\n' {
		end--
	}
	return strings.TrimSpace(string(r[:end])) + " …"
}
