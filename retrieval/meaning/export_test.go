package meaning

// Pieces returns the pieces of a text that count.
func (e *Encoder) Pieces(text string) []int32 { return e.tokenizer.Tokens(text, e.Limit()) }
