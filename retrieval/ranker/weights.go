package ranker

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
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

//go:embed weights.json
var wordsJSON []byte

// meaningJSON are the weights for an engine that compares meanings.
//
//go:embed weights-meaning.json
var meaningJSON []byte

// Weights order the candidates of a suggestion and say how probable each is. While few
// tickets are known, the plain sum M counts more, whose only weight is Young; later the trained
// sum over all features does.
type Weights struct {
	Form       int        `json:"form"`
	Features   []string   `json:"features"`
	Linear     []float64  `json:"linear"` // of each feature
	Young      float64    `json:"young"`  // of M
	Calibrator Calibrator `json:"calibrator"`
	Tickets    int        `json:"tickets"` // that they were fitted on
}

// Shipped returns the weights that come with the program, for words alone.
func Shipped() Weights { return shippedWords().clone() }

// ShippedMeaning returns the weights that come with the program for an engine that also
// compares meanings.
func ShippedMeaning() Weights { return shippedMeanings().clone() }

func (w Weights) clone() Weights {
	w.Features, w.Linear = slices.Clone(w.Features), slices.Clone(w.Linear)
	return w
}

var (
	shippedWords    = sync.OnceValue(func() Weights { return shippedOr(wordsJSON) })
	shippedMeanings = sync.OnceValue(func() Weights { return shippedOr(meaningJSON) })
)

func shippedOr(raw []byte) Weights {
	w, err := parseWeights(raw)
	if err != nil {
		// A build without usable weights ranks by M; a test fails then.
		return Weights{Form: weightsFormat, Young: 1, Calibrator: Calibrator{}}
	}
	return w
}

// Parse reads weights; "" is the shipped ones. Weights of another program version, with
// other features, are fault.Invalid.
func Parse(text string) (Weights, error) {
	if text == "" {
		return Shipped(), nil
	}
	return parseWeights([]byte(text))
}

func parseWeights(raw []byte) (Weights, error) {
	var w Weights
	if err := json.Unmarshal(raw, &w); err != nil {
		return w, fault.Wrap(fault.Invalid, err, "these are not the weights of a ranking: %v", err)
	}
	if w.Form != weightsFormat || !slices.Equal(w.Features, FeatureNames(w.Sensed())) || len(w.Linear) != len(w.Features) {
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

// Sensed reports whether these are weights for an engine that compares meanings.
func (w *Weights) Sensed() bool { return slices.Contains(w.Features, MeaningNames()[0]) }
