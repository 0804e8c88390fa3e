package thread

import (
	"regexp"

	"github.com/deskbook/deskbook/summarize/lexicon"
)

// Class is something that a sentence can be recognised as by its wording.
type Class uint8

// The classes.
const (
	SmallTalk        Class = iota // is a statement of a conversation that no article repeats
	Plea                          // is a sentence of a first message that only talks to the reader
	Anecdote                      // is an opinion, a sigh or a story
	Wishful                       // is a wish or an intention, which reports nothing
	NamesCause                    // says why
	RefersBack                    // speaks of what was just said
	Conditional                   // holds only under a condition
	Chore                         // is what the desk asks for without it being a remedy
	Thankful                      // thanks
	Unhappy                       // says that the thanks are for nothing
	AddressOnly                   // points elsewhere and says nothing itself
	NamesArticle                  // holds the address of an article
	OpensInstruction              // begins as an instruction does
	MenuPath                      // names a path through menus
	NamesProblem                  // says that something is wrong
	Wish                          // says what is wanted
	FutureStep                    // says what will be or is to be done
	classCount
)

var wordings = [classCount]*regexp.Regexp{
	SmallTalk:        lexicon.Pattern("thread/small-talk"),
	Plea:             lexicon.Pattern("thread/plea"),
	Anecdote:         lexicon.Pattern("thread/anecdote"),
	Wishful:          lexicon.Pattern("thread/wishful"),
	NamesCause:       lexicon.Pattern("thread/cause-words"),
	RefersBack:       lexicon.Pattern("thread/refers-back"),
	Conditional:      lexicon.Pattern("thread/conditional"),
	Chore:            lexicon.Pattern("thread/chore"),
	Thankful:         lexicon.Pattern("thread/thankful"),
	Unhappy:          lexicon.Pattern("thread/unhappy"),
	AddressOnly:      regexp.MustCompile(`^(?:\S{0,20}:?\s*)?(?:https?://\S+\s*)+$`),
	NamesArticle:     regexp.MustCompile(`(?i)(?:https?://\S*|(?:^|\s))/(?:kb|articles?|help|support|docs?|knowledge)/[\w./-]+`),
	OpensInstruction: lexicon.Pattern("thread/opens-instruction"),
	MenuPath:         regexp.MustCompile(`[\p{L}\]"')] ?(?:>|→|») ?[\p{L}\["'(]`),
	NamesProblem:     lexicon.Pattern("thread/problem"),
	Wish:             lexicon.Pattern("thread/wish"),
	FutureStep:       lexicon.Pattern("thread/future-step"),
}

// Matches reports whether a text is of the class.
func (c Class) Matches(text string) bool { return wordings[c].MatchString(text) }

// FindAll returns what makes a text one of the class, word for word, at most n times.
func (c Class) FindAll(text string, n int) []string { return wordings[c].FindAllString(text, n) }

// classes remembers which classes a phrase was asked for, and which it is of.
type classes struct{ asked, held uint32 }

// Is reports whether the phrase is of the class.
func (p Phrase) Is(c Class) bool {
	if p.known == nil {
		return c.Matches(p.Text)
	}
	bit := uint32(1) << c
	if p.known.asked&bit == 0 {
		p.known.asked |= bit
		if c.Matches(p.Text) {
			p.known.held |= bit
		}
	}
	return p.known.held&bit != 0
}
