package route_test

import (
	"testing"
	"time"

	"github.com/deskbook/deskbook/api/route"
	"github.com/deskbook/deskbook/internal/fault"
)

func TestSentence(t *testing.T) {
	for message, want := range map[string]string{
		"":                     "",
		" the disk is full ":   "The disk is full.",
		"Wait a minute!":       "Wait a minute!",
		"änderung verworfen":   "Änderung verworfen.",
		"subject: is empty":    "subject: is empty.",
		"there is no ticket 7": "There is no ticket 7.",
	} {
		if got := route.Sentence(message); got != want {
			t.Errorf("%q becomes %q, want %q", message, got, want)
		}
	}
}

func TestDates(t *testing.T) {
	for text, want := range map[string]time.Time{
		"": {}, "2027-01-31": time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC),
	} {
		got, err := route.ParseDate("review_by", text)
		if err != nil || !got.Equal(want) {
			t.Errorf("%q: got %v, %v, want %v", text, got, err, want)
		}
		if back := route.FormatDate(got); back != text {
			t.Errorf("%q is formatted as %q", text, back)
		}
	}
	for _, text := range []string{"soon", "31.1.2027", "2027-02-30"} {
		if _, err := route.ParseDate("review_by", text); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: error %v, want an invalid field", text, err)
		}
	}
	west := time.FixedZone("west", -8*60*60)
	if got := route.FormatDate(time.Date(2027, 1, 31, 20, 0, 0, 0, west)); got != "2027-02-01" {
		t.Errorf("a time in another zone is formatted as %q", got)
	}
}
