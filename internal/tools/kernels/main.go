// Command kernels writes the assembly of retrieval/meaning/nn for processors with AVX2 and FMA, and
// where it says so AVX-512 and VNNI:
//
//	go run -C internal/tools ./kernels -out ../../retrieval/meaning/nn/kernel_amd64.s \
//		-stubs ../../retrieval/meaning/nn/stub_amd64.go -pkg nn
package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

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

// tile multiplies six rows with a panel of sixteen columns: twelve sums stay in registers.
func tile() {
	TEXT("tileAVX2", NOSPLIT, "func(k int, x *float32, ldx int, panel *float32, dst *float32, ldd int)")
	Pragma("noescape")
	Doc("tileAVX2 adds the product of 6 rows of x and a panel of 16 columns to dst; ldx and ldd are bytes a row.")
	k := Load(Param("k"), GP64())
	x := Load(Param("x"), GP64())
	ldx := Load(Param("ldx"), GP64())
	panel := Load(Param("panel"), GP64())
	x3 := GP64()
	LEAQ(Mem{Base: x, Index: ldx, Scale: 2}, x3)
	ADDQ(ldx, x3)
	rows := [tileRows]Mem{
		{Base: x},
		{Base: x, Index: ldx, Scale: 1},
		{Base: x, Index: ldx, Scale: 2},
		{Base: x3},
		{Base: x3, Index: ldx, Scale: 1},
		{Base: x3, Index: ldx, Scale: 2},
	}
	var sums [tileRows][2]VecVirtual
	for i := range sums {
		for j := range sums[i] {
			sums[i][j] = YMM()
			VXORPS(sums[i][j], sums[i][j], sums[i][j])
		}
	}
	left, right, value := YMM(), YMM(), YMM()
	step := func(n int) {
		VMOVUPS(Mem{Base: panel, Disp: n * 64}, left)
		VMOVUPS(Mem{Base: panel, Disp: n*64 + 32}, right)
		for i, m := range rows {
			VBROADCASTSS(m.Offset(n*4), value)
			VFMADD231PS(left, value, sums[i][0])
			VFMADD231PS(right, value, sums[i][1])
		}
	}
	const unrolled = 4
	SUBQ(U8(unrolled), k)
	JL(LabelRef("rest"))
	Label("four")
	for n := range unrolled {
		step(n)
	}
	ADDQ(U8(unrolled*4), x)
	ADDQ(U8(unrolled*4), x3)
	ADDQ(U32(unrolled*64), panel)
	SUBQ(U8(unrolled), k)
	JGE(LabelRef("four"))
	Label("rest")
	ADDQ(U8(unrolled), k)
	JZ(LabelRef("store"))
	Label("one")
	step(0)
	ADDQ(U8(4), x)
	ADDQ(U8(4), x3)
	ADDQ(U8(64), panel)
	DECQ(k)
	JNZ(LabelRef("one"))
	Label("store")
	dst := Load(Param("dst"), GP64())
	ldd := Load(Param("ldd"), GP64())
	for i := range sums {
		for j := range sums[i] {
			at := Mem{Base: dst, Disp: j * 32}
			VADDPS(at, sums[i][j], sums[i][j])
			VMOVUPS(sums[i][j], at)
		}
		if i < tileRows-1 {
			ADDQ(ldd, dst)
		}
	}
	VZEROUPPER()
	RET()
}

