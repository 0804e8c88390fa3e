package retrieval_test

import (
	"testing"

	"github.com/deskbook/deskbook/kb"
)

// An article is found by its name, however others use the words, and by a name that is
// made of function words or of one letter.
func TestFoundByItsName(t *testing.T) {
	shelf := []kb.Article{
		article("vpn", "VPN", "Start the client and sign in."),
		article("about", "About", "This site is run by the service desk."),
		article("it", "IT", "Who works in the department."),
		article("who", "Who is who", "A list of people."),
		article("r", "R session closes when a package is loaded", "The session closes."),
		article("net", "Net", "A mesh of knots."), article("dotnet", ".NET", "A framework."),
		article("cpp", "C++", "A compiler."), article("csharp", "C#", "Another compiler."),
		article("guide-v1-9", "Release guide", "Old."), article("guide-v1-12", "Release guide", "Newer."),
		article("cafe", "Café à la carte", "Coffee."), article("network", "网络设置", "打开设置。"),
	}
	for i := range 6 {
		n := string(rune('a' + i))
		title := "VPN client " + n + " needs attention"
		shelf = append(shelf, article("other-"+n, title, "VPN connection VPN reconnect VPN drop VPN."))
	}
	e := open(t, withArticles(shelf...))
	for query, want := range map[string]string{
		"VPN": "vpn", " vpn. ": "vpn", "About": "about", "it": "it", "who is who?": "who", "R": "r",
		".NET": "dotnet", "net": "net", "C++": "cpp", "c#": "csharp",
		"release-guide": "guide-v1-12", "cafe a la carte": "cafe", "网": "network",
	} {
		hits := search(t, e, query, visitor).Hits
		if len(hits) == 0 || hits[0].Article.ID != want {
			t.Errorf("%q: %v, want %s first", query, hitIDs(hits), want)
		}
	}
	r := search(t, e, "vpn", visitor)
	if r.BelowFloor || r.Hits[0].Score < 0.9 || r.Hits[0].Why[0] != "the title is what was searched for" {
		t.Errorf("%+v", r.Hits[0])
	}
	if r := search(t, e, "about vpn", visitor); len(r.Hits) < 2 {
		t.Errorf("%v", hitIDs(r.Hits))
	}
}
