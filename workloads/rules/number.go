package rules

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

const (
	// mostDigits is how many digits a decimal number has that nobody rounded: a float64 keeps as many of any.
	mostDigits = 15
	// roundedBy is by which part of it one with more digits may be wrong, since it was computed with float64s.
	roundedBy = 1e9
	// mostBits bounds a fraction: 5e-324 has 1,076.
	mostBits = 2048
)

var (
	errOverflow = errors.New("a number does not fit in 64 bits")
	errDigits   = errors.New("a number has more digits than are kept: make a text of it")
	errRounded  = errors.New("it depends on how a decimal number was rounded: compare whole numbers, such as int(round(x*100))")
)

// decimal is a number that is not whole: some fraction from low to high, which are the same unless it was rounded. Values of it
// can be compared by ==, and are the same number if they are equal and exact.
type decimal struct{ low, high string }

func (d decimal) exact() bool { return d.low == d.high }

// span is a decimal, or a whole number, to calculate with.
type span struct{ low, high *big.Rat }

func point(x *big.Rat) span { return span{x, x} }

// spanOf gives the span of a number.
func spanOf(x any) (span, bool) {
	switch x := x.(type) {
	case int:
		return point(new(big.Rat).SetInt64(int64(x))), true
	case decimal:
		low, _ := new(big.Rat).SetString(x.low)
		if x.exact() {
			return point(low), true
		}
		high, _ := new(big.Rat).SetString(x.high)
		return span{low, high}, true
	}
	return span{}, false
}

// value is what expressions have: an int if it is whole, a decimal otherwise.
func (s span) value() (any, error) {
	limit := new(big.Rat).SetInt64(math.MinInt64)
	if s.low.Cmp(limit) < 0 || s.high.Cmp(limit.Neg(limit)) >= 0 {
		return nil, errOverflow
	}
	for _, x := range []*big.Rat{s.low, s.high} {
		if x.Num().BitLen() > mostBits || x.Denom().BitLen() > mostBits {
			return nil, errors.New("a decimal number grows too long")
		}
	}
	if s.low.IsInt() && s.low.Cmp(s.high) == 0 {
		return int(s.low.Num().Int64()), nil
	}
	low := s.low.RatString()
	if s.low == s.high {
		return decimal{low, low}, nil
	}
	return decimal{low, s.high.RatString()}, nil
}

// fromFloat takes a float64 for the decimal number that JSON has for it.
func fromFloat(x float64) (any, error) {
	switch {
	case math.IsNaN(x):
		return nil, errors.New("it is no number")
	case math.Abs(x) >= 1<<63:
		return nil, errOverflow
	case x == math.Trunc(x):
		return int(x), nil
	}
	text := strconv.FormatFloat(x, 'e', -1, 64)
	exact, _ := new(big.Rat).SetString(text)
	digits, _, _ := strings.Cut(strings.TrimPrefix(text, "-"), "e")
	if len(digits)-1 <= mostDigits {
		return point(exact).value()
	}
	by := new(big.Rat).Quo(exact, new(big.Rat).SetInt64(roundedBy))
	by.Abs(by)
	return span{new(big.Rat).Sub(exact, by), new(big.Rat).Add(exact, by)}.value()
}

// calculate does what an operator says, exactly. It takes numbers.
func calculate(operator string, a, b any) (any, error) {
	x, whole := a.(int)
	y, both := b.(int)
	if whole && both {
		return exactly(operator, x, y)
	}
	s, ok := spanOf(a)
	t, too := spanOf(b)
	switch {
	case !ok || !too:
		return nil, fmt.Errorf("%s can't be used on %s and %s", operator, show(a), show(b))
	case operator == "+":
		return span{new(big.Rat).Add(s.low, t.low), new(big.Rat).Add(s.high, t.high)}.value()
	case operator == "-":
		return span{new(big.Rat).Sub(s.low, t.high), new(big.Rat).Sub(s.high, t.low)}.value()
	case operator == "*":
		return s.times(t).value()
	case operator == "%":
		return nil, errors.New("% is for whole numbers alone")
	case t.low.Sign()*t.high.Sign() <= 0:
		return nil, errZero
	}
	return s.times(span{new(big.Rat).Inv(t.high), new(big.Rat).Inv(t.low)}).value()
}

var errZero = errors.New("a division by zero")

func (s span) times(t span) span {
	var out span
	for _, x := range []*big.Rat{s.low, s.high} {
		for _, y := range []*big.Rat{t.low, t.high} {
			p := new(big.Rat).Mul(x, y)
			if out.low == nil || p.Cmp(out.low) < 0 {
				out.low = p
			}
			if out.high == nil || p.Cmp(out.high) > 0 {
				out.high = p
			}
		}
	}
	return out
}

// exactly is calculate for whole numbers.
func exactly(operator string, x, y int) (any, error) {
	switch operator {
	case "+":
		return fits(x+y, (x+y > x) == (y > 0) || y == 0)
	case "-":
		return fits(x-y, (x-y < x) == (y > 0) || y == 0)
	case "*":
		if small(x) && small(y) {
			return x * y, nil
		}
		return fits(x*y, new(big.Int).Mul(big.NewInt(int64(x)), big.NewInt(int64(y))).IsInt64())
	}
	switch {
	case y == 0:
		return nil, errZero
	case operator == "%":
		return x % y, nil
	case x%y != 0:
		return point(big.NewRat(int64(x), int64(y))).value()
	case y == -1:
		return exactly("-", 0, x)
	}
	return x / y, nil
}

func small(x int) bool { return x > -1<<31 && x < 1<<31 }

func fits(x int, fit bool) (any, error) {
	if !fit {
		return nil, errOverflow
	}
	return x, nil
}

// text writes a decimal as it would be in JSON, and reports whether that is no other number.
func (d decimal) text() (text string, exact bool) {
	s, _ := spanOf(d)
	middle := new(big.Rat).Add(s.low, s.high)
	middle.Quo(middle, big.NewRat(2, 1))
	if n, ends := middle.FloatPrec(); ends && n <= mostDigits && d.exact() {
		return middle.FloatString(n), true
	}
	f, _ := middle.Float64()
	return strconv.FormatFloat(f, 'g', -1, 64), false
}