// tileIntegers is tile over integers of 16 bits, two of a row at a time; the sums are scaled by
// the row's and the column's scale and added to numbers.
func tileIntegers() {
	TEXT("tileIntegersAVX2", NOSPLIT,
		"func(pairs int, x *int16, ldx int, panel *int16, dst *float32, ldd int, rows, columns *float32)")
	Pragma("noescape")
	Doc("tileIntegersAVX2 adds the scaled product of 6 rows of x and a panel of 16 columns to dst;",
		"ldx and ldd are bytes a row.")
	n := Load(Param("pairs"), GP64())
	x := Load(Param("x"), GP64())
	ldx := Load(Param("ldx"), GP64())
	panel := Load(Param("panel"), GP64())
	x3 := GP64()
	LEAQ(Mem{Base: x, Index: ldx, Scale: 2}, x3)
	ADDQ(ldx, x3)
	rows := [tileRows]Mem{
		{Base: x},
		{Base: x, Index: ldx, Scale: 1},
		{Base: x, Index: ldx, Scale: 2},
		{Base: x3},
		{Base: x3, Index: ldx, Scale: 1},
		{Base: x3, Index: ldx, Scale: 2},
	}
	var sums [tileRows][2]VecVirtual
	for i := range sums {
		for j := range sums[i] {
			sums[i][j] = YMM()
			VPXOR(sums[i][j], sums[i][j], sums[i][j])
		}
	}
	left, right, value, product := YMM(), YMM(), YMM(), YMM()
	step := func(n int) {
		VMOVDQU(Mem{Base: panel, Disp: n * 64}, left)
		VMOVDQU(Mem{Base: panel, Disp: n*64 + 32}, right)
		for i, m := range rows {
			VPBROADCASTD(m.Offset(n*4), value)
			VPMADDWD(left, value, product)
			VPADDD(product, sums[i][0], sums[i][0])
			VPMADDWD(right, value, value)
			VPADDD(value, sums[i][1], sums[i][1])
		}
	}
	const unrolled = 4
	Label("four")
	for n := range unrolled {
		step(n)
	}
	ADDQ(U8(unrolled*4), x)
	ADDQ(U8(unrolled*4), x3)
	ADDQ(U32(unrolled*64), panel)
	SUBQ(U8(unrolled), n)
	JG(LabelRef("four"))
	dst := Load(Param("dst"), GP64())
	ldd := Load(Param("ldd"), GP64())
	byRow := Load(Param("rows"), GP64())
	byColumn := Load(Param("columns"), GP64())
	VMOVUPS(Mem{Base: byColumn}, left)
	VMOVUPS(Mem{Base: byColumn, Disp: 32}, right)
	for i := range sums {
		VBROADCASTSS(Mem{Base: byRow, Disp: 4 * i}, value)
		for j, scale := range []VecVirtual{left, right} {
			at := Mem{Base: dst, Disp: j * 32}
			VCVTDQ2PS(sums[i][j], sums[i][j])
			VMULPS(value, sums[i][j], sums[i][j])
			VFMADD213PS(at, scale, sums[i][j])
			VMOVUPS(sums[i][j], at)
		}
		if i < tileRows-1 {
			ADDQ(ldd, dst)
		}
	}
	VZEROUPPER()
	RET()
}

