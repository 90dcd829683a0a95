package bridge

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Exact makes numbers of the json.Numbers in a value as JSON has it, which it may change: an int64 of one that is whole, however
// it is written, such as 970.0, if it fits, and else a float64.
func Exact(v any) any {
	switch v := v.(type) {
	case json.Number:
		return number(string(v))
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

// number reads a number.
func number(text string) any {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	if n, ok := whole(text); ok {
		return n
	}
	f, _ := strconv.ParseFloat(text, 64) // beyond its range it is infinite
	return f
}

// whole reads a whole number that has a point or an exponent. It goes by the digits: as a float64 9007199254740993.0 would be
// another number, and 0.99999999999999999 a whole one.
func whole(text string) (n int64, ok bool) {
	text, negative := strings.CutPrefix(text, "-")
	mantissa, exponent := text, 0
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		var err error
		if exponent, err = strconv.Atoi(text[i+1:]); err != nil {
			return 0, false
		}
		mantissa = text[:i]
	}
	before, after, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(before+after, "0")
	if digits == "" {
		return 0, true
	}
	significant := strings.TrimRight(digits, "0")
	zeros := len(digits) - len(significant) - len(after) + exponent
	if zeros < 0 || zeros > 18 { // 10^19 is too large
		return 0, false
	}
	if significant += strings.Repeat("0", zeros); negative {
		significant = "-" + significant
	}
	n, err := strconv.ParseInt(significant, 10, 64)
	return n, err == nil
}
