package summarize_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/summarize"
	"github.com/deskbook/deskbook/summarize/ask"
	"github.com/deskbook/deskbook/summarize/evidence"
	"github.com/deskbook/deskbook/summarize/handoff"
	"github.com/deskbook/deskbook/summarize/redact"
)

func TestRedact(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"mail", "Write to anna.b+x@mail.example.test.", "Write to [email 1]."},
		{"mail twice", "a@x.test and A@X.test and b@x.test", "[email 1] and [email 1] and [email 2]"},
		{"mail written out", "anna(at)example(dot)test", "[email 1]"},
		{"no mail", "meet @ noon. Tomorrow", "meet @ noon. Tomorrow"},
		{"phone", "Call +49 30 1234567 or (030) 123-4567.", "Call [phone 1] or [phone 2]."},
		{"phone with cue", "Tel: 030 1234567", "Tel: [phone 1]"},
		{"phone, Arabic digits", "+٤٩ ٣٠ ١٢٣٤٥٦٧", "[phone 1]"},
		{
			"versions stay", "Windows 10.0.19045.3803 on 2024-01-02, build 115.6.0, port 443, KB5034441",
			"Windows 10.0.19045.3803 on 2024-01-02, build 115.6.0, port 443, KB5034441",
		},
		{"IBAN", "IBAN DE89 3704 0044 0532 0130 00 please", "IBAN [iban 1] please"},
		{"IBAN, wrong checksum", "DE88370400440532013000", "DE88370400440532013000"},
		{"card", "4111 1111 1111 1111", "[card number 1]"},
		{"card over a line break", "4111 1111\n1111 1111", "[card number 1]"},
		{"card, wrong checksum", "4111 1111 1111 1112", "4111 1111 1111 1112"},
		{"password", "password: Hunter2!x and more", "password: [password 1] and more"},
		{
			"password with words between", "Password used for the test: Spr1ng-Rain!42.",
			"Password used for the test: [password 1]",
		},
		{
			"password prose with a colon", "Password rules for guests: see the handbook",
			"Password rules for guests: see the handbook",
		},
		{"password is", "My password is Sommer2024.", "My password is [password 1]"},
		{
			"password prose", "The password is wrong and the password is not accepted",
			"The password is wrong and the password is not accepted",
		},
		{"German password", "Passwort = geheim123", "Passwort = [password 1]"},
		{"bearer", "Authorization: Bearer abcDEF123456789", "Authorization: Bearer [token 1]"},
		{"known token", "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "[token 1]"},
		{"query token", "https://x.test/a?token=abc123def&x=1", "https://x.test/a?token=[token 1]&x=1"},
		{"key", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "[private key 1]"},
		{"key cut", "-----BEGIN PRIVATE KEY-----\nMIIE", "[private key 1]"},
		{"URL credentials", "https://bob:s3cret@x.test/a", "https://[credential in address 1]@x.test/a"},
		{"cookie", "Cookie: sid=abc; x=y", "Cookie: [token 1]"},
		{
			"nothing", "The VPN fails with 0x80070057 at vpn.example.test.",
			"The VPN fails with 0x80070057 at vpn.example.test.",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, evidence.NewRedactor(redact.Internal).Text(tt.in)); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRedactNamesAndAddresses(t *testing.T) {
	r := evidence.NewRedactor(redact.All, "Anna Mark", "it@x.test")
	got := r.Text("Anna said: mark it, Anna Mark. Host 10.1.2.3 answers. anna is lower case.")
	want := "[name 1] said: mark it, [name 2]. Host [ip address 1] answers. anna is lower case."
	if got != want {
		// The whole name is redacted before its parts, so the numbers depend on the order.
		want = strings.NewReplacer("[name 1]", "[name 2]", "[name 2]", "[name 1]").Replace(want)
		if got != want {
			t.Errorf("got %q", got)
		}
	}
	if diff := cmp.Diff([]kb.Redaction{{Kind: "ip address", Count: 1}, {Kind: "name", Count: 2}}, r.Counts()); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	if back := r.Restore(got); !strings.Contains(back, "10.1.2.3") || strings.Contains(back, "[name") {
		t.Errorf("restored %q", back)
	}
}

func FuzzRedact(f *testing.F) {
	for _, s := range []string{
		"a@b.test", "+49 30 1234567", "password: x1", "4111111111111111", "DE89370400440532013000", "\xff@\xfe",
		"[email 1]", "-----BEGIN PRIVATE KEY-----",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := evidence.NewRedactor(redact.All, "Anna Example")
		out := r.Text(text)
		if !utf8.ValidString(out) {
			t.Fatalf("invalid text from %q", text)
		}
		if len(r.Counts()) == 0 && out != strings.ToValidUTF8(text, "") {
			t.Fatalf("changed %q to %q without counting", text, out)
		}
		if strings.Contains(out, "a@b.test") && strings.Contains(text, " a@b.test ") {
			t.Fatalf("left an address in %q", out)
		}
	})
}

// The content standard recognises the placeholders of every kind of redaction.
func TestContentStandardKnowsPlaceholders(t *testing.T) {
	for _, kind := range redact.Kinds() {
		mark := "[" + string(kind) + " 12]"
		if got := kb.Placeholders("a " + mark + " b " + mark); len(got) != 1 || got[0] != mark {
			t.Errorf("%s: %q", mark, got)
		}
		if got := redact.Placeholders(mark); len(got) != 1 || got[0] != mark {
			t.Errorf("%s: %q", mark, got)
		}
	}
}

// A placeholder that a requester typed literally is not restored to somebody's address.
func TestLiteralPlaceholder(t *testing.T) {
	ticket := ticketOf("VPN rejects my sign-in",
		"req: The VPN rejects my sign-in. My address is anna.b@corp.example and it did not help.",
		"req: The form of the supplier says: write to [email 1] about the sign-in.")
	m := says(`{"request":[{"text":"The form of the supplier says: write to [email 1] about the sign-in.","marks":["m2"]},
		{"text":"The VPN rejects my sign-in.","marks":["m1"]}],
		"environment":[],"impact":[],"tried":[],"questions":[],"next":[]}`)
	s, err := summarize.New(summarize.Deps{Model: m, Prompts: promptFiles()}).Summarize(t.Context(), ticket)
	if err != nil || s.Engine != ask.ByModel {
		t.Fatalf("%s %s, %v", s.Engine, s.Reason, err)
	}
	lines := s.Section(handoff.SectionRequest).Lines
	if len(lines) == 0 || !strings.Contains(lines[0].Text, "write to [email 1]") {
		t.Errorf("%+v", lines)
	}
	if sent := m.asked[0].User; strings.Contains(sent, "anna.b") || !strings.Contains(sent, "[email 2]") {
		t.Errorf("sent %s", sent)
	}
}
