package retrieval

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sync"

	"github.com/deskbook/deskbook/internal/fault"
)

// weightsFormat is the format of RankerWeights; weights in another format are refused.
const weightsFormat = 2

// grownMemory is the number of remembered tickets with which the trained ranking and the plain
// one count the same. With half as many the plain one counts four times as much, with twice
// as many the trained one does.
const grownMemory = 80

//go:embed weights.json
var shippedWeights []byte

// shippedMeaning are the weights for an engine that compares meanings.
//
//go:embed weights-meaning.json
var shippedMeaning []byte

// RankerWeights order the candidates of a suggestion and say how probable each is. While few
// tickets are known, the plain sum M counts more, whose only weight is Young; later the trained
// sum over all features does.
type RankerWeights struct {
	Form       int        `json:"form"`
	Features   []string   `json:"features"`
	Linear     []float64  `json:"linear"` // of each feature
	Young      float64    `json:"young"`  // of M
	Calibrator Calibrator `json:"calibrator"`
	Tickets    int        `json:"tickets"` // that they were fitted on
}

// ShippedRanker returns the weights that come with the program, for words alone.
func ShippedRanker() RankerWeights { return shippedRanker().clone() }

// ShippedMeaningRanker returns the weights that come with the program for an engine that also
// compares meanings.
func ShippedMeaningRanker() RankerWeights { return shippedMeaningRanker().clone() }

func (w RankerWeights) clone() RankerWeights {
	w.Features, w.Linear = slices.Clone(w.Features), slices.Clone(w.Linear)
	return w
}

var (
	shippedRanker        = sync.OnceValue(func() RankerWeights { return shippedOr(shippedWeights) })
	shippedMeaningRanker = sync.OnceValue(func() RankerWeights { return shippedOr(shippedMeaning) })
)

func shippedOr(raw []byte) RankerWeights {
	w, err := parseWeights(raw)
	if err != nil {
		// A build without usable weights ranks by M; a test fails then.
		return RankerWeights{Form: weightsFormat, Young: 1, Calibrator: Calibrator{}}
	}
	return w
}

// ParseRanker reads weights; "" is the shipped ones. Weights of another program version, with
// other features, are fault.Invalid.
func ParseRanker(text string) (RankerWeights, error) {
	if text == "" {
		return ShippedRanker(), nil
	}
	return parseWeights([]byte(text))
}

func parseWeights(raw []byte) (RankerWeights, error) {
	var w RankerWeights
	if err := json.Unmarshal(raw, &w); err != nil {
		return w, fault.Wrap(fault.Invalid, err, "these are not the weights of a ranking: %v", err)
	}
	if w.Form != weightsFormat || !slices.Equal(w.Features, featureNames(w.sensed())) || len(w.Linear) != len(w.Features) {
		return w, fault.New(fault.Invalid, "these weights belong to another version of the ranking; train it again")
	}
	return w, nil
}

// JSON returns the weights as ParseRanker reads them.
func (w RankerWeights) JSON() string {
	raw, err := json.Marshal(w)
	if err != nil {
		return "" // numbers that are not finite are never weights
	}
	return string(raw)
}

// Hash identifies the weights: it is the first half of the SHA-256 of their JSON.
func (w RankerWeights) Hash() string {
	sum := sha256.Sum256([]byte(w.JSON()))
	return hex.EncodeToString(sum[:16])
}

// rate returns the score of a candidate.
func (w *RankerWeights) rate(c *candidate, known int) float64 {
	return w.mix(c.x, c.m, known) - c.cost()
}

// mix weights the plain and the trained ranking by how many tickets are known.
func (w *RankerWeights) mix(x []float64, m float64, known int) float64 {
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
func (w *RankerWeights) trained(x []float64) float64 {
	var z float64
	for i, k := range w.Linear {
		z += k * x[i]
	}
	return z
}

// sensed reports whether these are weights for an engine that compares meanings.
func (w *RankerWeights) sensed() bool { return slices.Contains(w.Features, meaningNames()[0]) }
