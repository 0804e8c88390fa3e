// Package measure computes the measures of a ranking (nDCG, recall, reciprocal rank) with
// bootstrap intervals, and the calibration of probabilities. It imports nothing of
// Deskbook.
package measure
