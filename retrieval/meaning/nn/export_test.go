package nn

import "testing"

// Kernels runs a test with the assembly, as far as the processor has it, and with plain Go.
func Kernels(t *testing.T, test func(t *testing.T)) {
	all, bytes := assembly, fourfold
	defer func() { assembly, fourfold = all, bytes }()
	if bytes {
		t.Run("bytes", test)
	}
	fourfold = false
	if all {
		t.Run("assembly", test)
	}
	assembly = false
	t.Run("plain", test)
}
