package format

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/deskbook/deskbook/kb"
	"github.com/deskbook/deskbook/kb/front"
	"github.com/deskbook/deskbook/kb/markdown"
)

// The words of titles and headings by which the kind of an article is recognised.
var (
	faqTitle = phrases(`\bfaqs?\b`, `frequently asked`, `questions? (?:and|&) answers?`, `\bq ?& ?a\b`,
		`häufige? (?:gestellte )?fragen`,
		`fragen und antworten`, `foire aux questions`, `questions fréquentes`, `preguntas frecuentes`, `domande frequenti`,
		`perguntas frequentes`, `veelgestelde vragen`, `часто задаваемые`, `よくある質問`, `常见问题`, `자주 묻는 질문`)
	policyTitle = phrases(`\bpolic(?:y|ies)\b`, `code of conduct`, `terms of (?:use|service)`, `acceptable use`,
		`richtlinien?\b`,
		`verhaltenskodex`, `nutzungsbedingungen`, `\bpolitique\b`, `conditions d.utilisation`, `\bpolíticas?\b`,
		`\bpolitica\b`,
		`\bbeleid\b`, `политика`, `規程`, `ポリシー`, `政策`, `方针`)
	knownTitle = phrases(`known (?:errors?|issues?|problems?|bugs?|limitations?)`, `bekannte[rns]? (?:fehler|probleme?)`,
		`problèmes? connus?`, `erreurs? connues?`, `(?:problemas?|errores) conocidos?`, `problemi noti`,
		`известн\S+ (?:ошибк|проблем)`,
		`既知の`, `已知问题`)
	howTitle = phrases(`^how (?:to|do|can|does|should)\b`, `^how-?to\b`, `^so (?:wird|geht|können|kannst|funktioniert)`,
		`^wie `,
		`^comment `, `^cómo `, `^come (?:si )?\S+(?:are|ere|ire)\b`, `^como `, `^hoe `, `^как `, `^jak `, `^hur `, `方法$`,
		`する方法`,
		`^如何`, `^怎么`, `하는 방법`)
	taskTitle = phrases(`^(?:install|set ?up|configure|create|add|remove|delete|reset|change|enable|disable|connect|`+
		`update|upgrade|`+
		`migrate|import|export|restore|back ?up|deploy|register|activate|request|invite|assign|build|run|start|use|get|`+
		`manage|share|`+
		`print|sign in|sign up|log in|move|rename|map|join|turn on|turn off|unlock|renew|order|book)\b`,
		`^(?:install|sett|configur|creat|add|remov|delet|resett|chang|enabl|disabl|connect|updat|upgrad|migrat|import|`+
			`export|`+
			`restor|deploy|register|activat|request|invit|assign|build|runn|us|manag|shar|print|mov)ing\b`,
		`^(?:getting started|get started|quick ?start|tutorial|first steps|step[- ]by[- ]step|walkthrough|guide to|`+
			`erste schritte|`+
			`anleitung|schritt für schritt|premiers pas|primeros pasos|primi passi|guide d|tutoriel|guía|guida)`,
		`(?:zurücksetzen|einrichten|installieren|konfigurieren|anlegen|erstellen|ändern|hinzufügen|aktivieren|deaktivieren|`+
			`verbinden|löschen|entfernen|aktualisieren|beantragen|anmelden|drucken|verwalten|nutzen|verwenden|sichern|`+
			`wiederherstellen)$`,
		`^(?:installer|configurer|créer|ajouter|modifier|réinitialiser|supprimer|activer|connecter) `,
		`^(?:instalar|configurar|crear|agregar|añadir|cambiar|restablecer|eliminar|activar|conectar|criar|adicionar|`+
			`redefinir) `,
		`(?:installation|setup) (?:guide|instructions?)$`)
	troubleTitle = phrases(`\btroubleshoot`, `\berrors?\b`, `\bfail(?:s|ed|ure|ing)?\b`, `not working`, `\bcannot\b`,
		`\bcan.t\b`,
		`\bunable to\b`, `does(?: not|n.t)\b`, `\bwon.t\b`, `\bwill not\b`, `\bcrash`, `\bis slow\b`, `\bhangs?\b`, `\bfreez`,
		`keeps? (?:asking|dropping|crashing|disconnecting)`, `\bdrops\b`, `\bmissing\b`, `\bbroken\b`, `\bproblems?\b`,
		`\bissues?\b`,
		`\b0x[0-9a-f]{4,}`, `fehler`, `störung`, `problembehebung`, `funktioniert nicht`, `geht nicht`, `lässt sich nicht`,
		`kein(?:e|en)? (?:verbindung|zugriff)`, `\berreur`, `ne fonctionne pas`, `impossible de`, `dépannage`, `no funciona`,
		`no se puede`, `solución de problemas`, `non funziona`, `impossibile`, `não funciona`, `werkt niet`, `ошибк`,
		`не работает`,
		`エラー`, `できない`, `トラブル`, `错误`, `无法`, `故障`, `오류`)
	symptomHeading = phrases(`^(?:issues?|symptoms?|problems?|problem description|error(?: message)?|what happens)\b`,
		`^(?:symptome?|problem|`+
			`fehlerbild|fehlermeldung)\b`, `^(?:symptômes?|problème)`, `^(?:síntomas?|problema|sintomi)\b`, `^(?:症状|問題|现象|問題描述)`,
		`^(?:симптом|проблема)`)
	causeHeading = phrases(
		`^(?:root )?causes?\b`, `^(?:possible |likely )?(?:reasons?|causes?)\b`, `^ursachen?\b`, `^causes?`, `^causas?\b`,
		`^原因`, `^причин`,
	)
	fixHeading = phrases(`^(?:resolutions?|solutions?|fix(?:es)?|remedy|how to fix|workarounds?)\b`,
		`^(?:lösung(?:en)?|abhilfe|behebung)\b`,
		`^(?:résolution|solution)`, `^(?:soluci(?:ón|ones)|soluzion[ei]|soluç(?:ão|ões))`, `^(?:解決|対処|解决)`, `^решени`)
	workaroundHeading = phrases(`^work-?arounds?\b`, `^umgehung`, `^contournement`, `^solución temporal`, `^回避`)
	policyHeading     = phrases(`^(?:scope|purpose|policy(?: statement)?|responsibilit|enforcement|compliance|`+
		`exceptions?|violations?)`,
		`^(?:geltungsbereich|zweck|verantwortlichkeiten|ausnahmen)`, `^(?:champ d.application|objet)\b`,
		`^(?:alcance|ámbito)\b`)
	stepHeading = phrases(`^(?:step|schritt|étape|paso|passo|шаг) ?\d+`, `^(?:第 ?\d+ ?步|手順 ?\d+)`)
)

