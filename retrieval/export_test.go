package retrieval

import (
	"context"
	"slices"
	"time"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/kb"
)

// Terms gives the stemmed terms of a text.
func Terms(text string) []string { return texts(terms(text)) }

// Words gives the unstemmed terms of a text.
func Words(text string) []string { return texts(words(text)) }

func texts(ts []token) []string {
	out := []string{}
	for _, t := range ts {
		out = append(out, t.term)
	}
	return out
}

// TermRanges gives the byte ranges of the stemmed terms.
func TermRanges(text string) [][2]int {
	var out [][2]int
	for _, t := range terms(text) {
		out = append(out, [2]int{t.start, t.end})
	}
	return out
}

// QueryWeights gives the weights of a ticket's terms.
func QueryWeights(subject, body string) map[string]float64 {
	out := map[string]float64{}
	for _, t := range ticketQuery(subject, body).terms {
		out[t.term] = t.weight
	}
	return out
}

// Unquoted gives what its author wrote.
func Unquoted(text string) string { return unquoted(text) }

// Signatures gives the error signatures of a text.
func Signatures(text string) []string {
	var out []string
	for _, s := range signaturesIn(text) {
		out = append(out, s.shown)
	}
	return out
}

// FieldText gives the text of an article that is indexed as the n-th scored field.
func FieldText(a kb.Article, n int) string { return readText(a).field(scoredFields[n].name) }

// FieldSetting gives the settings of the n-th scored field.
func FieldSetting(n int) (weight, k1, b float64) {
	f := scoredFields[n]
	return f.weight, f.k1, f.b
}

// Ranked is one entry of a ranking with its parts.
type Ranked struct {
	ID          string
	S           float64 // as a share of the highest
	Mem, M, P   float64
	Cover, Lead float64
}

// Rank gives the whole ranking of a ticket, the floor not applied.
func (e *Engine) Rank(ctx context.Context, r desk.SuggestRequest) ([]Ranked, error) {
	_, ranked, err := e.suggest(ctx, r, defaultSuggestions, maxDepth)
	var out []Ranked
	for _, c := range ranked.list {
		out = append(out, Ranked{c.meta.ID, c.text, c.vote.mem, c.m, c.p, c.cover, c.lead})
	}
	return out, err
}

// TextScores gives S of every article that holds a word of the ticket.
func (e *Engine) TextScores(ctx context.Context, subject, body string, vis kb.Visibility) (scores map[string]float64, err error) {
	v, done, err := e.look()
	if err != nil {
		return nil, err
	}
	defer done(&err)
	f, err := v.filterFor(vis, "", "", "")
	if err != nil {
		return nil, err
	}
	q := ticketQuery(subject, body, f.languages(subject+"\n"+body)...)
	t := e.scratch.take(v.docs, len(q.terms))
	defer e.scratch.give(t)
	if err := v.score(ctx, q, f, t); err != nil {
		return nil, err
	}
	scores = map[string]float64{}
	for _, d := range t.touched {
		scores[v.meta(int(d)).ID] = t.s[d]
	}
	return scores, nil
}

// Remembered is a memory on its own.
type Remembered struct{ m *memory }

// Remember makes an empty memory.
func Remember() Remembered { return Remembered{newMemory()} }

// Learn brings a ticket up to date.
func (r Remembered) Learn(t desk.Ticket) { r.m.learn(t) }

// LearnAll brings tickets up to date as a start does.
func (r Remembered) LearnAll(tickets []desk.Ticket) {
	for _, l := range prepareAll(tickets) {
		r.m.keep(l)
	}
}

// Near gives the ids of the nearest tickets.
func (r Remembered) Near(subject, body, exclude string, at time.Time) []string {
	near := r.m.near(asked{readTicket(subject, body), exclude, at}).solved
	out := make([]string, len(near))
	for i, n := range near {
		out[i] = n.id
	}
	return out
}

// NearAll gives the ids of the nearest tickets by a comparison with every one.
func (r Remembered) NearAll(subject, body string) []string {
	s, places := &nearness{}, []uint32{}
	s.weigh(r.m, readTicket(subject, body))
	for i := range r.m.past {
		places = append(places, uint32(i))
	}
	var out []string
	for _, n := range s.compare(r.m, places) {
		out = append(out, n.id)
	}
	return out
}

