package ranker

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"math"
	"slices"
	"sync"

	"github.com/deskbook/deskbook/internal/fault"
)

// weightsFormat is the format of Weights; weights in another format are refused.
const weightsFormat = 2

// grownMemory is the number of remembered tickets with which the trained ranking and the plain
// one count the same. With half as many the plain one counts four times as much, with twice
// as many the trained one does.
const grownMemory = 80

// The weights for words alone, for an engine that compares meanings, for one that has passages
// read, and for both.
var (
	//go:embed weights.json
	wordsJSON []byte
	//go:embed weights-meaning.json
	meaningJSON []byte
	//go:embed weights-read.json
	readJSON []byte
	//go:embed weights-both.json
	bothJSON []byte
)

// Setting is what an engine has besides words.
type Setting struct {
	Sensed bool // it compares meanings
	Reads  bool // it has passages read
}

// Settings is how many settings there are.
const Settings = 4

// Place returns the number of a setting.
func (s Setting) Place() (n int) {
	if s.Sensed {
		n |= 1
	}
	if s.Reads {
		n |= 2
	}
	return n
}

// Weights order the candidates of a suggestion and say how probable each is. While few
// tickets are known, the plain sum M counts more, whose only weight is Young; later the trained
// sum over all features does.
type Weights struct {
	Form     int       `json:"form"`
	Features []string  `json:"features"`
	Linear   []float64 `json:"linear"` // of each feature
	Young    float64   `json:"young"`  // of M
	// Read are the weights of how well a candidate answers, of a short question and of a long text;
	// nil where nothing is read.
	Read       *[2]float64 `json:"read,omitempty"`
	Calibrator Calibrator  `json:"calibrator"`
	Tickets    int         `json:"tickets"` // that they were fitted on
}

// Shipped returns the weights that come with the program.
func Shipped(s Setting) Weights { return shipped()[s.Place()].clone() }

func (w Weights) clone() Weights {
	w.Features, w.Linear = slices.Clone(w.Features), slices.Clone(w.Linear)
	if w.Read != nil {
		read := *w.Read
		w.Read = &read
	}
	return w
}

var shipped = sync.OnceValue(func() (out [Settings]Weights) {
	for i, raw := range [Settings][]byte{wordsJSON, meaningJSON, readJSON, bothJSON} {
		out[i] = shippedOr(raw)
	}
	return out
})

func shippedOr(raw []byte) Weights {
	w, err := parseWeights(raw)
	if err != nil {
		// A build without usable weights ranks by M; a test fails then.
		return Weights{Form: weightsFormat, Young: 1, Calibrator: Calibrator{}}
	}
	return w
}

// Parse reads weights; "" is the shipped ones for words alone. Weights of another program version, with
// other features, are fault.Invalid.
func Parse(text string) (Weights, error) {
	if text == "" {
		return Shipped(Setting{}), nil
	}
	return parseWeights([]byte(text))
}

func parseWeights(raw []byte) (Weights, error) {
	var w Weights
	if err := json.Unmarshal(raw, &w); err != nil {
		return w, fault.Wrap(fault.Invalid, err, "these are not the weights of a ranking: %v", err)
	}
	names := FeatureNames(w.Setting().Sensed)
	if w.Form != weightsFormat || !slices.Equal(w.Features, names) || len(w.Linear) != len(names) {
		return w, fault.New(fault.Invalid, "these weights belong to another version of the ranking; train it again")
	}
	return w, nil
}

// JSON returns the weights as Parse reads them.
func (w Weights) JSON() string {
	raw, err := json.Marshal(w)
	if err != nil {
		return "" // numbers that are not finite are never weights
	}
	return string(raw)
}

// Hash identifies the weights: it is the first half of the SHA-256 of their JSON.
func (w Weights) Hash() string {
	sum := sha256.Sum256([]byte(w.JSON()))
	return hex.EncodeToString(sum[:16])
}

// Mix returns the score of a candidate before its cost, from its features and its M. It weights
// the plain and the trained ranking by how many tickets are known.
func (w *Weights) Mix(x []float64, m float64, known int) float64 {
	grown := grownShare(known)
	if len(w.Linear) != len(x) {
		grown = 0
	}
	z := (1 - grown) * w.Young * m
	if grown > 0 {
		z += grown * w.trained(x)
	}
	return z
}

// grownShare returns how much the trained ranking counts with so many remembered tickets.
func grownShare(known int) float64 {
	k := float64(known) * float64(known)
	return k / (k + grownMemory*grownMemory)
}

// trained returns the score by the trained weights.
func (w *Weights) trained(x []float64) float64 {
	var z float64
	for i, k := range w.Linear {
		z += k * x[i]
	}
	return z
}

// Setting returns what these weights are for.
func (w *Weights) Setting() Setting {
	return Setting{Sensed: slices.Contains(w.Features, MeaningNames()[0]), Reads: w.Read != nil}
}

// Reading returns the weight of how well a candidate answers, of a text that is short to the given
// degree.
func (w *Weights) Reading(short float64) float64 {
	if w.Read == nil {
		return 0
	}
	return short*w.Read[0] + (1-short)*w.Read[1]
}

// halfShort is the number of words with which a text counts as half a short question: who reads
// pairs was trained on such, and says less of the long text of a ticket.
const halfShort = 30

// Shortness returns to what degree a text of so many words is a short question.
func Shortness(words int) float64 {
	k := math.Pow(float64(words)/halfShort, 4)
	return 1 / (1 + k)
}
