package workloads

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// MaxKeys is how many objects there may be. Each is set up, read at the end and kept by the checks, so that more of them
// would take all memory, if a file or a flag asked for them by mistake.
const MaxKeys = 1_000_000

// FreshKeys gives the first of as many numbers as a run can have keys, which no other run has. All are below 2^53, which every
// language can tell.
func FreshKeys() int64 { return (1 + rand.Int64N(1<<32)) * MaxKeys }

// Keys chooses which of several objects an operation touches.
type Keys struct {
	// N is the number of objects, 1 to [MaxKeys].
	N int
	// Hot is the share of operations, 0 to 1, that go to object 0 whatever the skew says.
	Hot float64
	// Skew is the exponent of a Zipf distribution over the objects, above 1; 0 means that all are as likely.
	Skew float64
}

// Validate says what is wrong with the choice, in the words of the options that set it.
func (k Keys) Validate() error {
	switch {
	case k.N < 1 || k.N > MaxKeys:
		return fmt.Errorf("keys must be 1 to %d, not %d", MaxKeys, k.N)
	case !IsShare(k.Hot):
		return fmt.Errorf("hot must be a share between 0 and 1, not %g", k.Hot)
	case k.Skew != 0 && !(k.Skew > 1) || math.IsInf(k.Skew, 0):
		return fmt.Errorf("skew must be 0, or above 1, not %g", k.Skew)
	}
	return nil
}

// IsShare reports whether x is a number between 0 and 1.
func IsShare(x float64) bool { return x >= 0 && x <= 1 }

// Picker draws keys. One client uses it, always with the same r.
func (k Keys) Picker() func(r *rand.Rand) int {
	var zipf *rand.Zipf
	return func(r *rand.Rand) int {
		if k.N == 1 || (k.Hot > 0 && r.Float64() < k.Hot) {
			return 0
		}
		if k.Skew == 0 {
			return r.IntN(k.N)
		}
		if zipf == nil {
			zipf = rand.NewZipf(r, k.Skew, 1, uint64(k.N-1))
		}
		return int(zipf.Uint64())
	}
}
