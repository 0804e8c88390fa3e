package word

import (
	"hash/maphash"
	"sync/atomic"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
)

// StemEnglish returns the stem of an English word in small letters (Porter2).
func StemEnglish(w string) string {
	at := &stems[maphash.String(stemSeed, w)%uint64(len(stems))]
	if known := at.Load(); known != nil && known.word == w {
		return known.stem
	}
	env := snowballstem.NewEnv(w)
	english.Stem(env)
	at.Store(&stemmed{w, env.Current()})
	return env.Current()
}

// stems holds words that were stemmed recently: texts are made of few words, and finding a
// stem costs ten times as much as finding it here.
var (
	stems    [1 << 12]atomic.Pointer[stemmed]
	stemSeed = maphash.MakeSeed()
)

type stemmed struct{ word, stem string }
