package triage_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/deskbook/deskbook/desk"
	"github.com/deskbook/deskbook/retrieval/triage"
)

func TestWords(t *testing.T) {
	for text, want := range map[string][]string{
		"":                         nil,
		"It's DOWN, again!":        {"its", "down", "again"},
		"Ärger mit Öl":             {"arger", "mit", "ol"},
		"error 0x80070057 (C:\\x)": {"error", "0x80070057", "c", "x"},
		"打印机x坏":                    {"打", "印", "机", "x", "坏"},
		"비밀번호":                     {"비", "밀", "번", "호"},
		"مشكلة البريد":             {"مشكلة", "البريد"},
		"ﬁle １２３":                  {"file", "123"},
		"a\xffb":                   {"a", "b"},
		strings.Repeat("x", 1000):  {strings.Repeat("x", 40)},
	} {
		if d := cmp.Diff(want, triage.Words(text)); d != "" {
			t.Errorf("%.40q: %s", text, d)
		}
	}
}

func TestCostIsBounded(t *testing.T) {
	for name, body := range map[string]string{
		"words":    strings.Repeat("all different w0rds here ", 40_000),
		"one word": strings.Repeat("x", 1<<20),
		"quotes":   strings.Repeat("> quoted\n", 100_000),
		"accents":  "a" + strings.Repeat("\u0301", 1<<19),
		"chinese":  strings.Repeat("打印机", 1<<17),
		"cut rune": strings.Repeat("x", 24<<10-1) + "打" + strings.Repeat("y", 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			if n := triage.TermCount("subject", body); n > 1000 {
				t.Errorf("%d features", n)
			}
		})
	}
}

func TestQuotesDoNotCount(t *testing.T) {
	if a, b := triage.TermCount("s", "mine\n> yours and theirs\n  > more"), triage.TermCount("s", "mine\n"); a != b {
		t.Errorf("%d features with the quotes, %d without", a, b)
	}
}

func TestFloor(t *testing.T) {
	said := func(n int, p float64, wrong int) []triage.Said {
		out := make([]triage.Said, n)
		for i := range out {
			out[i] = triage.Said{P: p, Right: i >= wrong}
		}
		return out
	}
	join := func(lists ...[]triage.Said) (out []triage.Said) {
		for _, l := range lists {
			out = append(out, l...)
		}
		return out
	}
	tests := []struct {
		name string
		list []triage.Said
		want float64
	}{
		{"all right", said(100, .8, 0), .8},
		{"too few to be sure", said(19, .99, 0), 2},
		{"nine of ten on forty is chance", said(40, .9, 4), 2},
		{"nine of ten and a bit on a thousand is sure", said(1000, .9, 80), .9},
		{"the upper part", join(said(100, .9, 2), said(100, .5, 50)), .9},
		{"nothing seen between the target and the floor", said(100, .99, 0), .9},
		{"something seen between them", join(said(100, .99, 0), said(30, .95, 15)), .99},
		{"none", nil, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := triage.FloorFor(tt.list); got != tt.want {
				t.Errorf("floor %v, want %v", got, tt.want)
			}
		})
	}
}

func TestTemperature(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var scores [][]float64
	var truth []int
	for range 4000 { // scores three times as sure as what comes true
		z := r.NormFloat64()
		class := 0
		if r.Float64() < 1/(1+math.Exp(-z)) {
			class = 1
		}
		scores, truth = append(scores, []float64{0, 3 * z}), append(truth, class)
	}
	if got := triage.TemperatureFor(scores, truth); math.Abs(got-3) > .3 {
		t.Errorf("temperature %v, want 3", got)
	}
}

func TestHalfLife(t *testing.T) {
	day := 24 * time.Hour
	var list []triage.Example
	for i := range 3 {
		list = append(list, triage.Example{At: begin.Add(time.Duration(10*i) * day)})
	}
	got := triage.TimeWeights(list, 10*day)
	want := []float64{3 * .25 / 1.75, 3 * .5 / 1.75, 3 * 1 / 1.75}
	if d := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-9)); d != "" {
		t.Error(d)
	}
}

func FuzzOpinions(f *testing.F) {
	f.Add("Outlook hangs", "The mailbox is full.\n> yes")
	f.Add("", "\xff\xfe")
	f.Add("打印机", "e\u0301")
	m, err := triage.Train(f.Context(), samples(history(100, 1, begin)), choices())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, subject, body string) {
		for _, o := range m.Opinions(desk.TriageRequest{Subject: subject, Body: body, Choices: choices()}) {
			if math.IsNaN(o.Confidence) || o.Confidence < 0 || o.Confidence > 1 {
				t.Errorf("confidence %v", o.Confidence)
			}
			for _, w := range o.Words {
				if !utf8.ValidString(w) || utf8.RuneCountInString(w) > 81 || strings.ContainsAny(w, "<>&\"") {
					t.Errorf("word %q", w)
				}
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	m, err := triage.Train(f.Context(), samples(history(60, 1, begin)), choices())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(m.JSON())
	f.Add(`{"format":1,"fields":[{"field":"category","classifier":` +
		`{"classes":["a","b"],"constants":[0,0],"scales":[1,1],"temperature":1,"floor":0}}]}`)
	f.Fuzz(func(t *testing.T, weights string) {
		m, err := triage.Parse(weights)
		if err == nil {
			m.Opinions(desk.TriageRequest{Subject: "Outlook", Body: "mailbox", Choices: choices()})
		}
	})
}