func phrases(alternatives ...string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)` + strings.Join(alternatives, "|"))
}

// minSteps is how many steps make a text instructions.
const minSteps = 3

// kindsOfTools are the kinds under the names that other tools have for them.
var kindsOfTools = map[string]kb.Kind{
	"how to": kb.HowTo, "howto": kb.HowTo, "tutorial": kb.HowTo, "quickstart": kb.HowTo, "quick start": kb.HowTo, "procedure": kb.HowTo,
	"task":  kb.HowTo,
	"guide": kb.HowTo, "instructions": kb.HowTo, "troubleshooting": kb.Troubleshooting, "troubleshoot": kb.Troubleshooting,
	"troubleshooting general": kb.Troubleshooting, "troubleshooting problem resolution": kb.Troubleshooting,
	"solution": kb.Troubleshooting,
	"faq":      kb.FAQ, "faqs": kb.FAQ, "policy": kb.Policy, "known issue": kb.KnownError, "known issues": kb.KnownError,
	"known error":                 kb.KnownError,
	"troubleshooting known issue": kb.KnownError, "error reference": kb.Troubleshooting,
}

// kindOf returns the kind that front matter, title and text show, NoKind if they show none
// clearly.
func kindOf(f front.Matter, title string, d markdown.Document) kb.Kind {
	for _, key := range []string{
		"kind", "ms.topic", "content_type", "contenttype", "doc_type", "type", "topic_type", "template",
	} {
		if k, ok := kindsOfTools[strings.NewReplacer("-", " ", "_", " ").Replace(strings.ToLower(f.Word(key)))]; ok {
			return k
		}
	}
	s := signsOf(d)
	switch {
	case faqTitle.MatchString(title):
		return kb.FAQ
	case policyTitle.MatchString(title):
		return kb.Policy
	case knownTitle.MatchString(title), s.symptom && s.workaround && !s.fix:
		return kb.KnownError
	case s.symptom && (s.fix || s.cause), s.cause && s.fix:
		return kb.Troubleshooting
	case howTitle.MatchString(title):
		return kb.HowTo
	case troubleTitle.MatchString(title):
		return kb.Troubleshooting
	case taskTitle.MatchString(title), s.steps >= minSteps:
		return kb.HowTo
	case s.questions >= minSteps && 2*s.questions > s.headings:
		return kb.FAQ
	case s.policy >= minSteps:
		return kb.Policy
	}
	return kb.NoKind
}

// signs are what the headings and lists of a text show of its kind.
type signs struct {
	symptom, cause, fix, workaround bool

	headings, questions, policy int
	steps                       int // of the longest numbered list, or headings that are steps
}

func signsOf(d markdown.Document) signs {
	var s signs
	steps := 0
	_ = ast.Walk(d.Root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.List:
			if n.IsOrdered() {
				s.steps = max(s.steps, n.ChildCount())
			}
		case *ast.Heading:
			words := strings.TrimSpace(markdown.InlineText(n, d.Source()))
			s.headings++
			s.symptom = s.symptom || symptomHeading.MatchString(words)
			s.cause = s.cause || causeHeading.MatchString(words)
			s.workaround = s.workaround || workaroundHeading.MatchString(words)
			s.fix = s.fix || fixHeading.MatchString(words) && !workaroundHeading.MatchString(words)
			if strings.HasSuffix(words, "?") || strings.HasSuffix(words, "？") || strings.HasSuffix(words, "؟") {
				s.questions++
			}
			if policyHeading.MatchString(words) {
				s.policy++
			}
			if stepHeading.MatchString(words) {
				steps++
			}
		}
		return ast.WalkContinue, nil
	})
	s.steps = max(s.steps, steps)
	return s
}
