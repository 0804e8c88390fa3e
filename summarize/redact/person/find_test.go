package person_test

import (
	"strings"
	"testing"

	"github.com/deskbook/deskbook/summarize/redact/person"
)

// TestFind holds names as people write them. What stands in ⟦ ⟧ is a name, and nothing
// else is.
func TestFind(t *testing.T) {
	for _, text := range []string{
		"Hi ⟦Orla⟧,\nthe tray jams again.\nThanks,\n⟦Tarek Nsubuga⟧",
		"Dear Mr. ⟦Quillfeather⟧: please call back.",
		"Sehr geehrte Frau Dr. ⟦Habermehl⟧,\nes geht wieder.\nMfG\ni. A. ⟦Kai Unterwasser⟧",
		"Chère Madame ⟦Lépinay⟧, merci. Cordialement,\n⟦Odette Grandval⟧\nService paie",
		"Requester: ⟦Ottoline Vane⟧\nSystem: Gazelle 4",
		"| Melder | ⟦Bruno Kaltwasser⟧ |\n|---|---|\n| Raum | Nord 3 |",
		"Nachname, Vorname: ⟦Kaltwasser, Bruno⟧",
		"From: ⟦Ines Rebelo⟧ <ines@x.test>\nTo: Service Desk\nSubject: Fax",
		"On Monday ⟦Ottoline Vane⟧ <o.vane@x.test> wrote:",
		"My name is ⟦Ottoline Vane⟧ and the fax is down.",
		"This is ⟦Ottoline Vane⟧ from Payroll.",
		"My colleague ⟦Vane⟧ has the same.",
		"I spoke to ⟦Gerard Vane⟧; ⟦Gerard⟧ restarted it.",
		"[09:15] ⟦Ottoline⟧: still slow?\n[09:16] @⟦g.vane⟧: yes",
		"Спросите у ⟦Ирины Ладожской⟧ из кадров.",
		"Это ⟦Савелий Мартынов⟧, не работает факс.",
		"С уважением,\n⟦Савелий Мартынов⟧",
		"姓名：⟦黄晓东⟧，工号 1",
		"⟦黄⟧经理您好：\n传真坏了。\n谢谢\n⟦黄晓东⟧",
		"Mr ⟦van der Meulen⟧ says that the bill is wrong.",
	} {
		check(t, text)
	}
}

// TestFindNothing holds what looks like a name and is none.
func TestFindNothing(t *testing.T) {
	for _, text := range []string{
		"Hi Team,\nHello Support, Dear Service Desk:\nThanks,\nWindows Update",
		"The Configuration Manager Client failed; User Profile Service too.",
		"This is Crystal Reports 2020 from the old server.",
		"Name: Print Spooler\nState: Running",
		"Ask Outlook Support for the Exchange Server Toolkit.",
		"client IDs and proxied user ACLs, IS NULL",
		"[INFO] Apache Tomcat starts, see @Override and @angular/core.",
		"[2031-04-05T06:07:08.123Z] Processing: 12",
		"Danke, Drucker geht. Gruß an alle",
		"Mit Windows Server und Exchange Online.",
		"高清显示器和王码输入法都正常。",
		"/home/maria/x and C:\\Users\\Maria and maria@x.test",
	} {
		check(t, text)
	}
}

func check(t *testing.T, marked string) {
	t.Helper()
	text := strings.NewReplacer("⟦", "", "⟧", "").Replace(marked)
	var got strings.Builder
	at := 0
	for _, n := range person.Find(text, strings.ToLower(text)) {
		got.WriteString(text[at:n[0]] + "⟦" + text[n[0]:n[1]] + "⟧")
		at = n[1]
	}
	if got.WriteString(text[at:]); got.String() != marked {
		t.Errorf("got  %s\nwant %s", got.String(), marked)
	}
}
