package evidence

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

// supportFloor is the share of a claim's content words that its evidence must contain, apart from
// the words that only report.
const supportFloor = 0.67

var (
	// saysRequester and saysDesk match a claim's subject.
	saysRequester = lexicon.Pattern("evidence/requester-did")
	saysDesk      = lexicon.Pattern("evidence/desk-did")
	// reporting are words of reports, and verbs that say little, which evidence need not contain.
	reporting = lexicon.Words("evidence/reporting")
	// opposites are pairs of words of which a claim must not have the other one.
	opposites = readOpposites()
	// unfinished matches what was not yet the case.
	unfinished = lexicon.Pattern("evidence/not-yet")
	modal      = regexp.MustCompile(`(?i)\b(must|should|can|could|may|has to|have to)(n't|not)?\b( not\b)?`)
	cannot     = strings.NewReplacer("can't", "can not", "cannot", "can not", "Cannot", "can not", "won't", "will not",
		"mustn't", "must not", "couldn't", "could not", "shouldn't", "should not")
	noOutcome = lexicon.Pattern("evidence/no-outcome")
)

// readOpposites returns the pairs, by stem, both ways.
func readOpposites() map[string][]string {
	out := map[string][]string{}
	for row := range lexicon.Words("evidence/opposites") { // "ad|remov|delet"
		stems := strings.Split(row, "|")
		for i, w := range stems {
			for j, o := range stems {
				if i != j {
					out[w] = append(out[w], o)
				}
			}
		}
	}
	return out
}

// Supported reports whether cited evidence supports a claim, judged by what it says rather than by
// its words: it may be in the third person, report who said what, and join facts. Numbers,
// identifiers, names, negation, outcome, modality and who did it must agree, and a deed or its
// opposite that the evidence does not name is not supported.
func (e *Set) Supported(claim string, cited []Item) bool {
	if len(cited) == 0 || !speakersAgree(claim, cited) {
		return false
	}
	claim = cannot.Replace(noOutcome.ReplaceAllString(claim, ""))
	sentences := sentencesOf(cited)
	if !resultAgrees(claim, sentences) || !modalsAgree(claim, sentences) || !finished(claim, sentences) {
		return false
	}
	bare := thread.WithoutResults(claim)
	if !wordsAgree(claim, cited) {
		return false
	}
	if thread.CountContent(bare) == 0 {
		return thread.ResultOf(claim) != "" // which agrees
	}
	share, contradicted := e.Support(withoutReporting(bare), cited)
	if bare != thread.Tidy(claim) {
		contradicted = newIdentifier(claim, cited) // the outcome, which was compared, has the negation
	}
	return share >= supportFloor && !contradicted
}

// speakersAgree reports whether somebody whom the claim makes act or speak wrote one of the
// messages.
func speakersAgree(claim string, cited []Item) bool {
	var desk, requester, messages bool
	for _, it := range cited {
		messages = messages || it.Message > 0
		desk = desk || it.FromDesk
		requester = requester || !it.FromDesk
	}
	if !messages {
		return true
	}
	return (!saysRequester.MatchString(claim) || requester) && (!saysDesk.MatchString(claim) || desk)
}

func sentencesOf(cited []Item) []string {
	var out []string
	for _, it := range cited {
		for _, s := range thread.SplitSentences(cannot.Replace(it.Text)) {
			out = append(out, thread.Shorten(s, 1200))
		}
	}
	return out
}

// resultAgrees reports whether the evidence has the outcome that the claim has.
func resultAgrees(claim string, sentences []string) bool {
	said := thread.ResultOf(claim)
	if said == "" || thread.Mixed(claim) {
		return true
	}
	return slices.ContainsFunc(sentences, func(s string) bool { return thread.ResultOf(s) == said || thread.Mixed(s) })
}

// modalsAgree reports whether what must or can be is so in the evidence, or not so.
func modalsAgree(claim string, sentences []string) bool {
	for _, m := range modal.FindAllStringSubmatch(claim, -1) {
		word, negated := strings.ToLower(m[1]), m[2]+m[3] != ""
		found, agrees := false, false
		for _, s := range sentences {
			for _, o := range modal.FindAllStringSubmatch(s, -1) {
				if strings.ToLower(o[1]) == word {
					found = true
					agrees = agrees || (o[2]+o[3] != "") == negated
				}
			}
		}
		if found && !agrees {
			return false
		}
	}
	return true
}

// finished reports whether the claim says of what was only planned or pending that it is so.
func finished(claim string, sentences []string) bool {
	if unfinished.MatchString(claim) {
		return true
	}
	want := thread.Stems(claim)
	best, top := "", 0.0
	for _, s := range sentences {
		if share := thread.Overlap(want, thread.Stems(s)); share > top {
			best, top = s, share
		}
	}
	return !pending.MatchString(best)
}

// pending matches what has not happened yet.
var pending = regexp.MustCompile(`(?i)\bpending\b|\bnot yet\b|\bausstehend\b|\ben attente\b|\bpendiente\b`)

// wordsAgree reports whether the evidence has the names of a claim and its deeds, and not their
// opposites.
func wordsAgree(claim string, cited []Item) bool {
	words := strings.Fields(claim)
	for i, raw := range words {
		w := strings.Trim(raw, `.,;:!?()"'“”„«»`)
		lower := strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(w, "'s"), "’s"))
		stem := thread.Words(lower)
		if len(stem) != 1 || stem[0].Stop || Holds(cited, stem[0].Stem) {
			continue
		}
		for _, o := range opposites[stem[0].Stem] {
			if Holds(cited, o) {
				return false
			}
		}
		if reporting[lower] {
			continue
		}
		first, _ := utf8.DecodeRuneInString(w)
		isName := unicode.IsUpper(first) && i > 0 && !strings.HasSuffix(words[i-1], ".") && thread.IsEnglish(claim)
		if isName || thread.IsDeed(lower) {
			return false
		}
	}
	return true
}

// newIdentifier reports whether a claim has a number or identifier that the evidence lacks.
func newIdentifier(claim string, cited []Item) bool {
	return slices.ContainsFunc(thread.Words(claim), func(w thread.Word) bool {
		return w.ID && !w.Stop && !Holds(cited, w.Stem)
	})
}

// withoutReporting returns a claim without the words that only report.
func withoutReporting(claim string) string {
	var out []string
	for _, w := range strings.Fields(claim) {
		bare := strings.ToLower(strings.TrimSuffix(strings.Trim(w, `.,;:!?()"'“”`), "'s"))
		if !reporting[bare] {
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}
