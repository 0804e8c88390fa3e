// Package reply finds what the author of a message wrote for it, among what a mail program
// or a forum repeats and adds. It imports no other package of Deskbook.
package reply

import (
	"regexp"
	"strings"
)

var (
	// attribution is the line above what a reply quotes.
	attribution = line(`\s*[:：]$`,
		`on .{4,200} wrote`,
		`(?:am|on) .{4,200} schrieb.{0,100}`,
		`le .{4,200} a écrit`,
		`el .{4,200} escribió.{0,100}`,
		`(?:em|a) .{4,200} escreveu.{0,100}`,
		`op .{4,200} (?:schreef|heeft).{0,100}`,
		`(?:il|in data) .{4,200} ha scritto`,
		`(?:w dniu )?.{4,200} napisała?(?:\(a\))?.{0,100}`,
		`dne .{4,200} napsala?.{0,100}`,
		`(?:den )?.{4,200} (?:skrev|kirjoitti).{0,100}`,
		`.{4,200} (?:пишет|написала?|пише|wrote|schrieb|yazdı|írta|a scris|έγραψε).{0,100}`,
		`.{4,200}(?:写道|寫道|님이 작성|のメール).{0,40}`,
	)
	// timed is the same line in any language: a time of day and an address before a colon.
	timed = regexp.MustCompile(`^.{0,120}\d{1,2}[:.h]\d{2}.{1,160}@.{1,100}>?\s*[:：]$`)
	// speaker is the same line in a forum: "anna said".
	speaker = line(`\s*:?$`, `\S{2,30}(?: \S{1,30}){0,2} (?:said|wrote)`)
	// separator is the line above an earlier message.
	separator = line(`$`,
		`-{2,}\s*(?:original|forwarded) message\s*-{2,}`,
		`-{2,}\s*(?:ursprüngliche|weitergeleitete) nachricht\s*-{2,}`,
		`-{2,}\s*message (?:d['’]origine|transféré)\s*-{2,}`,
		`-{2,}\s*mensaje (?:original|reenviado)\s*-{2,}`,
		`-{2,}\s*mensagem (?:original|encaminhada)\s*-{2,}`,
		`-{2,}\s*messaggio (?:originale|inoltrato)\s*-{2,}`,
		`-{2,}\s*(?:oorspronkelijk|doorgestuurd) bericht\s*-{2,}`,
		`-{2,}\s*(?:wiadomość oryginalna|oryginalna wiadomość|treść przekazanej wiadomości)\s*-{2,}`,
		`-{2,}\s*(?:původní zpráva|přeposlaná zpráva)\s*-{2,}`,
		`-{2,}\s*(?:ursprungligt meddelande|vidarebefordrat meddelande)\s*-{2,}`,
		`-{2,}\s*(?:oprindelig meddelelse|opprinnelig melding|videresendt (?:meddelelse|melding))\s*-{2,}`,
		`-{2,}\s*alkuperäinen viesti\s*-{2,}`,
		`-{2,}\s*(?:исходное сообщение|пересылаемое сообщение|пересланное сообщение)\s*-{2,}`,
		`-{2,}\s*(?:özgün|orijinal|iletilen) (?:ileti|mesaj)\s*-{2,}`,
		`-{2,}\s*(?:元のメッセージ|転送メッセージ|原始邮件|原始郵件|转发邮件|轉寄郵件|원본 메시지|전달된 메시지)\s*-{2,}`,
		`begin forwarded message:`,
		`_{20,}`,
	)
	// device is a line that a mail program adds.
	device = line(`$`,
		`sent from my .{2,60}`,
		`sent with .{2,40}`,
		`get outlook for .{2,40}`,
		`von meinem .{1,30} gesendet.{0,10}`,
		`envoyé de mon .{2,60}`,
		`enviado desde mi .{2,60}`,
	)
	// notice is the beginning of the legal notice at the end of a mail.
	notice = line(``,
		`this (?:e-?mail|message)(?: and any (?:attach|file)|, including| may contain| is (?:confidential|intended))`,
		`confidentiality notice`,
		`the information (?:contained )?in this (?:e-?mail|message) .{0,40}(?:confidential|intended|privileged)`,
		`diese e-?mail (?:enthält|und)`,
	)
)

// line compiles the wordings of a line, without the spaces around it; a star before a
// header is bold type.
func line(rest string, wordings ...string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)^\*?(?:` + strings.Join(wordings, "|") + `)` + rest)
}

// Own returns what its author wrote for this message: without quoted lines, the earlier
// messages below it and the signature. A message that begins with an earlier one forwards
// it and is read as that one. An empty line stands for each line that was left out, so that
// nothing runs together; the result is blank if everything was.
func Own(text string) string {
	lines := strings.Split(text, "\n")
	own := make([]string, 0, len(lines))
	fenced, empty, forwards := false, true, false
	for i := 0; i < len(lines); i++ {
		bare := strings.TrimSpace(lines[i])
		n := openers(lines[i:])
		switch {
		case strings.HasPrefix(bare, "```"), strings.HasPrefix(bare, "~~~"):
			fenced = !fenced
		case fenced:
		case strings.HasPrefix(bare, ">"), speaker.MatchString(bare), device.MatchString(bare),
			forwards && empty && fieldOf(bare) != noField:
			own = append(own, "")
			continue
		case n > 0 && (empty || answersBelow(lines[i+n:])):
			forwards = true
			i += n - 1
			own = append(own, "")
			continue
		case n > 0, !empty && (bare == "--" || notice.MatchString(bare)):
			return strings.Join(own, "\n")
		}
		own = append(own, lines[i])
		empty = empty && bare == ""
	}
	return strings.Join(own, "\n")
}

// openers returns how many of the first lines open an earlier message.
func openers(lines []string) int {
	bare, next := strings.TrimSpace(lines[0]), ""
	if len(lines) > 1 {
		next = strings.TrimSpace(lines[1])
	}
	switch {
	case separator.MatchString(bare), opensHeader(bare, next), isAttribution(bare):
		return 1
	case isWrapped(bare, next):
		return 2
	}
	return 0
}

func isAttribution(l string) bool {
	return endsInColon(l) && (attribution.MatchString(l) || timed.MatchString(l))
}

// isWrapped reports whether two lines are one attribution, whose date is on the first.
func isWrapped(l, next string) bool {
	const digits = "0123456789"
	return endsInColon(next) && strings.ContainsAny(l, digits) && isAttribution(l+" "+next) &&
		(!isAttribution(next) || !strings.ContainsAny(next, digits))
}

func endsInColon(l string) bool { return strings.HasSuffix(l, ":") || strings.HasSuffix(l, "：") }

// answersBelow reports whether the lines below an opener are marked as quoted and followed
// by others: the reply then stands below the quote.
func answersBelow(lines []string) bool {
	marked := false
	for _, l := range lines {
		bare := strings.TrimSpace(l)
		switch {
		case strings.HasPrefix(bare, ">"):
			marked = true
		case bare != "":
			return marked
		}
	}
	return false
}
