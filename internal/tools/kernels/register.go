package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// constant returns a register that holds the number eight times.
func constant(name string, v float32) VecVirtual {
	r := YMM()
	VBROADCASTSS(ConstData(name, bits(v)), r)
	return r
}

// bits returns a number as its bits: avo writes a whole F32 as an integer.
func bits(v float32) U32 { return U32(math.Float32bits(v)) }

// whole returns a register that holds the integer eight times.
func whole(name string, v uint32) VecVirtual {
	r := YMM()
	VBROADCASTSS(ConstData(name, U32(v)), r)
	return r
}

// times returns a memory operand that holds the number eight times, for constants that would
// need too many registers.
func times(name string, v float32) Mem {
	m := GLOBL(name, RODATA|NOPTR)
	for i := range width {
		DATA(i*4, bits(v))
	}
	return m
}

// total returns the sum of the eight numbers in a register.
func total(r VecVirtual) VecVirtual {
	a, b := XMM(), XMM()
	VEXTRACTF128(U8(1), r, a)
	VADDPS(r.AsX(), a, a)
	VMOVHLPS(a, a, b)
	VADDPS(b, a, a)
	VMOVSHDUP(a, b)
	VADDSS(b, a, a)
	return a
}

// largest returns the largest of the eight numbers in a register.
func largest(r VecVirtual) VecVirtual {
	a, b := XMM(), XMM()
	VEXTRACTF128(U8(1), r, a)
	VMAXPS(r.AsX(), a, a)
	VMOVHLPS(a, a, b)
	VMAXPS(b, a, a)
	VMOVSHDUP(a, b)
	VMAXSS(b, a, a)
	return a
}

// spread returns a register with the first number of r in all places.
func spread(r VecVirtual) VecVirtual {
	all := YMM()
	VBROADCASTSS(r, all)
	return all
}
