//go:build !purego

package nn

import "golang.org/x/sys/cpu"

// assembly reports whether the processor runs kernel_amd64.s. Tests alone change it.
var assembly = cpu.X86.HasAVX2 && cpu.X86.HasFMA

func tile(k int, x []float32, ldx int, panel, dst []float32, ldd int) {
	if !assembly {
		tilePlain(k, x, ldx, panel, dst, ldd)
		return
	}
	_, _, _ = x[(tileRows-1)*ldx+k-1], panel[k*tileCols-1], dst[(tileRows-1)*ldd+tileCols-1]
	tileAVX2(k, &x[0], ldx*4, &panel[0], &dst[0], ldd*4)
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
