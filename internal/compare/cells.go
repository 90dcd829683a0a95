package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/lostupdate/stress/internal/contest"
)

// none fills a cell that has nothing to tell.
const none = "—"

// digits writes a number with three significant digits at the most, and with commas.
func digits(x float64, precision int) string {
	if x == 0 {
		return "0"
	}
	whole := precision - 1 - int(math.Floor(math.Log10(math.Abs(x))))
	scale := math.Pow(10, float64(whole))
	x = math.Round(x*scale) / scale
	if x >= 1000 {
		return contest.Thousands(int(x))
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// short writes a duration with two or three digits.
func short(d time.Duration) string {
	switch x := float64(d); {
	case d >= 999500*time.Microsecond:
		return digits(x/1e9, 3) + " s"
	case d >= 999500*time.Nanosecond:
		return digits(x/1e6, 3) + " ms"
	default:
		return digits(x/1e3, 3) + " µs"
	}
}

// size writes a number of bytes with two digits, or three.
func size(bytes uint64) string {
	switch x := float64(bytes); {
	case x >= 0.95*megabyte*1000 && x < 1e15:
		return digits(x/megabyte, 3) + " MB"
	case x >= 0.995*megabyte:
		return digits(x/megabyte, 2) + " MB"
	default:
		return digits(x/1000, 2) + " kB"
	}
}

// times writes a ratio.
func times(x float64) string { return digits(x, 3) + " ×" }

// cost writes how long something took, or that it was stopped then.
func cost(c contest.Cost, ok bool) string {
	switch {
	case !ok:
		return none
	case c.Stopped:
		return "> " + short(c.CPU)
	default:
		return short(c.CPU)
	}
}

// faster writes how many times longer the other took.
func faster(ours, other contest.Cost) string {
	ratio := times(float64(other.CPU) / max(1, float64(ours.CPU)))
	if other.Stopped {
		return "> " + ratio
	}
	return ratio
}

// pair writes two sizes, ours and the other's; nothing of the other's if it was stopped or is of another history.
func pair(ours, other uint64, alike bool) string {
	if !alike {
		return size(ours)
	}
	return fmt.Sprintf("%s / %s, %s", size(ours), size(other), times(float64(other)/max(1, float64(ours))))
}

// live writes how much was live, which nobody can tell of less than a megabyte; see gauge.Peak.
func live(ours, other uint64, alike bool) string {
	tell := func(bytes uint64) string {
		if bytes < megabyte {
			return "< 1 MB"
		}
		return size(bytes)
	}
	if !alike {
		return tell(ours)
	}
	return tell(ours) + " / " + tell(other)
}

// table writes a Markdown table.
func table(head []string, rows [][]string) string {
	var b strings.Builder
	line := func(cells []string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	line(head)
	rule := make([]string, len(head))
	for i := range rule {
		rule[i] = "---"
	}
	line(rule)
	for _, cells := range rows {
		line(cells)
	}
	return b.String()
}
