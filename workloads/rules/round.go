package rules

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
)

// rounding gives the function that makes a number whole, each end of a span by itself: it is only told where both agree.
func rounding(name string, one func(x *big.Rat) *big.Int) function {
	return func(_ *run, args []any) (any, error) {
		s, ok := spanOf(args[0])
		if !ok {
			return nil, fmt.Errorf("%s is of numbers, not of %s", name, show(args[0]))
		}
		low, high := one(s.low), one(s.high)
		if low.Cmp(high) != 0 {
			return nil, errRounded
		}
		return point(new(big.Rat).SetInt(low)).value()
	}
}

func floor(x *big.Rat) *big.Int { return new(big.Int).Div(x.Num(), x.Denom()) }

func ceil(x *big.Rat) *big.Int {
	down := floor(new(big.Rat).Neg(x))
	return down.Neg(down)
}

// nearest rounds halves away from zero.
func nearest(x *big.Rat) *big.Int {
	half := big.NewRat(1, 2)
	if x.Sign() < 0 {
		return ceil(half.Sub(x, half))
	}
	return floor(half.Add(x, half))
}

func truncate(x *big.Rat) *big.Int { return new(big.Int).Quo(x.Num(), x.Denom()) }

func abs(_ *run, args []any) (any, error) {
	s, ok := spanOf(args[0])
	switch {
	case !ok:
		return nil, fmt.Errorf("abs is of numbers, not of %s", show(args[0]))
	case s.low.Sign() >= 0:
		return args[0], nil
	case s.high.Sign() <= 0:
		return calculate("-", 0, args[0])
	}
	return nil, errRounded
}

// whole is int.
func whole(r *run, args []any) (any, error) {
	text, ok := args[0].(string)
	if !ok {
		return rounding("int", truncate)(r, args)
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return nil, fmt.Errorf("%s is no whole number of 64 bits", show(text))
	}
	return n, nil
}

// numeric is float, which leaves whole numbers as they are: no sum of them should be rounded.
func numeric(_ *run, args []any) (any, error) {
	if _, ok := spanOf(args[0]); ok {
		return args[0], nil
	}
	text, ok := args[0].(string)
	if !ok {
		return nil, fmt.Errorf("float is of numbers and texts, not of %s", show(args[0]))
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(f, 0) {
		return nil, fmt.Errorf("%s is no number", show(text))
	}
	return fromFloat(f)
}
