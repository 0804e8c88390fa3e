//go:build !amd64 || purego

package nn

// assembly and fourfold are false where the package has no assembly. Tests alone change them.
var assembly, fourfold = false, false

func tile(k int, x []float32, ldx int, panel, dst []float32, ldd int) {
	tilePlain(k, x, ldx, panel, dst, ldd)
}

// Integers are not faster here: see Layer.
func tileIntegers(int, []int16, int, []int16, []float32, int, []float32, []float32) {}

func quantize([]float32, []int16, float32) float32 { return 0 }

func tileBytes(int, []uint8, int, []int8, []float32, int, []float32, []int32, []float32, []int32) {}

func quantizeBytes([]float32, []uint8) (float32, int32) { return 0, 0 }

func gelu(x []float32) { geluPlain(x) }

func exponents(x []float32) float32 { return expPlain(x) }

func normalize(x, residual, gamma, beta []float32, epsilon float32) {
	normalizePlain(x, residual, gamma, beta, epsilon)
}

func dot(a, b []int8) int32 { return dotPlain(a, b) }
