package invariant

import (
	"fmt"
	"math"

	"github.com/lostupdate/stress/history"
)

const never = history.Never

// magnitude is a number without its sign.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// distance is how far two numbers are apart, or the largest number there is if that is less.
func distance(a, b int64) int64 {
	return int64(min(uint64(max(a, b))-uint64(min(a, b)), math.MaxInt64))
}

// plus adds, unless the sum does not fit.
func plus(terms ...int64) (sum int64, ok bool) {
	for _, n := range terms {
		next := sum + n
		if (next > sum) != (n > 0) && n != 0 {
			return 0, false
		}
		sum = next
	}
	return sum, true
}

// count writes a number of things: "1 update", "2 updates".
func count[N int | int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// between writes a range of which both ends are possible.
func between(low, high int64) string {
	if low == high {
		return fmt.Sprint(low)
	}
	return fmt.Sprintf("%d to %d", low, high)
}
