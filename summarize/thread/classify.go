package thread

import (
	"regexp"
	"strings"
)

// role is what a sentence does in a support thread.
type role int

const (
	Statement   role = iota
	Request          // what is wrong or wanted
	Attempt          // something that was done about it
	Advice           // something the desk tells the requester to do
	Outcome          // how an attempt ended
	Environment      // versions, devices, error signatures
	Question
	Decision   // what will happen or was decided
	Pleasantry // thanks, greetings, apologies
)

// Reading is what the classifier makes of a sentence.
type Reading struct {
	Role   role
	Result Result // what the sentence says about success, "" when nothing
	Scores scores // by role; a sentence often does two things
}

// scores holds a score by role, 0 for absent cues.
type scores [Pleasantry + 1]float64

// Voice is who speaks: the same words mean different things from either side.
type Voice struct {
	Desk  bool
	first bool // the message that opened the ticket
	Nth   int  // index of the sentence within the message
}

// The cues. Each pattern is one family of wording; the scores below weigh families,
// so that no single phrase decides.
var (
	didPattern    = regexp.MustCompile(`(?i)\b(?:(?:i|we|he|she|they|user)(?:'ve| have| had)?(?: also| already| then| just| even| both| again| now)* (?:tried|attempted|re-?started|re-?booted|re-?installed|uninstalled|installed|removed|deleted|cleared|disabled|enabled|updated|upgraded|downgraded|changed|switched|turned (?:on|off)|checked|verified|reset|re-?set|re-?connected|disconnected|re-?added|added|created|ran|run|followed|logged (?:in|out|off|on)|signed (?:in|out)|moved|renamed|replaced|unplugged|plugged|set|cleaned|reverted|restored|rolled back|tested|went|opened|swapped|re-?enrolled|re-?imaged|re-?created|repaired|flushed|looked (?:in|at|for))|tried (?:to |both|all|that|this|it|[a-z]+ing|the|with|using|a )|(?:^|[.;,] )(?:already |also )?(?:tried|re-?started|re-?booted|re-?installed|cleared|removed|deleted|disabled|enabled|updated|checked|reset|re-?enrolled|re-?created|replaced|switched|swapped|flushed|verified|asked|increased|unlocked)\b|ich habe .{0,60}(?:versucht|probiert|neu ?gestartet|installiert|gelöscht|geändert)|j'ai (?:essayé|redémarré|réinstallé|supprimé|vérifié)|he (?:probado|intentado|reiniciado|reinstalado|borrado))`)
	failPattern   = regexp.MustCompile(`(?i)(?:\b(?:did ?n[o']?t|does ?n[o']?t|do ?n[o']?t|has ?n[o']?t|have ?n[o']?t|is ?n[o']?t|was ?n[o']?t|did not|does not|not|never|without|no)\b[^.!?]{0,30}\b(?:help\w*|work\w*|fix\w*|solv\w*|resolv\w*|success\w*|luck|avail|change\w*|difference|effect|better|cure|joy|improvement|connect\w*)\b|\bnope\b|\b(?:still|keeps?|continues? to)\b[^.!?]{0,50}\b(?:not|n't|fail\w*|happen\w*|error\w*|crash\w*|same|get\w*|see\w*|show\w*|problem|issue|there|freez\w*|hang\w*|refus\w*|ask\w*)\b|\b(?:same (?:result|problem|issue|error|thing)|(?:problem|issue|error) (?:persists|remains|is still|came back|returned)|to no avail|failed|in vain|made it worse|(?:stays?|stayed|remains?|remained) (?:the same|unchanged|there)|(?:comes?|came|reappear(?:s|ed)?) back|unsuccessful\w*|nothing (?:helped|worked|changed|happen(?:s|ed))|no luck|hilft nicht|half nicht|hat nicht geholfen|geht (?:immer noch |weiterhin )?nicht|ohne erfolg|toujours (?:pas|le même)|ne fonctionne (?:toujours )?pas|sin éxito|sigue sin|no funciona)\b)`)
	workPattern   = regexp.MustCompile(`(?i)(?:^(?:solved|fixed|resolved|sorted|success)(?: it)?[!.]*$|\b(?:(?:that|this|it|which|problem|issue|everything|all|now|and|error|same)\b[^.!?]{0,40}\b(?:worked|works|fixed|solved|resolved|did the trick|helped|gone|back to normal|went away|did it|disappeared|succeeded)|(?:is|are|now|back|all) (?:working|fixed|solved|resolved|gone|fine|good)\b|works? (?:now|again|fine|perfectly|well|great|like a charm)|worked(?: (?:like a charm|perfectly|fine|great|now|for me|afterwards))?[.!;]?$|fixed it|solved it|i(?:'ve| have)?(?: now| finally| just| actually)* (?:solved|fixed|resolved|sorted|figured)\b(?: it| this| that)?(?: out)?(?:[.!,]|$)|i(?:'ve| have)? (?:now|finally|successfully) (?:downloaded|installed|got|managed|found (?:out )?how|fixed|solved|recovered|restored)|(?:i|we) (?:have )?managed to|solved (?:my|the) (?:problem|issue)|resolved (?:my|the) (?:problem|issue)|fixed (?:my|the|this) (?:problem|issue)|did the trick|no longer (?:happens|occurs|appears|see|get|crash\w*|ask\w*)|(?:reconnect|login|sign-?in|sync|test|print\w*) (?:worked|succeeded|successful|ok)|confirmed (?:working|fixed|ok)|problem (?:solved|fixed|gone)|funktioniert (?:jetzt|wieder|nun)|geht (?:jetzt|wieder)|gelöst|fonctionne (?:maintenant|à nouveau)|résolu|ya funciona|solucionado|funciona (?:ahora|de nuevo)))`)
	advicePattern = regexp.MustCompile(`(?i)(?:^|[.;:] |, |\b(?:please|then|and|also|first|next|now|just|should|could you|can you|you can|you could|try to|need to|have to|you need to|you have to|you must|you may|might want to)\s+)(?:please |then |also |first |next |now |just )*(?:try|check|open|click|right-click|select|choose|go to|go into|navigate|restart|reboot|re-?install|install|uninstall|remove|delete|clear|disable|enable|turn (?:on|off)|update|upgrade|change|switch|set|reset|sign (?:in|out)|log (?:in|out|off|on)|run|type|enter|press|hold|move|rename|replace|copy|paste|create|add|use|start|stop|close|quit|exit|uncheck|tick|untick|verify|make sure|ensure|confirm|look (?:in|at|for|under)|follow|download|connect|disconnect|unplug|plug|wait|scroll|expand|drag|test|see|read|visit|send|attach|provide|post|boot|hit|put|save|apply|import|export|repair|re-?enrol\w*|re-?create|öffnen|klicken|starten|versuchen|wählen|prüfen|cliquez|ouvrez|sélectionnez|redémarrez|essayez|haga clic|abra|seleccione|pruebe|reinicie)\b`)
	Problem       = regexp.MustCompile(`(?i)\b(?:can(?:no|')?t|can not|could ?n[o']?t|unable|un-?able|won'?t|will not|fail\w*|error\w*|problem\w*|issue\w*|crash\w*|freez\w*|hang\w*|slow\w*|stuck|missing|lost|disappear\w*|broken|not (?:work\w*|load\w*|open\w*|show\w*|connect\w*|respond\w*|able|display\w*|receiv\w*|send\w*|print\w*|sync\w*|appear\w*|possible)|does ?n[o']?t|do ?n[o']?t|did ?n[o']?t|isn'?t|no longer|stopp?ed|denied|reject\w*|refus\w*|blocked|locked|expired|blank|empty|duplicat\w*|keeps?|suddenly|wrong\w*|corrupt\w*|unexpected\w*|disconnect\w*|drops?|timed? ?out|invalid|incorrect|funktioniert nicht|geht nicht|fehler\w*|kann (?:ich )?nicht|problème|erreur|ne (?:fonctionne|marche) (?:plus|pas)|impossible|no (?:puedo|funciona)|falla|problema)\b`)
	Wish          = regexp.MustCompile(`(?i)\b(?:i(?:'d| would)? (?:need|want|like|wish|am (?:trying|looking|hoping)|would like)|we (?:need|want|would like)|how (?:do|can|could|to|would|should)|is there (?:a|any|some) (?:way|setting|option)|(?:please|can you|could you|can someone|could someone|need) (?:help|advi[sc]e|fix|assist|grant|give|add|create|install|reset|provide|unlock)|request(?:ing)?|looking for|any (?:help|ideas?|suggestions?|advice)|ich (?:brauche|möchte|benötige)|je (?:voudrais|souhaite|cherche)|(?:necesito|quiero|quisiera))\b`)
	FutureStep    = regexp.MustCompile(`(?i)\b(?:next steps?|(?:i|we|they|he|she|vendor|supplier|team)(?:'ll| will| shall)|needs? to be|still needs? to|(?:we|i)(?: still)? need to|has to be|must be|to ?do:?|follow(?:ing)? up|will (?:be|check|send|call|test|try|replace|contact|update|schedule)|waiting (?:for|on)|awaiting|pending|scheduled|planned|escalat\w*|hand(?:ing|ed)? (?:over|off)|should (?:be )?(?:check\w*|look\w*|replace\w*|contact\w*|test\w*|verif\w*)|please (?:check|look|take|investigate|replace|contact|verify|review|confirm|arrange|advise)|als nächstes|werde(?:n)? ich|prochaine étape|próximo paso)\b`)
	decided       = regexp.MustCompile(`(?i)\b(?:(?:we|i) (?:decided|agreed|chose|will go with)|decision|agreed (?:to|with|that)|approved|declined|won't fix|as agreed|root cause|turned out|the (?:cause|reason|culprit|fix|solution|answer) (?:is|was)|caused by|because of|due to|it's a (?:known )?(?:bug|issue)|workaround)\b`)
	versioned     = regexp.MustCompile(`(?i)(?:\b(?:windows(?: server)?|win|mac ?os|os ?x|ubuntu|debian|fedora|linux|mint|android|ios|ipados|chrome ?os|firefox|thunderbird|chrome|edge|safari|outlook|office|teams|excel|word|adobe|acrobat|zoom|citrix|anyconnect|globalprotect|openvpn|forticlient|sap|java|\.net|python|node|driver|firmware|bios|version|build|v|ver|release)\.?:? ?v?\d[\w.()-]*|\bmac ?os (?:sonoma|ventura|monterey|big sur|sequoia|catalina|high sierra|mojave)\b|\bwindows (?:xp|vista|seven|ten|home|pro)\b|\b\d+\.\d+\.\d+[\w.]*\b|\b\d+(?:\.\d+)+ ?\(?(?:32|64)[- ]?bit|\b(?:32|64)[- ]?bit\b)`)
	device        = regexp.MustCompile(`(?i)\b(?:(?:dell|lenovo|thinkpad|hp|elitebook|latitude|surface|macbook|imac|ipad|iphone|samsung|pixel|galaxy|asus|acer|canon|epson|brother|xerox|kyocera|laserjet|cisco|logitech|docking station|dock|yubikey)\b[\w -]{0,20}|(?:operating system|my (?:laptop|pc|computer|phone|desktop|machine|mac|tablet|printer)|user ?agent|hostname|model|os|environment|browser)\s*(?::|is|runs|=))`)
	ErrorCode     = regexp.MustCompile(`(?:\b0x[0-9A-Fa-f]{4,16}\b|\b[A-Z][A-Z0-9]{1,}(?:_[A-Z0-9]+){1,}\b|\b(?:KB|ORA-|AADSTS|SQLSTATE|HTTP |TF|MSB|CVE-)\d{2,}[\w-]*|\b[\w.]+(?:Exception|Error)\b:?|(?i)\b(?:error|fehler|erreur|status|stop|event|exit)(?: code| id| message| no\.?)?[: #]+["'“]?[\w-]*\d[\w.-]*)`)
	pleasantWords = regexp.MustCompile(`(?i)\b(?:thanks?|thank you|thx|cheers|appreciate\w*|grateful|sorry|apolog\w*|welcome|hope (?:this|that|you|it) (?:help\w*|find|are|is|works?)|have a (?:nice|good|great)|let (?:me|us) know|feel free|look(?:ing)? forward|happy to help|glad|no problem|best regards|kind regards|good luck|you're the best|awesome|great|danke|vielen dank|merci|gracias|please help|any help|help (?:would|will|is)|mark (?:this|your) .{0,30}(?:solved|solution|resolved)|don't forget to)\b`)
	asking        = regexp.MustCompile(`(?i)^(?:so |and |but |ok |okay |also |then |well,? )?(?:what|which|when|where|who|why|how|is|are|was|were|do|does|did|can|could|would|will|has|have|should|any|anyone|anybody|was|wie|wer|wann|wo|warum|welche\w*|haben|können|kann|ist|sind|quel\w*|est-ce|pouvez|avez|où|quand|comment|pourquoi|qué|cuál|cómo|dónde|puede\w*)\b`)
	ImpactWords   = regexp.MustCompile(`(?i)\b(?:everyone|everybody|all (?:of )?(?:us|users|staff|colleagues|our|the (?:users|staff|team)|employees|clients|customers)|(?:the )?(?:whole|entire) (?:\w+ )?(?:team|office|department|company|site|floor|group|school|class)|(?:all )?(?:\d+|several|many|multiple|other|few|more|two|three|four|five|ten|dozens? of|hundreds of) (?:other )?(?:users|people|colleagues|staff|employees|customers|clients|machines|computers|laptops|pcs|devices|sites|locations|offices)|(?:can(?:no|')?t|cannot|unable to|not able to) (?:do (?:any|my)|work\b|get any|bill|invoice|ship|sell|access any|do business|teach)|(?:is|are|am|being|completely|totally) (?:blocked|down|stopped)|work (?:is )?(?:stopped|blocked|impossible)|production|outage|deadline|urgent\w*|asap|(?:month|quarter|year)[- ]end|(?:is|are) due|due (?:today|tomorrow)|(?:is|starts|closes) (?:today|tonight|tomorrow)|(?:customers?|clients?|patients?|students?|visitors?|\d+ \w+) (?:are |is )?wait\w*|business[- ]critical|important (?:meeting|emails?|data|deadline)|meeting (?:today|tomorrow|at|in)|payroll|(?:am|are|is|keep|keeps) losing|lost (?:all|my|everything|data|work|years)|data loss|unusable|unworkable|since (?:yesterday|this morning|monday|tuesday|wednesday|thursday|friday|saturday|sunday|last (?:week|night|month|update)|the (?:update|upgrade|weekend)|today|\d)|for (?:days|weeks|hours|months|the (?:last|past))|every (?:time|day|few|hour|\d+)|only (?:me|my|one|affects)|alle (?:kollegen|mitarbeiter|benutzer|nutzer)|dringend|tout le monde|tous les|urgent|todos los|urgente)\b`)
	CauseWords    = regexp.MustCompile(`(?i)\b(?:because|caused by|root cause|the (?:cause|reason|culprit|problem|issue) (?:is|was|turned out)|due to|turned out|turns out|it was (?:a|an|the|my)|was (?:corrupt\w*|expired|missing|disabled|blocked|misconfigured|outdated|stale|full|locked|set to)|had (?:expired|been)|result of|known (?:bug|issue)|conflict\w* with|weil|ursache|grund (?:ist|war)|parce que|à cause de|porque|debido a)\b`)
)

