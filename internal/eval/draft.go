package eval

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/draft"
	"github.com/deskbook/deskbook/summarize/thread"
)

// DraftOptions says on what drafting is measured.
type DraftOptions struct {
	Threads  []Thread
	Articles []kb.Article
	Progress func(done, total int)
	Show     int       // drafts to print in full, spread evenly
	Log      io.Writer // where to print them
}

// DraftReport is the result of a measurement of the decision gate and the drafts.
type DraftReport struct {
	Threads   int            `json:"threads"`
	Decisions map[string]int `json:"decisions"`
	// TooPoor counts resolutions that were not written up because others could not follow them.
	TooPoor int `json:"too_poor"`
	// Linked counts threads in which an article of the set was linked. Read is the gate with
	// the thread as it is; Blank is the gate with all addresses removed from it, so that only
	// the ranking can find the article.
	Linked int      `json:"linked"`
	Read   GateHits `json:"with_addresses"`
	Blank  GateHits `json:"without_addresses"`
	// Of the new drafts: the share with a numbered list or a single instruction as the
	// resolution, with a sentence in the first person in the resolution, and with junk
	// anywhere; and the mean length in characters.
	Steps       float64 `json:"resolution_has_steps"`
	FirstPerson float64 `json:"resolution_in_first_person"`
	Junk        float64 `json:"junk"`
	Runes       float64 `json:"mean_length"`
}

// GateHits counts the decisions of the gate on threads with a linked article.
type GateHits struct {
	Decisions map[string]int `json:"decisions"`
	// Named is the share for which the gate decides to link or edit; Hit1 the share in which it
	// also names a linked article; Near1 and Near3 are the shares in which a linked article is
	// first, or among the first three, of those that the gate considers.
	Named float64 `json:"link_or_edit"`
	Hit1  float64 `json:"hit@1"`
	Near1 float64 `json:"suggested@1"`
	Near3 float64 `json:"suggested@3"`
}

// String renders the report for people.
func (r DraftReport) String() string {
	gate := func(g GateHits) string {
		return fmt.Sprintf("%s; link or edit %.3f, right article %.3f; suggested@1 %.3f, @3 %.3f",
			decisions(g.Decisions), g.Named, g.Hit1, g.Near1, g.Near3)
	}
	return fmt.Sprintf(`%d threads: %s; not written as too poor %d
new drafts: steps %.3f, first person %.3f, junk %.3f, %.0f characters on average
%d threads with a linked article
  as they are         %s
  addresses taken out %s`,
		r.Threads, decisions(r.Decisions), r.TooPoor,
		r.Steps, r.FirstPerson, r.Junk, r.Runes, r.Linked, gate(r.Read), gate(r.Blank))
}

// decisions shows how often each decision was made.
func decisions(n map[string]int) string {
	return fmt.Sprintf("none %d, link %d, edit %d, new %d",
		n[draft.DecideNone], n[draft.DecideLink], n[draft.DecideEdit], n[draft.DecideNew])
}

// Draft resolves every thread with its accepted message as the note and lets the gate decide
// and the extractive engine write, with the set's articles as the knowledge base and without
// learning.
func Draft(ctx context.Context, o DraftOptions) (r DraftReport, err error) {
	s, err := newLibrary(ctx, o.Articles)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	w := summarize.New(summarize.Deps{Search: s, Library: s})
	d := draftRun{o: o, library: s, writer: w, report: DraftReport{Decisions: map[string]int{}}}
	for i, th := range o.Threads {
		if err := d.thread(ctx, i, th); err != nil {
			return r, err
		}
		if o.Progress != nil {
			o.Progress(i+1, len(o.Threads))
		}
	}
	return d.finish(), nil
}

// draftRun is the state of one call of Draft.
type draftRun struct {
	o                              DraftOptions
	library                        *library
	writer                         *summarize.Writer
	report                         DraftReport
	drafts, steps, own, junk, size int
	read, blank                    gateTally
}

type gateTally struct {
	decisions                       map[string]int
	named, hit, near1, near3, total int
}

func (d *draftRun) thread(ctx context.Context, i int, th Thread) error {
	out, err := d.writer.Draft(ctx, th.resolvedTicket())
	if err != nil {
		return err
	}
	d.report.Decisions[out.Knowledge.Decision]++
	if out.Worth.Parts > 0 && out.Worth.TooPoor(false) != "" && out.Proposal == nil {
		d.report.TooPoor++
	}
	if out.Proposal != nil && out.Knowledge.Decision == draft.DecideNew {
		d.inspect(out.Proposal.Markdown)
	}
	if every := len(d.o.Threads) / max(1, d.o.Show); d.o.Show > 0 && i%max(1, every) == 0 {
		d.print(i, th, out)
	}
	gold := slices.DeleteFunc(slices.Clone(th.Links), func(id string) bool {
		_, known := d.library.articles[id]
		return !known
	})
	if len(gold) == 0 {
		return nil
	}
	d.report.Linked++
	if err := d.gate(ctx, &d.read, th, gold, out); err != nil {
		return err
	}
	bare := withoutAddresses(th)
	if out, err = d.writer.Draft(ctx, bare.resolvedTicket()); err != nil {
		return err
	}
	return d.gate(ctx, &d.blank, bare, gold, out)
}

