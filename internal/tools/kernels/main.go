// Command kernels writes the assembly of retrieval/meaning/nn for processors with AVX2 and FMA, and
// where it says so AVX-512 and VNNI:
//
//	go run -C internal/tools ./kernels -out ../../retrieval/meaning/nn/kernel_amd64.s \
//		-stubs ../../retrieval/meaning/nn/stub_amd64.go -pkg nn
package main

import . "github.com/mmcloughlin/avo/build"

const (
	tileRows = 6
	width    = 8 // floats in a register
)

func main() {
	ConstraintExpr("amd64,!purego")
	tile()
	tileIntegers()
	tileBytes()
	quantize()
	quantizeBytes()
	gelu()
	exponents()
	normalize()
	dot()
	Generate()
}