// tileBytes is tile over bytes, four of a row at a time, for processors that multiply and add them
// in one instruction. A row's numbers are its scale times (byte - zero): the sums begin with what
// the zero adds to them, which the sums of the columns say.
func tileBytes() {
	TEXT("tileBytesVNNI", NOSPLIT, "func(quads int, x *uint8, ldx int, panel *int8, dst *float32, ldd int, "+
		"rows *float32, zeros *int32, columns *float32, sums *int32)")
	Pragma("noescape")
	Doc("tileBytesVNNI adds the scaled product of 6 rows of x and a panel of 16 columns to dst;",
		"ldx and ldd are bytes a row.")
	n := Load(Param("quads"), GP64())
	x := Load(Param("x"), GP64())
	ldx := Load(Param("ldx"), GP64())
	panel := Load(Param("panel"), GP64())
	x3 := GP64()
	LEAQ(Mem{Base: x, Index: ldx, Scale: 2}, x3)
	ADDQ(ldx, x3)
	rows := [tileRows]Mem{
		{Base: x},
		{Base: x, Index: ldx, Scale: 1},
		{Base: x, Index: ldx, Scale: 2},
		{Base: x3},
		{Base: x3, Index: ldx, Scale: 1},
		{Base: x3, Index: ldx, Scale: 2},
	}
	zeros, columnSums := Load(Param("zeros"), GP64()), Load(Param("sums"), GP64())
	whole, none := ZMM(), ZMM()
	VMOVDQU32(Mem{Base: columnSums}, whole)
	VPXORD(none, none, none)
	VPSUBD(whole, none, whole)
	var sums [tileRows]VecVirtual
	for i := range sums {
		sums[i] = ZMM()
		VPBROADCASTD(Mem{Base: zeros, Disp: 4 * i}, sums[i])
		VPMULLD(whole, sums[i], sums[i])
	}
	const unrolled = 4
	var values [tileRows]VecVirtual
	for i := range values {
		values[i] = ZMM()
	}
	column := ZMM()
	Label("four")
	for k := range unrolled {
		VMOVDQU32(Mem{Base: panel, Disp: k * 64}, column)
		for i, m := range rows {
			VPBROADCASTD(m.Offset(k*4), values[i])
			multiplyBytes(column, values[i], sums[i])
		}
	}
	ADDQ(U8(unrolled*4), x)
	ADDQ(U8(unrolled*4), x3)
	ADDQ(U32(unrolled*64), panel)
	SUBQ(U8(unrolled), n)
	JG(LabelRef("four"))
	dst := Load(Param("dst"), GP64())
	ldd := Load(Param("ldd"), GP64())
	byRow := Load(Param("rows"), GP64())
	byColumn := Load(Param("columns"), GP64())
	VMOVUPS(Mem{Base: byColumn}, column)
	value := ZMM()
	for i := range sums {
		VBROADCASTSS(Mem{Base: byRow, Disp: 4 * i}, value)
		VCVTDQ2PS(sums[i], sums[i])
		VMULPS(value, sums[i], sums[i])
		VFMADD213PS(Mem{Base: dst}, column, sums[i])
		VMOVUPS(sums[i], Mem{Base: dst})
		if i < tileRows-1 {
			ADDQ(ldd, dst)
		}
	}
	VZEROUPPER()
	RET()
}

// multiplyBytes adds the products of signed and unsigned bytes, four side by side, to sum: VPDPBUSD,
// which avo does not have.
func multiplyBytes(signed, unsigned, sum VecVirtual) {
	Instruction(&ir.Instruction{
		Opcode: "VPDPBUSD", Operands: []Op{signed, unsigned, sum}, Inputs: []Op{signed, unsigned, sum}, Outputs: []Op{sum},
		ISA: []string{"AVX512VNNI"},
	})
}

// quantize rounds a row to integers of 16 bits, of which the largest is levels.
func quantize() {
	TEXT("quantizeAVX2", NOSPLIT, "func(n int, x *float32, dst *int16, levels float32) float32")
	Pragma("noescape")
	Doc("quantizeAVX2 rounds n numbers, a multiple of 16, to -levels..levels and returns the scale.")
	n := Load(Param("n"), GP64())
	x := Load(Param("x"), GP64())
	dst := Load(Param("dst"), GP64())
	levels := Load(Param("levels"), XMM())
	sign := whole("notSign", 0x7fffffff)
	most, v, w := YMM(), YMM(), YMM()
	at := GP64()
	VXORPS(most, most, most)
	XORQ(at, at)
	Label("most")
	VANDPS(Mem{Base: x, Index: at, Scale: 4}, sign, v)
	VMAXPS(v, most, most)
	ADDQ(U8(width), at)
	CMPQ(at, n)
	JL(LabelRef("most"))
	top := largest(most)
	least := XMM()
	VMOVSS(ConstData("tiny", bits(1e-30)), least)
	VMAXSS(least, top, top)
	scale := XMM()
	VDIVSS(levels, top, scale)
	Store(scale, ReturnIndex(0))
	VDIVSS(top, levels, top)
	factor := spread(top)
	XORQ(at, at)
	Label("round")
	VMULPS(Mem{Base: x, Index: at, Scale: 4}, factor, v)
	VMULPS(Mem{Base: x, Index: at, Scale: 4, Disp: 32}, factor, w)
	VCVTPS2DQ(v, v)
	VCVTPS2DQ(w, w)
	VPACKSSDW(w, v, v)
	VPERMQ(U8(0xd8), v, v)
	VMOVDQU(v, Mem{Base: dst, Index: at, Scale: 2})
	ADDQ(U8(2*width), at)
	CMPQ(at, n)
	JL(LabelRef("round"))
	VZEROUPPER()
	RET()
}

