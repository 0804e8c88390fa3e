package memory_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/retrieval/memory"
)

// TestTicketsAreRememberedInTheirLanguage: two tickets in the same language share a word in
// whatever form it stands in them.
func TestTicketsAreRememberedInTheirLanguage(t *testing.T) {
	for _, c := range []struct{ name, one, other, shared string }{
		{
			"German", "Die Rechnung lässt sich nicht drucken, und der Drucker ist an.",
			"Ich kann die Rechnungen nicht auf dem Drucker ausgeben.", "rechnung",
		},
		{
			"French", "Le message est bloqué et je ne peux pas ouvrir les pièces jointes.",
			"Les messages sont bloqués, je ne vois pas la pièce jointe.", "bloqu",
		},
		{
			"English", "The invoice is not printed and the printer is on.", "How do I get the invoices onto my printers?",
			"invoic",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !memory.HoldsWord("", c.one, c.shared) || !memory.HoldsWord("", c.other, c.shared) {
				t.Errorf("%q and %q do not share %s", c.one, c.other, c.shared)
			}
		})
	}
}

func TestRememberedWordsAreBounded(t *testing.T) {
	var b strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&b, "word%dx ", i)
	}
	if n := memory.WordCount("printer", b.String()); n > 2000 || n < 500 {
		t.Errorf("%d words are remembered", n)
	}
	if !memory.HoldsWord("printer", b.String(), "printer") {
		t.Error("the subject is not remembered")
	}
}
