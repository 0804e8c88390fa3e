package e2e_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/internal/testkit"
)

// TestSetupLinkAfterOtherUsers adds users by command before and after the first start: the
// link creates the first admin as long as there is none.
func TestSetupLinkAfterOtherUsers(t *testing.T) {
	d := boot(t, program(t), "ada")
	if _, err := d.AddUser(t.Context(), "rita@example.test", "requester"); err != nil {
		t.Fatal(err)
	}
	_, link, found := strings.Cut(<-d.Lines, d.Base)
	if !found || !strings.HasPrefix(link, "/setup?key=") {
		t.Fatalf("the server printed %q", link)
	}
	form := url.Values{
		"key": {strings.TrimPrefix(link, "/setup?key=")}, "email": {"root@example.test"},
		"password": {testkit.Password("root@example.test")}, "roles": {"admin"},
	}
	if resp := postForm(t, d.Base, "/setup", form, nil); resp.StatusCode != http.StatusSeeOther {
		t.Fatalf("setup answers %s", resp.Status)
	}
	login(t, d, "root@example.test")
	form.Set("email", "eve@example.test")
	if resp := postForm(t, d.Base, "/setup", form, nil); resp.StatusCode/100 != 4 {
		t.Errorf("a second setup answers %s", resp.Status)
	}
}
