package thread_test

import (
	"testing"

	"github.com/deskbook/deskbook/summarize/thread"
)

func TestOnlyThanks(t *testing.T) {
	for text, want := range map[string]bool{
		"Thanks, bye!":                                      true,
		"Thank you so much, it works now.":                  true,
		"Hi Anna,\n\nthanks for your help!\n\nRegards,\nJo": true,
		"Danke!":                                                  true,
		"It is working again, great.":                             true,
		"No, it is broken again!":                                 false,
		"Thanks, but it still does not print.":                    false,
		"Thanks! Can you also add my colleague?":                  false,
		"Thanks for your quick help with the printer!":            true,
		"Great, thanks. Have a nice day!":                         true,
		"Sorry, it is blue again this morning.":                   false,
		"Thanks, the printer is blue again.":                      false,
		"Thanks for the quick reply, the sheets are blue now.":    false,
		"Great, now it asks for a password.":                      false,
		"Please let me know what to do.":                          false,
		"Thanks! My colleague has another printer for the queue.": false,
		"It worked yesterday, today the error is back.":           false,
		"Es geht schon wieder nicht.":                             false,
		"I have one more question about the invoice.":             false,
		"Merci, mais ça ne marche toujours pas.":                  false,
		"": false,
	} {
		if got := thread.OnlyThanks(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
