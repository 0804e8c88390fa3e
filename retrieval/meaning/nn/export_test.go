package nn

import "testing"

// Kernels runs a test with the assembly, where the processor has it, and with plain Go.
func Kernels(t *testing.T, test func(t *testing.T)) {
	if assembly {
		t.Run("assembly", test)
	}
	t.Run("plain", func(t *testing.T) {
		before := assembly
		assembly = false
		defer func() { assembly = before }()
		test(t)
	})
}
