package triage

import "math"

// problem is a multinomial logistic regression with a penalty on the squares of the weights
// (L2). The constants of the classes are not penalised.
type problem struct {
	rows    [][]Feature
	classes []int     // of each row
	weights []float64 // of each row
	k       int       // classes
	n       int       // features
	penalty float64
}

// size is the number of parameters: n times k weights, then k constants.
func (p *problem) size() int { return (p.n + 1) * p.k }

// loss returns what is minimised, and writes its gradient into grad.
func (p *problem) loss(x, grad []float64) float64 {
	constants := x[p.n*p.k:]
	slopes := grad[p.n*p.k:]
	clear(grad)
	total := 0.0
	z := make([]float64, p.k)
	for i, row := range p.rows {
		copy(z, constants)
		for _, e := range row {
			w := x[int(e.Index)*p.k : int(e.Index)*p.k+p.k]
			v := float64(e.Value)
			for c := range w {
				z[c] += v * w[c]
			}
		}
		own := z[p.classes[i]]
		norm := Softmax(z)
		total += p.weights[i] * (norm - own)
		z[p.classes[i]]--
		for c := range z {
			z[c] *= p.weights[i]
			slopes[c] += z[c]
		}
		for _, e := range row {
			g := grad[int(e.Index)*p.k : int(e.Index)*p.k+p.k]
			v := float64(e.Value)
			for c := range g {
				g[c] += v * z[c]
			}
		}
	}
	for i, w := range x[:p.n*p.k] {
		total += p.penalty / 2 * w * w
		grad[i] += p.penalty * w
	}
	return total
}

// Softmax turns scores into probabilities, in place, and returns the logarithm of the sum of
// their exponentials.
func Softmax(z []float64) float64 {
	top := math.Inf(-1)
	for _, v := range z {
		top = max(top, v)
	}
	sum := 0.0
	for i, v := range z {
		z[i] = math.Exp(v - top)
		sum += z[i]
	}
	for i := range z {
		z[i] /= sum
	}
	return top + math.Log(sum)
}
