package retrieval_test

import (
	"testing"

	"github.com/deskbook/deskbook/kb"
)

func german(id, title, body string) kb.Article {
	a := article(id, title, body)
	a.Locale = "de"
	return a
}

// A German compound is found by its parts, its parts by the compound, and written apart it
// is found too; what is no word of the articles is no part.
func TestCompounds(t *testing.T) {
	e := open(t, withArticles(
		german("drive", "Netzlaufwerke verbinden", "Die Netzlaufwerke verbindet das Anmeldeskript."),
		german("mailbox", "Größe des Postfachs ändern", "Die Größe des Postfachs ist begrenzt."),
		german("settings", "Benutzereinstellungen", "Hier wählen Sie die Sprache."),
		german("net", "Netz im Haus", "Das Netz im Haus wird umgebaut."),
		german("backup", "Datensicherung einrichten", "Die Daten werden nachts gesichert."),
		german("paper", "Tapete", "Farbe an der Wand."),
	))
	for query, want := range map[string]string{
		"Laufwerk": "drive", "Netz Laufwerk": "drive", "Netzlaufwerk": "drive", "Postfachgröße": "mailbox",
		"Benutzer Einstellungen": "settings", "Sicherung": "backup",
	} {
		if hits := search(t, e, query, visitor).Hits; len(hits) == 0 || hits[0].Article.ID != want {
			t.Errorf("%q: %v, want %s first", query, hitIDs(hits), want)
		}
	}
	if hits := search(t, e, "Pete", visitor).Hits; len(hits) > 0 {
		t.Errorf("Pete is taken for a part of Tapete: %v", hitIDs(hits))
	}
}
