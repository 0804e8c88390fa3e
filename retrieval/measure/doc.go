// Package measure holds the measures of a ranking: nDCG, recall, reciprocal rank, their
// bootstrap intervals, and the calibration of probabilities. It imports nothing of
// Deskbook.
package measure
