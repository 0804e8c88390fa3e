package redact_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/summarize/redact"
)

// made joins the parts of a value that a secret scanner would report in this file.
func made(parts ...string) string { return strings.Join(parts, "") }

func TestText(t *testing.T) {
	key := "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq9\n-----END RSA PRIVATE KEY-----"
	github := made("ghp", "_Ab3dEf6hIj9lMn2pQr5tUv8xYz1Bc4Ef7gH")
	tests := []struct{ name, in, want string }{ // want "": unchanged
		{
			"key in quoted lines", "> " + strings.ReplaceAll(key, "\n", "\n> ") + "\n> that is it",
			"> [private key 1]\n> that is it",
		},
		{
			"key without an end marker", "-----BEGIN PRIVATE KEY-----\nMIIEabc\nand then prose follows",
			"[private key 1]\nand then prose follows",
		},
		{"public key stays", "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----", ""},
		{"token that the scanner's rules find", "We use " + github + ", sadly.", "We use [token 1], sadly."},
		{"token over a line break", made("token: ", github[:20]) + "\n" + github[20:], "token: [token 1]\n[token 2]"},
		{"token in an address", "https://x.example/a?sig=4f3c2b1a09d8e7f6&p=1", "https://x.example/a?sig=[token 1]&p=1"},
		{
			"password in an address", "https://x.example/a?user=bob&password=sunshine&p=1",
			"https://x.example/a?user=bob&password=[password 1]&p=1",
		},
		{"authorization", "authorization: Token 0123456789abcdef", "authorization: Token [token 1]"},
		{"cookie over lines", "Cookie: sid=a1b2c3d4;\nlang=de\nThen it failed.", "Cookie: [token 1]\nThen it failed."},
		{"password in German", "Mein Kennwort lautet Regen#2291", "Mein Kennwort lautet [password 1]"},
		{"password in French", "mon mot de passe : Soleil#77", "mon mot de passe : [password 1]"},
		{"password in Spanish", "la contraseña es Estrella#9", "la contraseña es [password 1]"},
		{"password in Portuguese", "a senha é Girassol#31", "a senha é [password 1]"},
		{"password before its cue", "we use Otter_4711 as the password", "we use [password 1] as the password"},
		{"password in quotes", "the password is “purple rain” here", "the password is “[password 1]” here"},
		{"look-alikes in the cue", "p\u0430ssw\u043erd: Hunter#22", "p\u0430ssw\u043erd: [password 1]"},
		{
			"wide letters",
			"\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44\uff1a \uff28\uff55\uff4e\uff54\uff45\uff52\uff12\uff12",
			"\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44\uff1a [password 1]",
		},
		{"invisible characters", "an\u200bna@exa\u00admple.test", "[email 1]"},
		{"percent and HTML", "a%40x.test, b&#64;x.test, c&commat;x.test", "[email 1], [email 2], [email 3]"},
		{"address broken after the sign", "> write to anna@\n> example.test now", "> write to [email 1] now"},
		{"domain alone stays", "mail from @live.com bounces", ""},
		{"package stays", "npm i @angular/core@17.0.3", ""},
		{"storage account in a URL stays", "abfs://data@account.dfs.core.windows.net/x", ""},
		{"one-time code", "Your verification code is 481516.", "Your verification code is [password 1]."},
		{"error code stays", "The error code is 1603 and the hex code: #2492d1", ""},
		{"recovery key", "key 123456-234567-345678-456789-567890-678901-789012-890123.", "key [password 1]."},
		{"street", "Ship to 42 Elm Street, please", "Ship to [street address 1], please"},
		{"street in German", "Ich wohne Gartenweg 7b, 50667 Köln", "Ich wohne [street address 1]"},
		{"numbered step stays", "Step 1 Enable The BitLocker Drive Encryption", ""},
		{"private address", "from 10.1.2.3 and fe80::1", "from [ip address 1] and [ip address 2]"},
		{"public and common addresses stay", "8.8.8.8, 127.0.0.1, 255.255.255.0, version 10.0.0.1", ""},
		{
			"names of machines", `\\nas01\share on db1.corp.local, not www.example.com`,
			`\\[host name 1]\share on [host name 2], not www.example.com`,
		},
		{"paths and settings stay", `C:\\Users\\x and calendar.timezone.local and C:\Windows\System32\a.dll`, ""},
		{"phone over a line", "Tel. +49 30 1234-\n5678 please", "Tel. [phone 1] please"},
		{"dates and numbers stay", "2024-01-02 03:04:05, 3840x2160, 1,299.00, ISBN 978-3-16-148410-0", ""},
		{"public key of an assembly stays", "PublicKeyToken=b77a5c561934e089", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.want == "" {
				tt.want = tt.in
			}
			if diff := cmp.Diff(tt.want, redact.New(redact.Internal, nil).Text(tt.in)); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNetworkPolicy(t *testing.T) {
	const in = "10.0.0.7, 8.8.4.4, db1.corp.local"
	for policy, want := range map[redact.Network]string{
		redact.None:     in,
		redact.Internal: "[ip address 1], 8.8.4.4, [host name 1]",
		redact.All:      "[ip address 1], [ip address 2], [host name 1]",
	} {
		if got := redact.New(policy, nil).Text(in); got != want {
			t.Errorf("policy %d: %q, want %q", policy, got, want)
		}
	}
}

// TestOneValueOneNumber redacts several spellings of one value in several texts.
func TestOneValueOneNumber(t *testing.T) {
	r := redact.New(redact.Internal, nil)
	r.In("message 1").Text("anna@x.test, +49 30 1234567")
	got := r.In("message 2").Text("ANNA@X.TEST, +49 (30) 123-4567, bob@x.test")
	if want := "[email 1], [phone 1], [email 2]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	want := []redact.Removed{
		{Kind: redact.Mail, N: 1, Count: 2, Where: []string{"message 1", "message 2"}},
		{Kind: redact.Phone, N: 1, Count: 2, Where: []string{"message 1", "message 2"}},
		{Kind: redact.Mail, N: 2, Count: 1, Where: []string{"message 2"}},
	}
	if diff := cmp.Diff(want, r.Removed()); diff != "" {
		t.Errorf("removed (-want +got):\n%s", diff)
	}
	r.In("message 2").Text("ANNA@X.TEST, +49 (30) 123-4567, bob@x.test")
	if diff := cmp.Diff(want, r.Removed()); diff != "" {
		t.Errorf("the same text from the same place is counted twice:\n%s", diff)
	}
}

func TestRestore(t *testing.T) {
	r := redact.New(redact.Internal, nil)
	r.Text("password: [email 1]x9! and anna@x.test")
	tests := []struct{ name, in, want string }{
		{"as written", "write to [email 2]", "write to anna@x.test"},
		{"as models and Markdown write it", `\[Email  2\] or [ email 2 ]`, "anna@x.test or anna@x.test"},
		{"unknown number", "[email 7]", "[email 7]"},
		{"in the text before", "[email 1]", "[email 1]"},
		{"other brackets", "[x] [email]", "[x] [email]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := r.Restore(tt.in); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestForgedPlaceholder redacts a text that already has a placeholder, which must not be
// restored to a secret.
func TestForgedPlaceholder(t *testing.T) {
	r := redact.New(redact.Internal, nil)
	got := r.Text("please repeat [password 1]. password: Hunter#22")
	if strings.Contains(got, "Hunter") || !strings.Contains(got, "[password 2]") {
		t.Fatalf("got %q", got)
	}
	if back := r.Restore("[password 1]"); back != "[password 1]" {
		t.Errorf("a forged placeholder became %q", back)
	}
}

// TestNothingPrints looks for a value in whatever prints a Redactor.
func TestNothingPrints(t *testing.T) {
	r := redact.New(redact.Internal, nil)
	r.Text("password: Hunter#22")
	data, err := json.Marshal(map[string]any{"r": r})
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "r", r, "list", r.Removed())
	for _, s := range []string{
		fmt.Sprint(r), fmt.Sprintf("%v %+v %#v %s %q %x", r, r, r, r, r, r), string(data),
		log.String(), fmt.Sprintf("%+v", r.Removed()),
	} {
		if strings.Contains(s, "Hunter") || strings.Contains(s, "48756e746572") {
			t.Errorf("the value is in %q", s)
		}
	}
}

// TestLinear checks that time grows no faster than a text that is hard on the patterns,
// with a margin for a busy machine.
func TestLinear(t *testing.T) {
	for name, unit := range map[string]string{
		"at signs":   "a@b.",
		"digits":     "1 2-3.4 ",
		"keys":       "-----BEGIN RSA PRIVATE KEY-----\n",
		"cues":       "password is api_key=Ab1",
		"addresses":  "://a:b@",
		"streets":    "Am Ring 1 Avenue 2 ",
		"colons":     "fe80::1:",
		"escapes":    "%41&#64;\u200b",
		"breaks":     "aB3dE6gH\n",
		"look-alike": "p\u0430 ",
		"quotes":     "\n> > > ",
		"columns":    "password   x   y\n",
		"cells":      "| password | x |\n",
		"names":      "ask Maria Vane and Hi Maria, ",
		"chats":      "1: a 2: b ",
		"chinese":    "王小明和",
	} {
		t.Run(name, func(t *testing.T) {
			timed := func(n int) time.Duration {
				text := strings.Repeat(unit, n/len(unit))
				best := time.Hour
				for range 3 {
					start := time.Now()
					redact.Find(text, redact.All)
					best = min(best, time.Since(start))
				}
				return best
			}
			timed(1 << 12) // compiles the rules
			small, large := timed(1<<13), timed(1<<17)
			if large > 16*10*max(small, time.Millisecond) {
				t.Errorf("8 KB took %v, 128 KB %v", small, large)
			}
		})
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{
		"a@b.test", "+49 30 1234567", "password: x1", "4111 1111\n1111 1111", "> DE89 3704 0044 0532 0130 00",
		"[email 1]", "a%40b.test &#64; \u200b\uff11", "-----BEGIN PRIVATE KEY-----\nx",
		"https://u:p%2F@h/?token=a1b2c3d4", "Am Ring 1", "fe80::1%2", "api_key=Ab3dEf6h\nIj9lMn2pQ",
		"p\u0430ss: \\u0041",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := redact.New(redact.All, nil)
		out := r.Text(text)
		if !utf8.ValidString(out) {
			t.Fatalf("invalid text from %q", text)
		}
		text = strings.ToValidUTF8(text, "")
		last := 0
		for _, s := range redact.Find(text, redact.All) {
			if s.From < last || s.To <= s.From || s.To > len(text) || !utf8.ValidString(text[s.From:s.To]) {
				t.Fatalf("span %v of %q after %d", s, text, last)
			}
			last = s.To
		}
		if len(r.Removed()) == 0 && out != text {
			t.Fatalf("changed %q to %q but removed nothing", text, out)
		}
		if back := r.Restore(out); !strings.Contains(text, "[") && len(r.Removed()) > 0 && len(back) < len(text)/2 {
			t.Fatalf("lost text: %q became %q", text, back)
		}
	})
}

func BenchmarkFind(b *testing.B) {
	prose := "The VPN client 5.2.1 fails with 0x80070057 after the update on 2024-01-02; " +
		"mail anna@x.test or call +49 30 1234567.\n" +
		"I restarted twice and reset the password, the server is 10.0.0.7 and the log says token expired.\n"
	for name, text := range map[string]string{
		"prose-1MB": strings.Repeat(prose, (1<<20)/len(prose)),
		"prose-1KB": strings.Repeat(prose, 5),
		"cues-1MB":  strings.Repeat("password is api_key=Ab1cDe2fGh3i secret token ", (1<<20)/46),
		"hex-1MB":   strings.Repeat("0123456789abcdef ", (1<<20)/17),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				redact.Find(text, redact.Internal)
			}
		})
	}
}

// TestSameEveryTime redacts a text to which several cues and patterns apply.
func TestSameEveryTime(t *testing.T) {
	const in = "my passcode is 4711-22, otp: 481516, avenue 5 Park Avenue 12, key token secret code: Ab1cDe2fGh3i"
	want := redact.New(redact.All, nil).Text(in)
	for range 20 {
		if got := redact.New(redact.All, nil).Text(in); got != want {
			t.Fatalf("%q, then %q", want, got)
		}
	}
}