var (
	// MenuPath finds "View > Folders > Folder Pane Header".
	MenuPath = regexp.MustCompile(`[\p{L}\]"')] ?(?:>|→|») ?[\p{L}\["'(]`)
	// proposing finds remedies that are not put as orders.
	proposing = regexp.MustCompile(`(?i)\b(?:i(?:'d| would)? (?:suggest|recommend|advise)|my (?:suggestion|recommendation)|suggestion:|(?:a|one|another) (?:possibility|way|option|solution|workaround|fix) (?:is|would|could|might)|you (?:probably|might|may|will)? ?(?:need|want|have) to|compare|kill|(?:can|could) be (?:done|changed|set|turned|disabled|enabled|opened|found)|needs? to be (?:set|enabled|disabled|changed|removed))\b`)
)

// OpensInstruction finds a sentence that begins as an instruction does.
var OpensInstruction = regexp.MustCompile(`(?i)^(?:please |then |next,? |now,? |first,? |finally,? |if [^,]{3,80}, )*(?:try|check|open|click|right-click|select|choose|go to|go into|navigate|restart|reboot|re-?install|install|uninstall|remove|delete|clear|disable|enable|turn (?:on|off)|update|upgrade|change|switch|set|reset|sign (?:in|out)|log (?:in|out|off|on)|run|type|enter|press|hold|move|rename|replace|copy|paste|create|add|use|start|stop|close|quit|exit|uncheck|tick|untick|verify|make sure|ensure|confirm|follow|download|connect|disconnect|unplug|plug|wait|scroll|expand|drag|visit|boot|save|apply|import|export|repair|re-?enrol\w*|re-?create|increase|decrease|allow|deny|unlock|swap|flush)\b`)

