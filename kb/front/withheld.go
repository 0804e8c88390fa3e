package front

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/deskbook/deskbook/internal/wordlist"
	"github.com/deskbook/deskbook/kb/plain"
)

// Tools have many ways to keep a text back. Whatever tool wrote it, such a text does not
// become public by an import.

//go:embed withheld.txt
var withheldWords string

var withheldLists = wordlist.Parse(withheldWords)

var (
	trueWords  = withheldLists.Of("true")
	falseWords = withheldLists.Of("false")
)

// The keys of front matter with which a text is kept back, folded as by FoldKey.
var (
	heldIfTrue      = withheldLists.Of("kept back if true")
	heldIfFalse     = withheldLists.Of("kept back if false")
	stateKeys       = withheldLists.Of("key of a state")
	accessKeys      = withheldLists.Of("key of access")
	restrictingKeys = withheldLists.Of("key of a restriction")
	startKeys       = withheldLists.Of("key of a beginning")
	endKeys         = withheldLists.Of("key of an end")
	// nestedKeys hold further keys that count as if they stood at the top.
	nestedKeys = withheldLists.Of("key of further keys")
)

// heldStates are the states in which a text is kept back, in several languages.
var heldStates = withheldLists.Of("state that keeps back")

// openWords are what access keys say of a text that everyone may read.
var openWords = withheldLists.Of("access for everyone")

// archivedStates are the states of texts that are no longer in use.
var archivedStates = withheldLists.Of("state of an archived text")

// Holding is how a text is kept back.
type Holding struct {
	Why      string // "" if it is not
	Internal bool   // only for some readers
	Archived bool   // no longer in use
}

// Withheld returns how the front matter keeps the text back. now decides about texts that
// are to appear later or have expired; dated texts count among the former.
func (f Matter) Withheld(now time.Time, dated bool) Holding {
	for key, value := range f.sorted() {
		if isOwnKey(key) && key != KeyTags {
			continue
		}
		if h := heldBy(key, value, now); h.Why != "" {
			return h
		}
	}
	if date := f.all["date"]; dated && date != nil {
		if at, ok := dateOf(date.Value); ok && at.After(now) {
			return Holding{Why: "date: " + plain.Clip(date.Value, 40)}
		}
	}
	for _, tag := range f.Words(KeyTags) {
		if slices.Contains([]string{"draft", "wip", "unpublished"}, strings.ToLower(strings.TrimPrefix(tag, "#"))) {
			return Holding{Why: "tag: " + tag}
		}
	}
	return Holding{}
}

// sorted returns the keys and values in order of key, those of nested mappings that count
// included.
func (f Matter) sorted() func(yield func(string, *yaml.Node) bool) {
	flat := map[string]*yaml.Node{}
	for key, value := range f.all {
		flat[key] = value
		if value.Kind != yaml.MappingNode || !slices.Contains(nestedKeys, key) {
			continue
		}
		for i := 0; i+1 < len(value.Content); i += 2 {
			inner := FoldKey(value.Content[i].Value)
			if _, taken := f.all[inner]; !taken {
				flat[inner] = value.Content[i+1]
			}
		}
	}
	keys := make([]string, 0, len(flat))
	for key := range flat {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return func(yield func(string, *yaml.Node) bool) {
		for _, key := range keys {
			if !yield(key, flat[key]) {
				return
			}
		}
	}
}

// quotes are those that a word processor or an input method writes, which YAML does not know.
const quotes = "\"'“”„‟‘’‚«»‹›「」『』＂＇"

// heldBy returns how one key keeps a text back.
func heldBy(key string, n *yaml.Node, now time.Time) Holding {
	if n.Kind == yaml.SequenceNode && len(n.Content) > 0 && slices.Contains(restrictingKeys, key) {
		return Holding{Why: key, Internal: true}
	}
	if n.Kind == yaml.SequenceNode && len(n.Content) == 1 {
		n = n.Content[0] // a list of one word is that word
	}
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return Holding{}
	}
	value := strings.Trim(n.Value, quotes+" \t\n")
	word := strings.ToLower(strings.NewReplacer("_", " ", "-", " ").Replace(value))
	held := Holding{Why: key + ": " + plain.Clip(plain.OneLine(value), 40)}
	truth, known := truthOf(word)
	switch {
	case slices.Contains(heldIfTrue, key) && known && truth, slices.Contains(heldIfFalse, key) && known && !truth:
		held.Archived = strings.Contains(key, "archived")
		held.Internal = slices.Contains(
			[]string{"private", "is_private", "internal", "confidential", "secret", "restricted"}, key,
		)
		return held
	case slices.Contains(stateKeys, key) || slices.Contains(heldIfFalse,
		key) || key == "draft" || key == "type" && word == "draft":
		held.Archived = slices.Contains(archivedStates, word)
		if slices.Contains(heldStates, word) || key == "render" && word == "never" || key == "list" && word == "never" {
			return held
		}
		if at, ok := dateOf(value); ok && slices.Contains(heldIfFalse, key) && at.After(now) {
			return held
		}
	case key == "list" && word == "never", key == "render" && word == "never":
		return held
	case slices.Contains(accessKeys, key) && value != "" && !slices.Contains(openWords, word):
		held.Internal = true
		return held
	case slices.Contains(restrictingKeys, key) && value != "" && !(known && !truth):
		return Holding{Why: key, Internal: true} // the value may be a password
	case key == "robots" && (strings.Contains(word, "noindex") || word == "none" || known && !truth),
		key == "index" && known && !truth, key == "googlebot" && strings.Contains(word, "noindex"):
		return held
	case slices.Contains(startKeys, key):
		if at, ok := dateOf(value); ok && at.After(now) {
			return held
		}
	case slices.Contains(endKeys, key):
		if at, ok := dateOf(value); ok && at.Before(now) {
			held.Archived = true
			return held
		}
	}
	return Holding{}
}

// truthOf returns the truth value that a word stands for.
func truthOf(word string) (truth, known bool) {
	switch {
	case slices.Contains(trueWords, word):
		return true, true
	case slices.Contains(falseWords, word):
		return false, true
	}
	truth, err := strconv.ParseBool(word)
	return truth, err == nil
}

var dateForms = []string{
	time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 -07:00", "2006-01-02 15:04:05",
	"2006-01-02 15:04", "2006-01-02", "2006/01/02", "02.01.2006", "January 2, 2006", "2 January 2006", "01/02/2006",
}

// dateOf reads a date in one of the forms that front matter has it in.
func dateOf(s string) (time.Time, bool) {
	for _, form := range dateForms {
		if at, err := time.Parse(form, strings.TrimSpace(s)); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}