// quantizeBytes rounds a row to bytes: the smallest number, or zero, becomes 0 and the largest, or
// zero, 255.
func quantizeBytes() {
	TEXT("quantizeBytesAVX2", NOSPLIT, "func(n int, x *float32, dst *uint8) (scale float32, zero int32)")
	Pragma("noescape")
	Doc("quantizeBytesAVX2 rounds n numbers, a multiple of 16, to 0..255, and returns the scale and what zero becomes.")
	n := Load(Param("n"), GP64())
	x := Load(Param("x"), GP64())
	dst := Load(Param("dst"), GP64())
	sign := whole("minus", 0x80000000)
	most, least, v, w := YMM(), YMM(), YMM(), YMM()
	at := GP64()
	VXORPS(most, most, most)
	VXORPS(least, least, least)
	XORQ(at, at)
	Label("most")
	VMOVUPS(Mem{Base: x, Index: at, Scale: 4}, v)
	VMAXPS(v, most, most)
	VXORPS(sign, v, v)
	VMAXPS(v, least, least) // of the negated numbers
	ADDQ(U8(width), at)
	CMPQ(at, n)
	JL(LabelRef("most"))
	top, bottom := largest(most), largest(least)
	scale, tiny := XMM(), XMM()
	VADDSS(bottom, top, scale)
	VMOVSS(ConstData("smallest", bits(1e-30)), tiny)
	VMAXSS(tiny, scale, scale)
	levels := XMM()
	VMOVSS(ConstData("levels", bits(255)), levels)
	VDIVSS(scale, levels, tiny) // the factor
	VDIVSS(levels, scale, scale)
	Store(scale, ReturnIndex(0))
	factor := spread(tiny)
	VMULSS(tiny, bottom, bottom)
	zero := GP32()
	VCVTSS2SI(bottom, zero)
	Store(zero, ReturnIndex(1))
	VMOVD(zero, bottom)
	shift := YMM()
	VPBROADCASTD(bottom, shift)
	XORQ(at, at)
	Label("round")
	VMULPS(Mem{Base: x, Index: at, Scale: 4}, factor, v)
	VMULPS(Mem{Base: x, Index: at, Scale: 4, Disp: 32}, factor, w)
	VCVTPS2DQ(v, v)
	VCVTPS2DQ(w, w)
	VPADDD(shift, v, v)
	VPADDD(shift, w, w)
	VPACKSSDW(w, v, v)
	VPERMQ(U8(0xd8), v, v)
	high := XMM()
	VEXTRACTI128(U8(1), v, high)
	VPACKUSWB(high, v.AsX(), high)
	VMOVDQU(high, Mem{Base: dst, Index: at, Scale: 1})
	ADDQ(U8(2*width), at)
	CMPQ(at, n)
	JL(LabelRef("round"))
	VZEROUPPER()
	RET()
}

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

