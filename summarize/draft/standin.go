package draft

import (
	"cmp"
	"regexp"
	"strings"
	"unicode"

	"github.com/deskbook/deskbook/internal/wordlist"
	"github.com/deskbook/deskbook/retrieval/terms"
	"github.com/deskbook/deskbook/summarize/lexicon"
	"github.com/deskbook/deskbook/summarize/thread"
)

// standIn is what a draft says instead of a person's name or a device's. A language without words of its
// own gets a placeholder, which the content standard asks a reviewer to replace.
type standIn struct{ words, dative string }

// standIns holds the words by language and by what they stand for.
var standIns = func() map[terms.Language]map[string]standIn {
	all := map[terms.Language]map[string]standIn{}
	for _, entry := range lexicon.Entries("draft/stand-ins") {
		row := wordlist.Cells(entry)
		l := terms.Language(row[0])
		if all[l] == nil {
			all[l] = map[string]standIn{}
		}
		all[l][row[1]] = standIn{row[2], row[len(row)-1]}
	}
	return all
}()

var (
	dative     = lexicon.Pattern("draft/dative")
	honorific  = lexicon.Pattern("draft/honorific")
	deviceNoun = lexicon.Pattern("draft/device-noun")
)

// standInFor returns what stands for a person in a ticket's language.
func standInFor(l terms.Language, who, placeholder string) standIn {
	s := standIns[l][who]
	return standIn{cmp.Or(s.words, placeholder), cmp.Or(s.dative, placeholder)}
}

// languageOf returns the language that a draft from the thread is written in: English where
// the thread shows none.
func languageOf(th *thread.Thread) terms.Language {
	text := th.Ticket.Body()
	if th.Ticket.Resolution != nil {
		text += "\n" + th.Ticket.Resolution.Note
	}
	l, sure := terms.TicketLanguage(th.Ticket.Subject, text)
	switch {
	case sure:
		return l
	case strings.ContainsFunc(text, func(r rune) bool { return r >= 0x250 && unicode.IsLetter(r) }):
		return terms.Plain
	}
	return terms.English
}

// replaceNames replaces a person's names, with the titles before them.
func (p person) replaceNames(text string) string {
	for _, re := range p.patterns {
		text = replaceAfter(text, re, func(before string) (string, string) {
			before = honorific.ReplaceAllString(before, "")
			if dative.MatchString(before) {
				return before, p.as.dative
			}
			return before, p.as.words
		})
	}
	return text
}

// replaceTags replaces the names of devices: after a noun for a device they say no more.
func (s standIn) replaceTags(text string) string {
	return replaceAfter(text, assetTag, func(before string) (string, string) {
		switch {
		case deviceNoun.MatchString(before):
			return strings.TrimRight(before, " ("), ""
		case dative.MatchString(before):
			return before, s.dative
		}
		return before, s.words
	})
}

// replaceAfter replaces each match of a pattern by what with returns for the text before it:
// that text, and the replacement.
func replaceAfter(text string, pattern *regexp.Regexp, with func(before string) (string, string)) string {
	var out strings.Builder
	for {
		m := pattern.FindStringIndex(text)
		if m == nil {
			break
		}
		before, stand := with(text[:m[0]])
		out.WriteString(before)
		out.WriteString(stand)
		text = text[m[1]:]
	}
	out.WriteString(text)
	return out.String()
}