// RemedyHeading finds headings under which an article tells what to do.
var RemedyHeading = regexp.MustCompile(`(?i)\b(?:resolution|workaround|solution|steps?|fix|how to|answer|procedure|what to do|lösung|solución|solution)\b`)

// Classify reads one sentence.
func Classify(s Span, v Voice) Reading {
	var sc scores
	text := s.Text
	n := len(strings.Fields(text))
	result := ResultOf(text)
	isQuestion := strings.HasSuffix(strings.TrimRight(text, ")\"'” !"), "?") || strings.HasSuffix(text, "？")

	if isQuestion || (asking.MatchString(text) && n > 3 && strings.Contains(text, "?")) {
		sc[Question] = 2.2
	}
	if versioned.MatchString(text) {
		sc[Environment] += 1.2
	}
	if device.MatchString(text) {
		sc[Environment] += 0.7
		if n <= 8 && strings.ContainsAny(text, "0123456789") {
			sc[Environment] += 0.6 // a short line with a model's number says little else
		}
	}
	if ErrorCode.MatchString(text) || s.Form == Code {
		sc[Environment] += 1.1
	}
	if n <= 12 && sc[Environment] > 1 {
		sc[Environment] += 0.8 // a short line with a version says little else
	}
	if didPattern.MatchString(text) || TellsDeed(text) {
		sc[Attempt] += 1.8
	}
	if result != "" {
		sc[Outcome] += 1.4
	}
	if (advicePattern.MatchString(text) || v.Desk && (MenuPath.MatchString(text) || proposing.MatchString(text))) && !isQuestion {
		sc[Advice] += adviceWeight(s, v)
	}
	if Problem.MatchString(text) {
		sc[Request] += requestWeight(v)
	}
	if Wish.MatchString(text) {
		sc[Request] += requestWeight(v)
	}
	if FutureStep.MatchString(text) {
		sc[Decision] += 1.1
		if v.Desk {
			sc[Decision] += 0.4
		}
		if nextStep.MatchString(text) {
			sc[Decision]++
		}
	}
	if decided.MatchString(text) {
		sc[Decision]++
	}
	if pleasantWords.MatchString(text) {
		sc[Pleasantry] += pleasantWeight(n)
	}
	return settle(sc, result, s)
}

