package reply_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/deskbook/deskbook/internal/reply"
)

func TestOwn(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"nothing to remove", "It broke.\n\nWhat now?", "It broke.\n\nWhat now?"},
		{"marked lines", "It broke.\n> did you restart?\n>> yes\nStill broken.", "It broke.\n\n\nStill broken."},
		{"a reply above", "Thanks!\n\nOn Mon, 3 Mar 2025, Ana wrote:\n> text\n> more", "Thanks!"},
		{"a reply below", "On Mon, 3 Mar 2025, Ana wrote:\n> Did it work?\n\nNo.", "No."},
		{"a reply below with a greeting above", "Hi,\nAna wrote:\n> Did it?\nNo.", "Hi,\n\n\nNo."},
		{"unmarked text below", "Danke\nAm 3.3.2025 schrieb Ana:\nBitte neu starten", "Danke"},
		{"a wrapped attribution", "Yes\nOn Mon, 3 Mar 2025 at 10:00 Ana Lima\n<ana@x.test> wrote:\nDid it?", "Yes"},
		{"a header", "Works now\nFrom: Ana\nSent: Monday\nTo: me\nold text", "Works now"},
		{"a separator", "Bonjour\n-----Message d’origine-----\nancien", "Bonjour"},
		{"a forwarded message", "---- Forwarded message ----\nFrom: Ana\nSubject: Hi\n\nIt broke.\n> what?", "It broke."},
		{"a header on top", "From: Ana\nDate: Monday\nSubject: Help\nIt broke.", "It broke."},
		{"a colon on top", "Subject: printer\nFrom: the left one", "Subject: printer\nFrom: the left one"},
		{"a forum's quote", "bob.smith said\n> try this\nTried.", "Tried."},
		{"a signature", "Help\n-- \nAna Lima\nService desk", "Help"},
		{"what a phone adds", "Help\nSent from my iPhone", "Help"},
		{"a legal notice", "Help\nThis e-mail may contain trade secrets.\nDelete it.", "Help"},
		{"what begins like a notice", "Help\nThis message is shown at startup", "Help\nThis message is shown at startup"},
		{"a header in Dutch", "Werkt weer\n\nVan: Ana\nVerzonden: maandag\nAan: mij\nOnderwerp: x\noud", "Werkt weer"},
		{"a header in Russian", "Готово\n\nОт: Ана\nОтправлено: 3 марта\nКому: мне\nТема: x\nстарое", "Готово"},
		{"a header in Chinese", "好了\n\n发件人：Ana\n发送时间：2025年3月3日\n收件人：Bo\n主题：x\n旧", "好了"},
		{"a header in bold", "Ok\n\n*De :* Ana\n*Envoyé :* lundi\n*Objet :* x\nvieux", "Ok"},
		{"an attribution in Polish", "Działa\n\npon., 3 mar 2025 o 10:00 Ana <ana@x.test> napisał(a):\nstare", "Działa"},
		{"an attribution in no known language", "Ok\n\n3/3/2025 10:00 ⟨Ana⟩ <ana@x.test>:\nold", "Ok"},
		{"a time before a list", "Steps at 10:00:\n- one", "Steps at 10:00:\n- one"},
		{"fields of a form", "Name: Ana\nDate: Monday\nIt broke.", "Name: Ana\nDate: Monday\nIt broke."},
		{"code", "I ran\n```\n> show version\n```\nand", "I ran\n```\n> show version\n```\nand"},
		{"quotes alone", "> only this", ""},
		{"carriage returns", "Help\r\n> me\r\nnow", "Help\r\n\nnow"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := strings.TrimSpace(reply.Own(tc.text)); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func FuzzOwn(f *testing.F) {
	f.Add("Yes\n\nOn Mon, Ana wrote:\n> a\n\nno\n-- \nBob")
	f.Add("From: a\nTo: b\n```\n> c")
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Split(text, "\n")
		for _, l := range strings.Split(reply.Own(text), "\n") { // the lines stand in the text, in order
			i := slices.Index(lines, l)
			if l != "" && i < 0 {
				t.Fatalf("%q is not in %q", l, text)
			}
			lines = lines[i+1:]
		}
	})
}
