package summarize

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	greetingLine = regexp.MustCompile(`(?i)^(?:hi|hii+|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings|hallo|guten (?:tag|morgen|abend)|moin|sehr geehrter?|liebe[rs]?|bonjour|bonsoir|salut|cher|chère|hola|buen(?:os|as) (?:días|tardes|noches)|estimad[oa]s?|ciao|buongiorno|olá|beste|geachte)\b(?: (?:there|all|team|everyone|everybody|folks|support|sir|madam|or|and|again|zusammen|herr|frau|à tous|equipo|a todos)\b| [\p{Lu}@][\p{L}\p{N}_.'’-]*){0,5}\s*[,!.:–-]*$`)
	closingLine  = regexp.MustCompile(`(?i)^(?:(?:kind|best|warm|many|with kind|with best)?\s*(?:regards|wishes)|best|cheers|sincerely|yours (?:truly|sincerely|faithfully)|respectfully|thanks?(?: you)?(?: (?:so|very) much| a lot| again| in advance)?|many thanks|thx|ta|mit freundlichen grüßen|viele grüße|freundliche grüße|beste grüße|mfg|lg|vg|danke(?: im voraus)?|cordialement|bien à vous|merci(?: d'avance)?|saludos|un saludo|gracias|atentamente|cordiali saluti|grazie|met vriendelijke groet(?:en)?|atenciosamente|obrigad[oa])[\s,.!:-]*$`)
	closingName  = regexp.MustCompile(`^(?i:thanks|thank you|thx|cheers|regards|best regards|kind regards|best|danke|gruß|grüße|merci|gracias)[,!.\s–-]+\p{Lu}[\p{L}.'’-]{0,20}(?: \p{Lu}[\p{L}.'’-]{0,20}){0,2}[.!]?$`)
	bareName     = regexp.MustCompile(`^(?:[-–/] ?)?\p{Lu}\p{Ll}{1,20}(?: \p{Lu}\p{Ll}{1,20})?$`)
	namePlace    = regexp.MustCompile(`^\p{Lu}\p{Ll}{1,20}(?: \p{Lu}\.?\p{Ll}{0,20}){0,3}, \p{Lu}[\p{L}. ]{1,24}(?:, \p{Lu}[\p{L}. ]{1,24})?[.]?$`)
	mobileLine   = regexp.MustCompile(`(?i)^(?:sent from my |get outlook for |von meinem .{1,30} gesendet|envoyé de mon |enviado desde mi |sent with )`)
	disclaimer   = regexp.MustCompile(`(?i)^(?:this (?:e-?mail|message)(?: and any| is| may|, including)|confidentiality notice|the information (?:contained )?in this (?:e-?mail|message)|diese e-?mail (?:enthält|und))`)
	vocative     = regexp.MustCompile(`^(?i:hi|hello|hey|dear|hallo|bonjour|hola|good (?:morning|afternoon|evening))(?: (?i:there|all|team|everyone))?(?: \p{Lu}[\p{L}'’-]{1,20}){0,2}\s*[,!–-]\s+`)
)

// isGreeting reports whether the whole text only greets.
func isGreeting(text string) bool {
	return utf8.RuneCountInString(text) <= 80 && greetingLine.MatchString(text)
}

// withoutGreeting takes a leading "Hi Anna," off a sentence that goes on.
func withoutGreeting(text string) string {
	rest := vocative.ReplaceAllString(text, "")
	if rest == "" || rest == text {
		return text
	}
	return upperFirst(rest)
}

// maxSignature is how many short lines after a closing are taken for its signature.
const maxSignature = 8

// markSignature marks the closing of a message and what follows it. A closing in the
// middle with full sentences after it is only a polite word: it alone is marked.
func markSignature(spans []span) {
	if n := len(spans); n > 1 && spans[n-1].form == prose && (bareName.MatchString(spans[n-1].text) || namePlace.MatchString(spans[n-1].text)) && spans[n-1].para >= spans[n-2].para {
		spans[n-1].form = signature
	}
	for i := range spans {
		s := &spans[i]
		if s.form != prose && s.form != greeting {
			continue
		}
		switch {
		case s.text == "--" || mobileLine.MatchString(s.text) || disclaimer.MatchString(s.text):
			markRest(spans[i:])
			return
		case closingLine.MatchString(s.text) || closingName.MatchString(s.text):
			s.form = signature
			if shortTail(spans[i+1:]) {
				markRest(spans[i:])
				return
			}
		}
	}
}

func markRest(spans []span) {
	for i := range spans {
		if spans[i].form != quoted {
			spans[i].form = signature
		}
	}
}

// shortTail reports whether what is left looks like a name and contact block.
func shortTail(spans []span) bool {
	n := 0
	for _, s := range spans {
		if s.form == quoted {
			continue
		}
		n++
		wordsHere := len(strings.Fields(s.text))
		last, _ := utf8.DecodeLastRuneInString(s.text)
		says := strings.ContainsRune(".?!", last) && wordsHere > 1 && !closingLine.MatchString(s.text)
		if n > maxSignature || wordsHere > 8 || says || resultOf(s.text) != "" || s.form == step || s.form == code {
			return false
		}
	}
	return true
}

// spoken gives the spans that are the writer's own statements.
func spoken(spans []span) []span {
	var out []span
	for _, s := range spans {
		if s.form == prose || s.form == step || s.form == code {
			out = append(out, s)
		}
	}
	return out
}