// adviceWeight: instructions come from the desk, and as list items.
func adviceWeight(s Span, v Voice) float64 {
	w := 0.7
	if v.Desk {
		w = 1.7
	}
	if s.Form == Step {
		w += 0.6
	}
	return w
}

// requestWeight: what is wrong is told first, by the requester.
func requestWeight(v Voice) float64 {
	switch {
	case v.Desk:
		return 0.4
	case v.first && v.Nth < 4:
		return 1.6
	case v.first:
		return 1.2
	}
	return 0.8
}

// pleasantWeight: a thank-you in a long sentence is not what the sentence is for.
func pleasantWeight(n int) float64 {
	switch {
	case n <= 6:
		return 3
	case n <= 12:
		return 1.7
	case n <= 18:
		return 0.9
	}
	return 0.3
}

// settle picks the role. An attempt with its outcome in one sentence is an attempt.
func settle(sc scores, result Result, s Span) Reading {
	if sc[Attempt] > 0 && sc[Outcome] > 0 {
		sc[Attempt] += 0.6
	}
	best := Statement
	for r := range sc {
		if sc[r] > sc[best] {
			best = role(r)
		}
	}
	if best == Pleasantry && ContentCount(s.Text) > 8 && (sc[Outcome] > 0 || sc[Attempt] > 0 || sc[Advice] > 1) {
		sc[Pleasantry] = 0
		return settle(sc, result, s)
	}
	return Reading{Role: best, Result: result, Scores: sc}
}

