// Package exact reads the numbers of JSON without taking one for another.
package exact

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// mostDigits is how many digits of any decimal number a float64 keeps.
const mostDigits = 15

// Value makes numbers of the json.Numbers in a value as JSON has it, which it may change: an int64 of one that is whole, however
// it is written, such as 970.0, if it fits; else a float64. One that a float64 would take for another of fewer digits, such as
// 0.99999999999999999999 for 1, stays a json.Number, and so does one beyond a float64's range.
func Value(v any) any {
	switch v := v.(type) {
	case json.Number:
		return number(v)
	case []any:
		for i := range v {
			v[i] = Value(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = Value(v[name])
		}
	}
	return v
}

func number(text json.Number) any {
	if n, err := text.Int64(); err == nil {
		return n
	}
	if n, ok := whole(string(text)); ok {
		return n
	}
	f, err := text.Float64()
	if err != nil || shortened(string(text), f) {
		return text
	}
	return f
}

// shortened reports whether a number, which is none that is whole and fits, has lost digits as a float64 and looks like one that
// had none to lose.
func shortened(text string, f float64) bool {
	switch n := digits(text); {
	case n == 0, math.Abs(f) >= 1<<63: // nobody takes that for a whole number
		return false
	case f == math.Trunc(f):
		return true
	default:
		return n > mostDigits && digits(strconv.FormatFloat(f, 'e', -1, 64)) <= mostDigits
	}
}

// digits is how many a number has from the first to the last that is not 0.
func digits(text string) int {
	mantissa, _, _ := strings.Cut(strings.ToLower(strings.TrimLeft(text, "-")), "e")
	return len(strings.Trim(strings.Replace(mantissa, ".", "", 1), "0"))
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
