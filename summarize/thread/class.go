package thread

import (
	"regexp"
	"sync/atomic"

	"github.com/deskbook/deskbook/summarize/lexicon"
)

// Class is a property of a sentence that its wording reveals. A sentence can have several.
type Class uint8

// The classes, with what a sentence of each does.
const (
	SmallTalk        Class = iota // makes conversation; no article repeats it
	Plea                          // asks for help in general, in a first message
	Anecdote                      // gives an opinion, complains or tells a story
	Wishful                       // states a wish or an intention, and so reports nothing
	NamesCause                    // names a cause
	RefersBack                    // refers to what was just said
	Conditional                   // holds only under a condition
	Chore                         // asks the requester for something that remedies nothing
	Thankful                      // thanks the desk
	Unhappy                       // shows that the problem remains, thanks or not
	AddressOnly                   // consists of a web address
	NamesArticle                  // contains the address of an article
	OpensInstruction              // begins as an instruction does
	MenuPath                      // contains a path through menus
	NamesProblem                  // says that something is wrong
	Wish                          // says what is wanted
	FutureStep                    // says what will or should be done
	classCount
)

var wordings = [classCount]*regexp.Regexp{
	SmallTalk:        lexicon.Pattern("thread/small-talk"),
	Plea:             lexicon.Pattern("thread/plea"),
	Anecdote:         lexicon.Pattern("thread/anecdote"),
	Wishful:          lexicon.Pattern("thread/wishful"),
	NamesCause:       lexicon.Pattern("thread/cause"),
	RefersBack:       lexicon.Pattern("thread/refers-back"),
	Conditional:      lexicon.Pattern("thread/conditional"),
	Chore:            lexicon.Pattern("thread/chore"),
	Thankful:         lexicon.Pattern("thread/thankful"),
	Unhappy:          lexicon.Pattern("thread/unhappy"),
	AddressOnly:      regexp.MustCompile(`^(?:\S{0,20}:?\s*)?(?:https?://\S+\s*)+$`),
	NamesArticle:     lexicon.Pattern("thread/article-address"),
	OpensInstruction: lexicon.Pattern("thread/opens-instruction"),
	MenuPath:         regexp.MustCompile(`[\p{L}\]"')] ?(?:>|→|») ?[\p{L}\["'(]`),
	NamesProblem:     lexicon.Pattern("thread/problem"),
	Wish:             lexicon.Pattern("thread/wish"),
	FutureStep:       lexicon.Pattern("thread/future-step"),
}

// Matches reports whether the text is of the class.
func (c Class) Matches(text string) bool { return wordings[c].MatchString(text) }

// FindAll returns up to n parts of the text that put it in the class, word for word.
func (c Class) FindAll(text string, n int) []string { return wordings[c].FindAllString(text, n) }

// classCache holds, one bit a class, which classes a phrase was checked for and which it is of.
type classCache struct{ checked, matched atomic.Uint32 }

// Is reports whether the phrase is of the class.
func (p Phrase) Is(c Class) bool {
	if p.cache == nil {
		return c.Matches(p.Text)
	}
	bit := uint32(1) << c
	if p.cache.checked.Load()&bit == 0 {
		if c.Matches(p.Text) {
			p.cache.matched.Or(bit)
		}
		p.cache.checked.Or(bit)
	}
	return p.cache.matched.Load()&bit != 0
}