// supposed finds what makes "it works" a wish, a condition or the past.
var supposed = regexp.MustCompile(`(?i)\b(?:if|even if|once|until|unless|whether|hope\w*|should|would|could|might|before|because|used to|wish|when|how|was working|not sure)\b`)

var (
	butThen = regexp.MustCompile(`(?i)^[^.!?]{0,20}\b(?:but|except|however)\b`)
	ifStart = regexp.MustCompile(`(?i)^(?:and |but |so )?(?:if|unless|in case)\b`)
)

// Wishful finds wishes and intentions: they report nothing.
var Wishful = regexp.MustCompile(`(?i)\b(?:would (?:still |also |really |much )?(?:like|love|prefer|appreciate|be (?:nice|great|good))|i'd (?:still |also |really )?(?:like|love|prefer)|i wonder|i'm wondering|i wish|i hope|not going to|i(?:'ll| will) (?:try|hunt|look|see|check|let|report)|going to try|is there (?:a|any)|let me know)\b`)

// regret finds the beginning of a sentence that tells nothing good.
var regret = regexp.MustCompile(`(?i)^(?:but |and |so )?(?:unfortunately|sadly|alas|regrettably|leider|malheureusement|desgraciadamente|infelizmente)\b`)

var nextStep = regexp.MustCompile(`(?i)^(?:the )?(?:next steps?|to ?do|plan)\b`)