func (d *draftRun) gate(ctx context.Context, g *gateTally, th Thread, gold []string, out draft.Outcome) error {
	if g.decisions == nil {
		g.decisions = map[string]int{}
	}
	g.total++
	g.decisions[out.Knowledge.Decision]++
	if out.Knowledge.Decision == draft.DecideLink || out.Knowledge.Decision == draft.DecideEdit {
		g.named++
		if slices.Contains(gold, out.Knowledge.Article) {
			g.hit++
		}
	}
	near, err := d.writer.Nearby(ctx, th.resolvedTicket())
	if err != nil {
		return err
	}
	for rank, id := range near[:min(3, len(near))] {
		if slices.Contains(gold, id) {
			if rank == 0 {
				g.near1++
			}
			g.near3++
			break
		}
	}
	return nil
}

func (g gateTally) hits() GateHits {
	return GateHits{
		Decisions: g.decisions, Named: share(g.named, g.total), Hit1: share(g.hit, g.total),
		Near1: share(g.near1, g.total), Near3: share(g.near3, g.total),
	}
}

var (
	resolutionPart = regexp.MustCompile(`(?s)\n## (?:Resolution|Workaround)\n\n(.*?)(?:\n## |$)`)
	itemOne        = regexp.MustCompile(`(?m)^1\. `)
	firstPerson    = regexp.MustCompile(`(?i)(?:^|[^\w'])(?:i|i'(?:m|ve|d|ll)|my|me|we)(?:$|[^\w'])`)
)

// inspect counts the signs of a good and of a bad draft.
func (d *draftRun) inspect(markdown string) {
	d.drafts++
	d.size += len([]rune(markdown))
	if m := resolutionPart.FindStringSubmatch("\n" + markdown); m != nil {
		if itemOne.MatchString(m[1]) || thread.OpensInstruction.Matches(m[1]) {
			d.steps++
		}
		if firstPerson.MatchString(m[1]) {
			d.own++
		}
	}
	for _, l := range strings.Split(markdown, "\n") {
		if junkLine(l) && len(l) > 40 {
			d.junk++
			break
		}
	}
}

func (d *draftRun) finish() DraftReport {
	r := d.report
	r.Threads = len(d.o.Threads)
	r.Read, r.Blank = d.read.hits(), d.blank.hits()
	r.Steps, r.FirstPerson, r.Junk = share(d.steps, d.drafts), share(d.own, d.drafts), share(d.junk, d.drafts)
	r.Runes = round3(float64(d.size) / float64(max(1, d.drafts)))
	return r
}

func (d *draftRun) print(i int, th Thread, out draft.Outcome) {
	if d.o.Log == nil {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "==== %d %s | %s\n", i, th.ID, th.Title)
	for n, m := range th.Messages {
		mark := " "
		if n == th.Solution {
			mark = "*"
		}
		fmt.Fprintf(&b, "  [%d]%s%s: %s\n", n+1, mark, m.Role, thread.Shorten(thread.Tidy(m.Text), 500))
	}
	if s, err := d.writer.Summarize(context.Background(), th.ticket()); err == nil {
		for _, sec := range s.Sections {
			for _, l := range sec.Lines {
				fmt.Fprintf(&b, "  S %-11s %s %v %s\n", sec.Name, l.Text, l.Messages, l.Result)
			}
		}
	}
	fmt.Fprintf(&b, "  -> %s %s: %s\n", out.Knowledge.Decision, out.Knowledge.Article, out.Knowledge.Reason)
	if out.Worth.Parts > 0 {
		fmt.Fprintf(&b, "  = %.2f %+v\n", out.Worth.Score(false), out.Worth)
	}
	if out.Proposal != nil {
		fmt.Fprintf(&b, "  # %s\n", out.Proposal.Title)
		for _, l := range strings.Split(out.Proposal.Markdown, "\n") {
			fmt.Fprintf(&b, "  | %s\n", l)
		}
	}
	// The log is a by-product: the measurement goes on when it cannot be written.
	_, _ = io.WriteString(d.o.Log, b.String())
}

// withoutAddresses removes all addresses from a thread.
func withoutAddresses(th Thread) Thread {
	out := th
	out.Messages = slices.Clone(th.Messages)
	for i := range out.Messages {
		out.Messages[i].Text = thread.URLPattern.ReplaceAllString(out.Messages[i].Text, "")
	}
	return out
}