// gelu replaces x by x·Φ(x). The error function is the quotient of two polynomials in x² that
// Eigen uses, on [-4, 4].
func gelu() {
	numerator := []float32{
		-2.72614225801306e-10, 2.77068142495902e-08, -2.10102402082508e-06, -5.69250639462346e-05,
		-7.34990630326855e-04, -2.95459980854025e-03, -1.60960333262415e-02,
	}
	denominator := []float32{
		-1.45660718464996e-05, -2.13374055278905e-04, -1.68282697438203e-03, -7.37332916720468e-03,
		-1.42647390514189e-02,
	}
	num, den := make([]Mem, len(numerator)), make([]Mem, len(denominator))
	for i, v := range numerator {
		num[i] = times("erfNum"+string(rune('A'+i)), v)
	}
	for i, v := range denominator {
		den[i] = times("erfDen"+string(rune('A'+i)), v)
	}
	TEXT("geluAVX2", NOSPLIT, "func(n int, x *float32)")
	Pragma("noescape")
	Doc("geluAVX2 replaces n numbers, a multiple of 8, by their Gaussian error linear unit.")
	n := Load(Param("n"), GP64())
	x := Load(Param("x"), GP64())
	root := constant("rootHalf", float32(math.Sqrt(0.5)))
	low, high := constant("minusFour", -4), constant("four", 4)
	half := constant("half", 0.5)
	Label("gelu")
	v, z, zz, p, q := YMM(), YMM(), YMM(), YMM(), YMM()
	VMOVUPS(Mem{Base: x}, v)
	VMULPS(root, v, z)
	VMAXPS(low, z, z)
	VMINPS(high, z, z)
	VMULPS(z, z, zz)
	VMOVUPS(num[0], p)
	for _, m := range num[1:] {
		VFMADD213PS(m, zz, p)
	}
	VMOVUPS(den[0], q)
	for _, m := range den[1:] {
		VFMADD213PS(m, zz, q)
	}
	VMULPS(z, p, p)
	VDIVPS(q, p, p) // erf
	VMULPS(half, v, v)
	VFMADD213PS(v, v, p) // v·erf + v
	VMOVUPS(p, Mem{Base: x})
	ADDQ(U8(32), x)
	SUBQ(U8(width), n)
	JG(LabelRef("gelu"))
	VZEROUPPER()
	RET()
}

