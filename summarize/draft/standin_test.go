package draft

import (
	"testing"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/redact"
	"github.com/deskbook/deskbook/summarize/thread"
)

func TestStandIns(t *testing.T) {
	for _, tt := range []struct{ body, text, want string }{
		{"My printer does not work since the move.", "Reset the profile of Mrs Okafor.", "Reset the profile of the requester."},
		{"My printer does not work since the move.", "Okafor: restart the laptop LT-2231.", "Restart the laptop."},
		{"My printer does not work since the move.", "Restart LT-2231.", "Restart the device."},
		{
			"Der Drucker geht nicht, und ich weiß nicht warum.", "Das Profil von Frau Okafor löschen.",
			"Das Profil von der anfragenden Person löschen.",
		},
		{
			"Der Drucker geht nicht, und ich weiß nicht warum.", "Frau Okafor meldet sich neu an.",
			"Die anfragende Person meldet sich neu an.",
		},
		{
			"Der Drucker geht nicht, und ich weiß nicht warum.", "Auf dem Rechner LT-2231 den Dienst neu starten.",
			"Auf dem Rechner den Dienst neu starten.",
		},
		{
			"L'imprimante ne marche pas et je ne sais pas pourquoi.", "Supprimer le profil de Mme Okafor.",
			"Supprimer le profil de la personne concernée.",
		},
		{"Принтер не печатает с утра.", "Удалить профиль Okafor.", "Удалить профиль [name 1]."},
		{
			"My printer does not work since the move.", "Delete C:\\Users\\aokafor\\AppData\\Local\\Gazelle and log in.",
			"Delete %USERPROFILE%\\AppData\\Local\\Gazelle and log in.",
		},
		{"My printer does not work since the move.", "Delete /home/aokafor/.gazelle and log in.", "Delete ~/.gazelle and log in."},
	} {
		tk := desk.Ticket{
			Subject: "x", RequesterName: "Ada Okafor",
			Messages: []desk.Message{{N: 1, Kind: desk.Reply, Visibility: desk.PublicReply, Text: tt.body, At: time.Unix(0, 0)}},
		}
		c := newComposer(thread.Read(tk), evidence.NewRedactor(redact.None))
		if got := c.clean(tt.text); got != tt.want {
			t.Errorf("got  %q\nwant %q", got, tt.want)
		}
	}
}
