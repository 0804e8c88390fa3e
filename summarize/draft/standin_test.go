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
	const english = "My printer does not work since the move."
	const german = "Der Drucker geht nicht, und ich weiß nicht warum."
	for _, tt := range []struct{ body, text, want string }{
		{english, "Reset the profile of Mrs Okafor.", "Reset the profile of the requester."},
		{english, "Okafor: restart the laptop LT-2231.", "Restart the laptop."},
		{english, "Restart LT-2231.", "Restart the device."},
		{
			german, "Das Profil von Frau Okafor löschen.",
			"Das Profil von der anfragenden Person löschen.",
		},
		{
			german, "Frau Okafor meldet sich neu an.",
			"Die anfragende Person meldet sich neu an.",
		},
		{
			german, "Auf dem Rechner LT-2231 den Dienst neu starten.",
			"Auf dem Rechner den Dienst neu starten.",
		},
		{
			"L'imprimante ne marche pas et je ne sais pas pourquoi.", "Supprimer le profil de Mme Okafor.",
			"Supprimer le profil de la personne concernée.",
		},
		{"Принтер не печатает с утра.", "Удалить профиль Okafor.", "Удалить профиль [name 1]."},
		{
			english, "Delete C:\\Users\\aokafor\\AppData\\Local\\Gazelle and log in.",
			"Delete %USERPROFILE%\\AppData\\Local\\Gazelle and log in.",
		},
		{english, "Delete /home/aokafor/.gazelle and log in.", "Delete ~/.gazelle and log in."},
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
