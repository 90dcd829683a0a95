package bridge

import (
	"encoding/json"
	"math"
)

// mostWhole is up to where all whole numbers can be told as a float64.
const mostWhole = 1 << 53

// Exact makes numbers of the json.Numbers in a value as JSON has it, which it may change: an int64 of one that is whole, however
// it is written, such as 970.0, and else a float64.
func Exact(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64() // beyond its range it is infinite
		if f == math.Trunc(f) && math.Abs(f) <= mostWhole {
			return int64(f)
		}
		return f
	case []any:
		for i := range v {
			v[i] = Exact(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = Exact(v[name])
		}
	}
	return v
}
