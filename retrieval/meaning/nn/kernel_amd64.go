//go:build !purego

package nn

import "golang.org/x/sys/cpu"

// assembly reports whether the processor runs kernel_amd64.s. Tests alone change it.
var assembly = cpu.X86.HasAVX2 && cpu.X86.HasFMA

// fourfold reports whether the processor multiplies and adds four bytes in one instruction. Tests
// alone change it.
var fourfold = assembly && cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VNNI

func tile(k int, x []float32, ldx int, panel, dst []float32, ldd int) {
	if !assembly {
		tilePlain(k, x, ldx, panel, dst, ldd)
		return
	}
	_, _, _ = x[(tileRows-1)*ldx+k-1], panel[k*tileCols-1], dst[(tileRows-1)*ldd+tileCols-1]
	tileAVX2(k, &x[0], ldx*4, &panel[0], &dst[0], ldd*4)
}

// tileIntegers adds the scaled product of 6 rows of integers and a panel of 16 columns to dst. It
// needs the assembly.
func tileIntegers(k int, x []int16, ldx int, panel []int16, dst []float32, ldd int, rows, columns []float32) {
	_, _, _ = x[(tileRows-1)*ldx+k-1], panel[k*tileCols-1], dst[(tileRows-1)*ldd+tileCols-1]
	_, _ = rows[tileRows-1], columns[tileCols-1]
	tileIntegersAVX2(k/2, &x[0], ldx*2, &panel[0], &dst[0], ldd*4, &rows[0], &columns[0])
}

// quantize rounds x to integers of -levels to levels and returns the scale. It needs the
// assembly.
func quantize(x []float32, dst []int16, levels float32) float32 {
	_ = dst[len(x)-1]
	return quantizeAVX2(len(x), &x[0], &dst[0], levels)
}

// tileBytes is tileIntegers for bytes: a row's numbers are its scale times (byte - zero), and sums
// are those of the panel's columns. It needs fourfold.
func tileBytes(
	k int, x []uint8, ldx int, panel []int8, dst []float32, ldd int, rows []float32, zeros []int32, columns []float32,
	sums []int32,
) {
	_, _, _ = x[(tileRows-1)*ldx+k-1], panel[k*tileCols-1], dst[(tileRows-1)*ldd+tileCols-1]
	_, _, _, _ = rows[tileRows-1], zeros[tileRows-1], columns[tileCols-1], sums[tileCols-1]
	tileBytesVNNI(k/4, &x[0], ldx, &panel[0], &dst[0], ldd*4, &rows[0], &zeros[0], &columns[0], &sums[0])
}

// quantizeBytes rounds x to bytes and returns the scale and what zero becomes. It needs the
// assembly.
func quantizeBytes(x []float32, dst []uint8) (scale float32, zero int32) {
	_ = dst[len(x)-1]
	return quantizeBytesAVX2(len(x), &x[0], &dst[0])
}

func gelu(x []float32) {
	if !assembly {
		geluPlain(x)
		return
	}
	geluAVX2(len(x), &x[0])
}

func exponents(x []float32) float32 {
	if !assembly {
		return expPlain(x)
	}
	return expAVX2(len(x), &x[0])
}

func normalize(x, residual, gamma, beta []float32, epsilon float32) {
	if !assembly {
		normalizePlain(x, residual, gamma, beta, epsilon)
		return
	}
	n := len(x)
	_, _, _ = residual[n-1], gamma[n-1], beta[n-1]
	normalizeAVX2(n, &x[0], &residual[0], &gamma[0], &beta[0], float32(n), epsilon)
}

func dot(a, b []int8) int32 {
	if !assembly {
		return dotPlain(a, b)
	}
	_ = b[len(a)-1]
	return dotAVX2(len(a), &a[0], &b[0])
}
