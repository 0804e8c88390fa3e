package ranker

import (
	"context"
	"math"
	"slices"

	"github.com/deskbook/deskbook/retrieval/memory"
	"github.com/deskbook/deskbook/retrieval/sense"
	"github.com/deskbook/deskbook/retrieval/terms"
)

// Candidate is an article that may resolve a ticket, as figures.
type Candidate struct {
	ID           string
	Doc          int       // its number
	X            []float64 // its features, in the order of FeatureNames
	M            float64   // the plain sum
	Cost         float64   // what is subtracted from its score
	Z            float64   // its score
	Share        float64   // of the total probability, by the scores
	Text         float64   // its text score as a share of the highest
	Ideal        float64   // its text score as a share of the highest possible
	Cover        float64   // share of the query's weight that the article contains
	SubjectCover float64   // the same over the words of the query's title
	TitleCover   float64   // share of the article's title that the query contains
	Votes        float64   // the memory's sum of cosines
	Cosine       float64   // of the most similar ticket that it resolved
	Place        int       // among the nearest in meaning
	Deviation    float64   // of its cosine in meaning from the mean, in standard deviations
	Read         float64   // how well it answers, by who reads it; see Weights.Read
	WasRead      bool
}

// Ranking is the candidates of one ticket, best first.
type Ranking struct {
	List     []Candidate
	Articles int       // that could be candidates
	Known    int       // tickets remembered
	Sensed   bool      // meanings are compared
	Near     []float64 // where they are: the deviations of the nearest articles, in order
	Reads    bool      // the first candidates are read
	Short    float64   // to what degree the ticket is a short question; see Shortness
}

// Query is a ticket as it is ranked.
type Query struct {
	Subject, Body string
	Terms         *terms.Query
	Recalled      memory.Recalled
	Meaning       *sense.Text // nil compares words alone
}

// Options says how to rank.
type Options struct {
	Keep    int
	Weights *Weights
	Plain   bool               // ordered by M
	Only    func(doc int) bool // nil is all articles
}

// Articles is one state of the articles, all of them visible, in which tickets are ranked as they
// are for suggestions.
type Articles interface {
	// Docs lists the numbers of the articles in order of id.
	Docs() []int
	Find(id string) (doc int, ok bool)
	// MergeTarget returns the article that one was merged into, itself where it was not merged.
	MergeTarget(id string) string
	// Meaning returns a text to compare meanings with, nil for words alone.
	Meaning(ctx context.Context, subject, body string) *sense.Text
	Rank(ctx context.Context, q Query, o Options) (Ranking, error)
}

// FeatureNames returns the names of a candidate's features, in their order: with MeaningNames
// where meanings are compared. They are stored with the weights, so that weights of another
// program version are noticed.
func FeatureNames(sensed bool) []string {
	names := []string{
		"text", "text squared", "text rank", "text rank log", "coverage", "coverage of subject", "coverage of title",
		"wording", "wording of best", "prototype", "prototype of best",
		"subject matter", "subject matter of best", "typical", "typical of best",
		"votes of 20", "votes of 50", "votes of 50 root", "votes of 200", "votes of late",
		"cosine", "cosines", "cosine mean", "cosine of best", "cosines of best", "cosines by links", "cluster",
		"text votes of 50", "text votes of 200", "ticket text", "ticket texts",
		"links", "linked", "recent", "recent root",
	}
	if sensed {
		names = append(names, MeaningNames()...)
	}
	return names
}

// MeaningNames are the names of the features that a candidate has in addition where meanings
// are compared. None of them is a cosine: what a cosine says depends on the encoder, and the
// weights must serve any.
func MeaningNames() []string {
	return []string{"meaning", "meaning rank", "meaning rank log", "meaning votes of 20", "meaning votes of 50"}
}

// Shares returns for each score its candidate's share of the total probability.
func Shares(scores []float64) []float64 {
	if len(scores) == 0 {
		return nil
	}
	top, sum := slices.Max(scores), 0.0
	out := make([]float64, len(scores))
	for i, z := range scores {
		out[i] = math.Exp(z - top)
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}
