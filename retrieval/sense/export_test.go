package sense

import "github.com/deskbook/deskbook/kb"

// Chunks returns the texts of an article that an encoder would be given.
func Chunks(a kb.Article, e Encoder) []string { return chunker{e.Limit(), e.Tokens}.article(a) }