// formerly finds what worked in the past only.
var formerly = regexp.MustCompile(`(?i)\b(?:worked (?:fine |well |perfectly |ok )?(?:until|before|yesterday|last|for (?:years|months))|(?:it|all|everything) (?:all )?(?:always )?worked (?:fine|well|perfectly))\b`)

// TellsDeed finds a sentence that begins with a past form, its actor left out or
// named: "Removed the profile", "I finally found the switch and turned it off".
func TellsDeed(text string) bool {
	bare := actor.ReplaceAllString(text, "")
	head := FirstWord(bare)
	if _, past := pastForms[head]; past && head != "set" && head != "put" && head != "reset" {
		return true
	}
	if head == "set" || head == "put" || head == "reset" {
		return bare != text // the base form is the same: only with an actor it is a deed
	}
	return head == "found" && coordinatedDeed.MatchString(bare)
}

var coordinatedDeed = regexp.MustCompile(`(?i)\band (?:then )?(?:added|changed|removed|deleted|enabled|disabled|turned|switched|set|selected|unticked|ticked|unchecked|checked|renamed|cleared|reset|moved|updated|clicked)\b`)

// ResultOf says what a sentence tells about success. Failure is looked for first:
// "works now" occurs in "nothing works now", not the other way round.
func ResultOf(text string) Result {
	if Wishful.MatchString(text) {
		return ""
	}
	fail, work := failPattern.FindStringIndex(text), workPattern.FindStringIndex(text)
	if work != nil && (supposed.MatchString(text[:work[1]]) || formerly.MatchString(text)) {
		work = nil
	}
	if work != nil && work[0] > 0 && regret.MatchString(text) {
		work = nil
	}
	if work != nil && butThen.MatchString(text[work[1]:]) {
		work = nil // "is working now but every message comes twice"
	}
	if fail != nil && ifStart.MatchString(text) {
		fail = nil
	}
	switch {
	case fail != nil && work != nil && work[0] >= fail[1]:
		return Worked // "did not help at first, but restarting fixed it": the end counts
	case fail != nil:
		return Failed
	case work != nil:
		return Worked
	}
	return ""
}

// Result says how an attempt ended, as the thread tells.
type Result string

// The results of an attempt.
const (
	Failed  Result = "failed"
	Worked  Result = "worked"
	Unknown Result = "unknown"
)
