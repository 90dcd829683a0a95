package report

import (
	"fmt"
	"time"
)

func since(ns int64) string { return fmt.Sprintf("%.3f ms", float64(ns)/1e6) }

func things(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Count(n) + " " + noun + "s"
}

func retries(n int64) string {
	if n == 1 {
		return "1 retry"
	}
	return Count(n) + " retries"
}

// Count writes a number with its thousands apart.
func Count(n int64) string {
	if n > -1000 && n < 1000 {
		return fmt.Sprint(n)
	}
	last := n % 1000
	return fmt.Sprintf("%s,%03d", Count(n/1000), max(last, -last))
}

// Round writes a duration with three digits that count; from a minute on, to the second.
func Round(d time.Duration) string {
	if d >= time.Minute {
		return d.Round(time.Second).String()
	}
	for unit := time.Duration(1); unit <= time.Second; unit *= 10 {
		if r := d.Round(unit); r < 1000*unit {
			return r.String()
		}
	}
	return d.Round(time.Second).String()
}
