package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// tile multiplies six rows with a panel of sixteen columns: twelve sums stay in registers.
func tile() {
	TEXT("tileAVX2", NOSPLIT, "func(k int, x *float32, ldx int, panel *float32, dst *float32, ldd int)")
	Pragma("noescape")
	Doc("tileAVX2 adds the product of 6 rows of x and a panel of 16 columns to dst; ldx and ldd are bytes a row.")
	k := Load(Param("k"), GP64())
	x := Load(Param("x"), GP64())
	ldx := Load(Param("ldx"), GP64())
	panel := Load(Param("panel"), GP64())
	rows, x3 := rowsAt(x, ldx)
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
	SUBQ(U8(unrolled), k)
	JL(LabelRef("rest"))
	Label("four")
	for n := range unrolled {
		step(n)
	}
	advance(x, x3, panel)
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
	rows, x3 := rowsAt(x, ldx)
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
	Label("four")
	for n := range unrolled {
		step(n)
	}
	advance(x, x3, panel)
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
	rows, x3 := rowsAt(x, ldx)
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
	advance(x, x3, panel)
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

// rowsAt returns the places of the rows of a tile, which are ldx bytes apart, and the register that
// holds the place of the fourth.
func rowsAt(x, ldx Register) (rows [tileRows]Mem, x3 GPVirtual) {
	x3 = GP64()
	LEAQ(Mem{Base: x, Index: ldx, Scale: 2}, x3)
	ADDQ(ldx, x3)
	for i, base := range []Register{x, x3} {
		rows[3*i] = Mem{Base: base}
		rows[3*i+1] = Mem{Base: base, Index: ldx, Scale: 1}
		rows[3*i+2] = Mem{Base: base, Index: ldx, Scale: 2}
	}
	return rows, x3
}

// unrolled is how many steps, of 4 bytes a row and 64 bytes of the panel, a loop takes at once.
const unrolled = 4

func advance(x, x3, panel Register) {
	ADDQ(U8(unrolled*4), x)
	ADDQ(U8(unrolled*4), x3)
	ADDQ(U32(unrolled*64), panel)
}

// multiplyBytes adds the products of signed and unsigned bytes, four side by side, to sum: VPDPBUSD,
// which avo does not have.
func multiplyBytes(signed, unsigned, sum VecVirtual) {
	Instruction(&ir.Instruction{
		Opcode: "VPDPBUSD", Operands: []Op{signed, unsigned, sum}, Inputs: []Op{signed, unsigned, sum}, Outputs: []Op{sum},
		ISA: []string{"AVX512VNNI"},
	})
}
