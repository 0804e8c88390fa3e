// Package nn computes what a transformer's forward pass consists of: matrix products, layer
// norms, Gaussian error linear units, softmaxes and attention, on float32 rows.
//
// On processors with AVX2 and FMA the inner loops are assembly (kernel_amd64.s, written by
// internal/tools/kernels); elsewhere, and with the build tag purego, they are plain Go. Both
// pass the same tests. The package knows no model, no file and no other package of this module.
package nn
