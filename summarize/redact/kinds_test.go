package redact_test

import (
	"strings"
	"testing"

	"github.com/deskbook/deskbook/summarize/redact"
)

// TestAnnounced holds secrets and personal numbers as people announce them. What stands in
// ⟦ ⟧ must go, and everything else must stay.
func TestAnnounced(t *testing.T) {
	for _, text := range []string{
		"La password del portale è ⟦Inverno-2031⟧ e non funziona.",
		"Hasło do poczty to ⟦Jesien2031⟧, login jkowal.",
		"Mijn wachtwoord is ⟦Herfst!2031⟧ sinds maandag.",
		"Пароль от почты: ⟦Osen2031⟧",
		"пароль — ⟦Zima-31x⟧",
		"Şifrem: ⟦Kis2031!⟧",
		"Lösenordet är ⟦Vinter2031⟧ och det fungerar inte.",
		"我的密码是⟦Dongtian#31⟧,登录不了",
		"パスワードは「⟦Fuyu-2031⟧」です",
		"비밀번호: ⟦Gyeoul2031⟧",
		"Creds are svc_fax:⟦Tr4y-nine⟧",
		"Login: jmorel / ⟦Lavande92⟧",
		"The passphrase is: ⟦copper lantern idle meadow⟧\nThanks",
		"the access code reads ⟦482910⟧",
		"Password: **⟦Quill77!⟧** (bold by the portal)",
		"The Wi-Fi in the canteen is down. The key is ⟦Spoon-4471-aa⟧ as always.",
		"WPA2 key: ⟦teapot-oat-19⟧",
		"curl -u backup:⟦n0tmine99⟧ https://files.example.org/",
		"mysql -h db1 -u root -p⟦Gr4vel77⟧ shop",
		"sshpass -p '⟦hunter99x⟧' ssh ops@host",
		"net use Z: \\\\⟦files⟧\\share /user:CORP\\jo ⟦Pebble!4⟧",
		"<connection><user>jo</user><password>⟦Velvet12⟧</password></connection>",
		"<add key=\"SmtpPassword\" value=\"⟦Cedar.88⟧\" />",
		"| user | password |\n|---|---|\n| jo | ⟦Fern2031⟧ |\n| al | ⟦Moss-2031⟧ |\n\nEnd.",
		"export DB_PASSWORD=⟦Cliff77&a⟧",
		"My employee number is ⟦E-771204⟧.",
		"Personalnummer: ⟦00448122⟧",
		"SSN ⟦219-09-8888⟧ on the form",
		"табельный номер ⟦448812⟧",
		"工号⟦A10293⟧",
		"CPF ⟦529.982.247-25⟧",
		"Adapter ⟦3C:52:82:AA:01:9F⟧ has no lease.",
		"Open C:\\Users\\⟦mtanaka⟧\\AppData\\Local\\Temp and empty it.",
		"see /home/⟦okoye⟧/.config/app.ini",
	} {
		checkMarked(t, text)
	}
}

// TestNotAnnounced holds what looks like a secret or a personal number and is none.
func TestNotAnnounced(t *testing.T) {
	for _, text := range []string{
		"Enter your password to authorize. Then go on.",
		"The password is expired and I must change it.",
		"La password è scaduta ieri.",
		"Hasło jest niepoprawne od rana.",
		"Пароль неверный, что делать?",
		"我忘记了密码,怎么办?",
		"パスワードを忘れました。",
		"Press the key F12 while the Wi-Fi light blinks.",
		"The registry key HKLM\\Software\\Gazelle3 is missing.",
		"RFC 2136 describes dynamic updates.",
		"Login: the page stays white.",
		"C:\\Users\\Public\\Documents and C:\\Users\\%USERNAME%\\Desktop are empty.",
		"Order 123-45-67890 arrived.",
		"Build 10.0.19045.3803 of 12/04/2031.",
		"| user | status |\n|---|---|\n| jo | locked42 |",
		"mysql -u root -p",
		"ssh -p 2222 host.example.org",
		"git push -u origin main:release2",
		"Broadcast FF:FF:FF:FF:FF:FF is normal.",
	} {
		checkMarked(t, text)
	}
}

func checkMarked(t *testing.T, marked string) {
	t.Helper()
	text := strings.NewReplacer("⟦", "", "⟧", "").Replace(marked)
	var got strings.Builder
	at := 0
	for _, s := range redact.Find(text, redact.Internal) {
		got.WriteString(text[at:s.From] + "⟦" + text[s.From:s.To] + "⟧")
		at = s.To
	}
	got.WriteString(text[at:])
	if got.String() != marked {
		t.Errorf("got  %s\nwant %s", got.String(), marked)
	}
}