// Open gives the ids of the nearest tickets still worked on.
func (r Remembered) Open(subject, body, exclude string, at time.Time) []string {
	var out []string
	for _, n := range r.m.near(asked{readTicket(subject, body), exclude, at}).open {
		out = append(out, n.id)
	}
	return out
}

// Drop forgets a ticket.
func (r Remembered) Drop(id string) { r.m.drop(id) }

// Counted counts the tickets that are not muted.
func (r Remembered) Counted() int { return r.m.live }

// Votes gives mem(d) by article.
func (r Remembered) Votes(subject, body, exclude string, at time.Time) map[string]float64 {
	out := map[string]float64{}
	for id, v := range r.m.recall(subject, body, exclude, at).votes(itself) {
		out[id] = v.mem
	}
	return out
}

// Similar gives the cosines of similar tickets by id.
func (r Remembered) Similar(subject, body, exclude string, at time.Time) map[string]float64 {
	out := map[string]float64{}
	for _, s := range r.m.recall(subject, body, exclude, at).similar {
		out[s.id] = s.cosine
	}
	return out
}

// The settings that the brute-force test repeats.
const (
	Fields       = len(scoredFields)
	QueryPower   = queryPower
	QueryTerms   = maxQueryTerms
	MemoryWeight = memoryWeight
)

// TermsIn gives the terms of a text in a language.
func TermsIn(l, text string) []string { return texts(termsIn(language(l), text)) }

// LanguageOf gives the language that an article is read in.
func LanguageOf(a kb.Article) string { return string(languageOf(a)) }

// SlipsBetween gives the distance between two words.
func SlipsBetween(a, b string) uint8 { return slipsBetween(a, b) }

// Topics gives how many topics the visible articles are sorted into.
func Topics(e *Engine, vis kb.Visibility) (n int) {
	v, done, err := e.look()
	if err != nil {
		return -1
	}
	defer done(&err)
	f, err := v.filterFor(vis, "", "", "")
	if err != nil || f.topics == nil {
		return 0
	}
	return len(f.topics.size)
}

// Against gives the cosines of tickets that an article did not help.
func (r Remembered) Against(subject, body string, at time.Time) map[string]float64 {
	out := map[string]float64{}
	for id, v := range r.m.recall(subject, body, "", at).votes(itself) {
		if v.against > 0 {
			out[id] = v.against
		}
	}
	return out
}

// Links counts the tickets that an article resolved before the moment, and those of
// late, halved with every sixty days.
func (r Remembered) Links(article string, at time.Time) (links, recent float64) {
	s := r.m.tally.of([]string{article}, at)
	return s.links, s.recent
}

// FitChoices fits a conditional logit to tickets whose first candidate is the right one.
func FitChoices(rows [][][]float32, near []float64) []float64 {
	var all []choice
	for _, r := range rows {
		gains := make([]float64, len(r))
		gains[0] = 1
		all = append(all, choice{rows: r, gains: gains})
	}
	return fitLogit(all, len(rows[0][0]), near).linear()
}

// ReliabilityOf sorts probabilities into bins and gives the calibration error.
func ReliabilityOf(p []float64, right []bool) ([]ReliabilityBin, float64) {
	var all []said
	for i := range p {
		all = append(all, said{p[i], right[i]})
	}
	return reliability(all)
}

// SwitchFor says whether weights that give the tickets these figures replace others.
func SwitchFor(now, then []float64) (Difference, bool) { return switchFor(now, then) }

// TicketTerms gives the distinct words that the memory keeps of a ticket.
func TicketTerms(subject, body string) []string {
	var out []string
	for _, g := range readTicket(subject, body).words {
		out = append(out, g.word)
	}
	slices.Sort(out)
	return out
}

// itself is the heir function where every article is in the running.
func itself(id string) (string, bool) { return id, true }

// FitCalibrator fits a calibrator for the shipped ranker.
func FitCalibrator(ctx context.Context, set *Set) (Calibrator, FitReport, error) {
	return fitCalibrator(ctx, set, []RankerWeights{ShippedRanker()}, nil)
}
