package redact

import (
	"regexp"
	"strings"

	"github.com/deskbook/deskbook/summarize/redact/street"
)

var (
	postBoxWords = []string{"box", "postfach", "boîte postale", "apartado", "casella postale", "postbus"}
	// postBox matches a box at a post office.
	postBox = regexp.MustCompile(`(?i)\b(?:p\.? ?o\.? ?box|postfach|boîte postale|apartado(?: de correos)?|` +
		`casella postale|postbus) \d{1,6}\b`)
	// streetChinese matches a Chinese address: district, street, number, building and room.
	streetChinese = regexp.MustCompile(`(?:\p{Han}{1,4}[区县镇])?\p{Han}{2,6}?(?:大街|大道|胡同|路|街|道|` +
		`巷)(?:[东南西北一二三四五六七八九十]{1,2}段)?` +
		`\d{1,5}(?:号|弄)(?:院)?(?:[A-Z]?\d{0,4}(?:号楼|号|幢|栋|座|单元|室|层|楼)){0,4}`)
)

// findStreets finds street addresses and boxes at post offices.
func findStreets(v *view, out []finding) []finding {
	for _, m := range v.near(postBoxWords, postBox) {
		out = append(out, finding{m[0], m[1], Street})
	}
	if v.source != nil && (strings.Contains(v.text, "号") || strings.Contains(v.text, "弄")) {
		for _, m := range streetChinese.FindAllStringIndex(v.text, -1) {
			lead := v.text[m[0]:m[1]]
			lo := m[1] - len(strings.TrimLeft(lead, "我家住在到于址是送寄"))
			out = append(out, finding{lo, m[1], Street})
		}
	}
	for _, m := range street.Find(v.text, v.lower, v.words) {
		out = append(out, finding{m[0], m[1], Street})
	}
	return out
}
