package triage

import (
	"context"
	"math"
)

const (
	historySize       = 5    // steps from which the curvature is estimated
	maxSteps          = 30   // more of them change the weights, but hardly any proposal
	gradientTolerance = 1e-3 // the slope, relative to the first one, at which it ends
)

// pastStep is one move and how it changed the slope.
type pastStep struct {
	move, slope []float64
	rho         float64
}

// minimise finds the parameters with the smallest loss, starting from zero, by L-BFGS
// (Nocedal, 1980) with step halving. It is deterministic.
func minimise(ctx context.Context, size int, loss func(x, grad []float64) float64) ([]float64, error) {
	x, grad := make([]float64, size), make([]float64, size)
	nextX, nextGrad := make([]float64, size), make([]float64, size)
	dir := make([]float64, size)
	value := loss(x, grad)
	first := length(grad)
	var past []pastStep
	for range maxSteps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if length(grad) <= gradientTolerance*first {
			break
		}
		direction(dir, grad, past)
		slope := dot(dir, grad)
		reach := 1.0
		if len(past) == 0 {
			reach = 1 / max(1, length(grad))
		}
		var next float64
		for attempt := 0; ; attempt++ {
			for i := range x {
				nextX[i] = x[i] + reach*dir[i]
			}
			next = loss(nextX, nextGrad)
			if next <= value+1e-4*reach*slope {
				break
			}
			if attempt == 20 {
				return x, nil // no step makes it smaller
			}
			reach /= 2
		}
		past = remember(past, x, nextX, grad, nextGrad)
		x, nextX, grad, nextGrad, value = nextX, x, nextGrad, grad, next
	}
	return x, nil
}

// remember adds the step from x to next, in the space of the oldest one when there are
// enough.
func remember(past []pastStep, x, next, grad, nextGrad []float64) []pastStep {
	var s pastStep
	if len(past) == historySize {
		s = past[0]
		past = append(past[:0], past[1:]...)
	} else {
		s = pastStep{move: make([]float64, len(x)), slope: make([]float64, len(x))}
	}
	for i := range x {
		s.move[i], s.slope[i] = next[i]-x[i], nextGrad[i]-grad[i]
	}
	curve := dot(s.move, s.slope)
	if curve <= 1e-12 {
		return past[:0]
	}
	s.rho = 1 / curve
	return append(past, s)
}

// direction writes the direction of descent into dir: the slope, corrected by the estimated
// curvature.
func direction(dir, grad []float64, past []pastStep) {
	for i, g := range grad {
		dir[i] = -g
	}
	alpha := make([]float64, len(past))
	for j := len(past) - 1; j >= 0; j-- {
		s := past[j]
		alpha[j] = s.rho * dot(s.move, dir)
		add(dir, -alpha[j], s.slope)
	}
	if n := len(past); n > 0 {
		s := past[n-1]
		scale := 1 / (s.rho * dot(s.slope, s.slope))
		for i := range dir {
			dir[i] *= scale
		}
	}
	for j, s := range past {
		add(dir, alpha[j]-s.rho*dot(s.slope, dir), s.move)
	}
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

func add(to []float64, factor float64, what []float64) {
	for i := range to {
		to[i] += factor * what[i]
	}
}

func length(a []float64) float64 { return math.Sqrt(dot(a, a)) }
