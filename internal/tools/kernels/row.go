package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

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
