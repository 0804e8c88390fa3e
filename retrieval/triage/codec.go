package triage

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/deskbook/deskbook/desk"
)

// format is the format of stored weights. Others are refused, and the next training run replaces them.
const format = 1

// Bounds of stored weights.
const (
	maxStoredClasses = 1000
	steps            = 127 // of a weight: it is stored in one signed byte
)

type storedClassifiers struct {
	Format int           `json:"format"`
	Fields []storedField `json:"fields"`
}

type storedField struct {
	Field      desk.Field       `json:"field"`
	Classifier storedClassifier `json:"classifier"`
}

// storedClassifier is a classifier as text. Weights are one byte each, in steps of the
// largest one of their class.
type storedClassifier struct {
	Classes     []string    `json:"classes"`
	Constants   []float64   `json:"constants"`
	Scales      []float64   `json:"scales"` // of each class: the size of one step
	Temperature float64     `json:"temperature"`
	Floor       float64     `json:"floor"`
	Silent      string      `json:"silent"`
	Report      FieldReport `json:"report"`
	Hashes      string      `json:"hashes"`  // 32 bits each, little endian, base64
	Rarity      string      `json:"rarity"`  // 32-bit floats likewise
	Weights     string      `json:"weights"` // 8 bits each
}

// JSON returns the classifiers as text, which contains no word of a ticket.
func (m *Classifiers) JSON() string {
	s := storedClassifiers{Format: format}
	for _, f := range desk.Fields() {
		if c, ok := m.fields[f]; ok {
			s.Fields = append(s.Fields, storedField{f, c.encode()})
		}
	}
	return mustJSON(s)
}

// mustJSON marshals plain structs of finite numbers, which cannot fail.
func mustJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("triage: marshal %T: %v", v, err))
	}
	return string(b)
}

// Encode returns the classifier as text.
func (c *Classifier) Encode() string { return mustJSON(c.encode()) }

func (c *Classifier) encode() storedClassifier {
	k := len(c.Classes)
	s := storedClassifier{
		Classes: c.Classes, Constants: c.constants, Scales: make([]float64, k),
		Temperature: c.temperature, Floor: c.Floor, Silent: c.withheld, Report: c.Report,
	}
	for i, w := range c.weights {
		s.Scales[i%k] = max(s.Scales[i%k], math.Abs(float64(w))/steps)
	}
	weights := make([]byte, len(c.weights))
	for i, w := range c.weights {
		if scale := s.Scales[i%k]; scale > 0 {
			weights[i] = byte(int8(math.Round(float64(w) / scale)))
		}
	}
	var hashes, rarity []byte
	for i, h := range c.vocabulary.Hashes {
		hashes = binary.LittleEndian.AppendUint32(hashes, h)
		rarity = binary.LittleEndian.AppendUint32(rarity, math.Float32bits(c.vocabulary.rarity[i]))
	}
	to := base64.StdEncoding.EncodeToString
	s.Hashes, s.Rarity, s.Weights = to(hashes), to(rarity), to(weights)
	return s
}

// Parse reads what JSON returned.
func Parse(weights string) (*Classifiers, error) {
	var s storedClassifiers
	if err := json.Unmarshal([]byte(weights), &s); err != nil {
		return nil, fmt.Errorf("weights of triage: %w", err)
	}
	if s.Format != format {
		return nil, fmt.Errorf("weights of triage: the format %d is unknown", s.Format)
	}
	m := &Classifiers{fields: make(map[desk.Field]*Classifier)}
	for _, line := range s.Fields {
		c, err := line.Classifier.decode()
		if err != nil {
			return nil, fmt.Errorf("weights of triage, %s: %w", line.Field, err)
		}
		m.fields[line.Field] = c
	}
	return m, nil
}

func (s storedClassifier) decode() (*Classifier, error) {
	from := base64.StdEncoding.DecodeString
	hashes, err1 := from(s.Hashes)
	rarity, err2 := from(s.Rarity)
	weights, err3 := from(s.Weights)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	k, n := len(s.Classes), len(hashes)/4
	switch {
	case k < 2 || k > maxStoredClasses || len(s.Constants) != k || len(s.Scales) != k:
		return nil, fmt.Errorf("%d values, %d constants, %d scales", k, len(s.Constants), len(s.Scales))
	case len(hashes) != 4*n || len(rarity) != 4*n || len(weights) != k*n:
		return nil, fmt.Errorf("%d features, but %d bytes of weights", n, len(weights))
	case !(s.Temperature > 0) || !(s.Floor >= 0):
		return nil, errors.New("the temperature or the floor is not a positive number")
	}
	c := &Classifier{
		Classes: s.Classes, constants: s.Constants, temperature: s.Temperature,
		Floor: s.Floor, withheld: s.Silent, Report: s.Report,
		vocabulary: Vocabulary{Hashes: make([]uint32, n), rarity: make([]float32, n)},
		weights:    make([]float32, k*n),
	}
	for i := range n {
		c.vocabulary.Hashes[i] = binary.LittleEndian.Uint32(hashes[4*i:])
		c.vocabulary.rarity[i] = math.Float32frombits(binary.LittleEndian.Uint32(rarity[4*i:]))
	}
	if !slices.IsSorted(c.vocabulary.Hashes) {
		return nil, errors.New("the features are not in order")
	}
	for i, w := range weights {
		c.weights[i] = float32(float64(int8(w)) * s.Scales[i%k])
	}
	return c, nil
}
