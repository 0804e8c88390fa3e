package summarize_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/deskbook/deskbook/content"
	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/handoff"
)

// promptRunes is the documented size of a prompt: 24,000 runes of evidence, about 6,000
// tokens, and the instructions around them.
const promptRunes = 24_000 + 12_000

// longThread returns a ticket of 200 messages and 100,000 words with four decisive
// sentences: a failed attempt and a cause in the middle of long notes, the newest state
// and the reason for the escalation. All others say nothing about the problem.
func longThread() desk.Ticket {
	rnd := rand.New(rand.NewPCG(7, 11))
	nouns := strings.Fields("report folder window ledger column calendar shelf queue page form account invoice menu " +
		"region period branch table archive field template")
	verbs := strings.Fields("shows lists holds names carries prints covers opens follows groups sorts contains")
	pick := func(words []string) string { return words[rnd.IntN(len(words))] }
	filler := func(words int) string {
		var b strings.Builder
		for n := 0; n < words; n += 10 {
			fmt.Fprintf(&b, "The %s of the %s %s another %s beside every %s. ",
				pick(nouns), pick(nouns), pick(verbs), pick(nouns), pick(nouns))
		}
		return b.String()
	}
	lines := []string{"req: The invoice export crashes with error ERR_EXPORT_42 in SAP GUI 8.0. " +
		"All 40 users of accounting are affected. " + filler(480)}
	for i := 2; i < 199; i++ {
		who := "desk"
		if i%2 == 0 {
			who = "req"
		}
		text := filler(505)
		switch i {
		case 90:
			who, text = "note", filler(250)+"Disabled the export cache, it did not help. "+filler(250)
		case 150:
			who, text = "note", filler(250)+"The cause is a locked row in table VBRK. "+filler(250)
		}
		lines = append(lines, who+": "+text)
	}
	return ticketOf("Invoice export crashes", append(lines,
		"req: After you increased the heap size the export still fails.",
		"esc: Escalated from service-desk to second-line: needs a patch from the vendor, please contact SAP support",
	)...)
}

func wordsIn(t desk.Ticket) (n int) {
	for _, m := range t.Messages {
		n += len(strings.Fields(m.Text))
	}
	return n
}

func TestSummarizeVeryLongThread(t *testing.T) {
	t.Parallel()
	ticket := longThread()
	if n := wordsIn(ticket); len(ticket.Messages) != 200 || n < 98_000 {
		t.Fatalf("%d messages, %d words", len(ticket.Messages), n)
	}
	m := says("no JSON")
	s, err := summarize.New(summarize.Deps{Model: m, Prompts: content.Prompts()}).Summarize(t.Context(), ticket)
	if err != nil || s.Engine != ask.Extractive {
		t.Fatalf("%+v, %v", s, err)
	}
	checkSummary(t, ticket, s)
	size := 0
	for _, sec := range s.Sections {
		size += utf8.RuneCountInString(texts(sec))
	}
	if size > 8*handoff.MaxLines*handoff.MaxLineRunes {
		t.Errorf("the summary has %d characters", size)
	}
	for name, part := range map[string]string{
		"request": "ERR_EXPORT_42", "impact": "All 40 users", "tried": "Disabled the export cache, it did not help.",
		"state": "still fails", "next": "Please contact SAP support",
	} {
		if got := texts(s.Section(name)); !strings.Contains(got, part) {
			t.Errorf("%s lacks %q:\n%s", name, part, got)
		}
	}
	// The prompt is bounded and has the newest and the decisive messages.
	prompt := m.asked[0].System + m.asked[0].User
	if n := utf8.RuneCountInString(prompt); n > promptRunes {
		t.Errorf("the prompt has %d characters", n)
	}
	for _, part := range []string{
		"ERR_EXPORT_42", "still fails", "needs a patch from the vendor", "Disabled the export cache, it did not help.",
	} {
		if !strings.Contains(prompt, part) {
			t.Errorf("the prompt lacks %q", part)
		}
	}
}

func BenchmarkSummarizeVeryLongThread(b *testing.B) {
	ticket := longThread()
	w := extractive()
	for b.Loop() {
		if _, err := w.Summarize(b.Context(), ticket); err != nil {
			b.Fatal(err)
		}
	}
}