// exponents is the heart of the softmax: e^(x-most), where most is the largest x, and their sum.
// The exponential is that of Cephes: a power of two and a polynomial.
func exponents() {
	poly := []float32{1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1}
	p := make([]Mem, len(poly))
	for i, v := range poly {
		p[i] = times("exp"+string(rune('A'+i)), v)
	}
	one := times("one", 1)
	TEXT("expAVX2", NOSPLIT, "func(n int, x *float32) float32")
	Pragma("noescape")
	Doc("expAVX2 replaces n numbers, a multiple of 8, by e^(x-most), where most is the largest, and returns their sum.")
	n := Load(Param("n"), GP64())
	x := Load(Param("x"), GP64())
	most, at := YMM(), GP64()
	VMOVUPS(Mem{Base: x}, most)
	XORQ(at, at)
	Label("most")
	VMAXPS(Mem{Base: x, Index: at, Scale: 4}, most, most)
	ADDQ(U8(width), at)
	CMPQ(at, n)
	JL(LabelRef("most"))
	most = spread(largest(most))
	least := constant("least", -87)
	log2e := constant("log2e", math.Log2E)
	high := constant("ln2high", 0.693359375)
	low := constant("ln2low", -2.12194440e-4)
	bias := whole("bias", 127)
	sum := YMM()
	VXORPS(sum, sum, sum)
	Label("exp")
	v, k, y, sq := YMM(), YMM(), YMM(), YMM()
	VMOVUPS(Mem{Base: x}, v)
	VSUBPS(most, v, v)
	VMAXPS(least, v, v)
	VMULPS(log2e, v, k)
	VROUNDPS(U8(0), k, k)
	VFNMADD231PS(high, k, v)
	VFNMADD231PS(low, k, v)
	VMULPS(v, v, sq)
	VMOVUPS(p[0], y)
	for _, m := range p[1:] {
		VFMADD213PS(m, v, y)
	}
	VFMADD213PS(v, sq, y)
	VADDPS(one, y, y)
	VCVTPS2DQ(k, k)
	VPADDD(bias, k, k)
	VPSLLD(U8(23), k, k)
	VMULPS(k, y, y)
	VMOVUPS(y, Mem{Base: x})
	VADDPS(y, sum, sum)
	ADDQ(U8(32), x)
	SUBQ(U8(width), n)
	JG(LabelRef("exp"))
	Store(total(sum), ReturnIndex(0))
	VZEROUPPER()
	RET()
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

// normalize adds the residual and brings a row to mean 0 and variance 1.
func normalize() {
	TEXT("normalizeAVX2", NOSPLIT, "func(n int, x, residual, gamma, beta *float32, size, epsilon float32)")
	Pragma("noescape")
	Doc("normalizeAVX2 replaces a row of n numbers, a multiple of 8, by the layer norm of x + residual; size is n.")
	n := Load(Param("n"), GP64())
	x := Load(Param("x"), GP64())
	other := Load(Param("residual"), GP64())
	size, epsilon := Load(Param("size"), XMM()), Load(Param("epsilon"), XMM())
	at := GP64()
	sum, v := YMM(), YMM()
	next := func(label string) {
		ADDQ(U8(width), at)
		CMPQ(at, n)
		JL(LabelRef(label))
	}
	place := func(base Register) Mem { return Mem{Base: base, Index: at, Scale: 4} }
	XORQ(at, at)
	VXORPS(sum, sum, sum)
	Label("sum")
	VMOVUPS(place(x), v)
	VADDPS(place(other), v, v)
	VMOVUPS(v, place(x))
	VADDPS(v, sum, sum)
	next("sum")
	t := total(sum)
	VDIVSS(size, t, t)
	mean := spread(t)
	XORQ(at, at)
	VXORPS(sum, sum, sum)
	Label("variance")
	VMOVUPS(place(x), v)
	VSUBPS(mean, v, v)
	VMOVUPS(v, place(x))
	VFMADD231PS(v, v, sum)
	next("variance")
	t = total(sum)
	VDIVSS(size, t, t)
	VADDSS(epsilon, t, t)
	VSQRTSS(t, t, t)
	one := XMM()
	VMOVSS(ConstData("oneOnly", bits(1)), one)
	VDIVSS(t, one, t)
	scale := spread(t)
	gamma := Load(Param("gamma"), GP64())
	beta := Load(Param("beta"), GP64())
	XORQ(at, at)
	Label("scale")
	VMULPS(place(x), scale, v)
	w := YMM()
	VMOVUPS(place(gamma), w)
	VFMADD213PS(place(beta), w, v)
	VMOVUPS(v, place(x))
	next("scale")
	VZEROUPPER()
	RET()
}

// dot is the inner product of small integers.
func dot() {
	TEXT("dotAVX2", NOSPLIT, "func(n int, a, b *int8) int32")
	Pragma("noescape")
	Doc("dotAVX2 returns the inner product of n numbers, a multiple of 16.")
	n := Load(Param("n"), GP64())
	a := Load(Param("a"), GP64())
	b := Load(Param("b"), GP64())
	sum, v, w := YMM(), YMM(), YMM()
	VPXOR(sum, sum, sum)
	Label("dot")
	VPMOVSXBW(Mem{Base: a}, v)
	VPMOVSXBW(Mem{Base: b}, w)
	VPMADDWD(w, v, v)
	VPADDD(v, sum, sum)
	ADDQ(U8(16), a)
	ADDQ(U8(16), b)
	SUBQ(U8(16), n)
	JG(LabelRef("dot"))
	x, y := XMM(), XMM()
	VEXTRACTI128(U8(1), sum, x)
	VPADDD(sum.AsX(), x, x)
	VPSHUFD(U8(0x4e), x, y)
	VPADDD(y, x, x)
	VPSHUFD(U8(0xb1), x, y)
	VPADDD(y, x, x)
	r := GP32()
	VMOVD(x, r)
	Store(r, ReturnIndex(0))
	VZEROUPPER()
	RET()
}
