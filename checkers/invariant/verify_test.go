package invariant_test

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// verify holds every claim of a message against the history, computed anew.
func verify(t *testing.T, why string, h *hist, s shape, a checkers.Anomaly) {
	t.Helper()
	cell, err := strconv.Atoi(a.Object[len("cell "):])
	require.NoError(t, err)
	require.LessOrEqual(t, a.Updates, a.Of, why)
	raced := strings.Contains(a.Message, " both read ") || strings.Contains(a.Message, " both took effect ")
	if raced {
		pair(t, why, h, s, a, cell)
	}
	if m := match(a.Message, `final value should be (-?\d+)(?: to (-?\d+))?.*, found (-?\d+); `+
		`(at least )?(?:(\d+) ([^;]*))(?:; it began with .*)?\.$`); m != nil {
		end(t, why, h, s, cell, a, m)
	} else {
		require.True(t, raced, why)
	}
	if m := match(a.Message, `found (-?\d+); .*it began with (-?\d+), as if .*no client \d+ \(op #(\d+), [^)]*\)\.$`); m != nil {
		until := h.Ops[a.Ops[len(a.Ops)-1]].Return
		require.Equal(t, number(t, m[1]), number(t, m[2])+without(h, cell, int(number(t, m[3])), until), why)
	}
	if a.Name == checkers.LostUpdate {
		require.Positive(t, a.Updates, why)
	}
}

func match(text, pattern string) []string {
	return regexp.MustCompile(pattern).FindStringSubmatch(text)
}

func number(t *testing.T, text string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(text, 10, 64)
	require.NoError(t, err)
	return n
}

// pair proves anew that two operations cannot both be: with all others free to take effect or not, no order has both.
func pair(t *testing.T, why string, h *hist, s shape, a checkers.Anomaly, cell int) {
	t.Helper()
	x, y := &h.Ops[a.Ops[0]], &h.Ops[a.Ops[1]]
	require.True(t, certain(x) && certain(y), why)
	start := s.start
	if !x.Input.touches(cell) || !y.Input.touches(cell) {
		t.Fatal(why)
	}
	saw := func(o *op) (before, after, delta int64) {
		if o.Input.kind == swap {
			return o.Input.old, o.Input.value, 0
		}
		return o.Output.before[cell], o.Output.after[cell], deltaOf(o, cell)
	}
	xb, xa, xd := saw(x)
	yb, ya, yd := saw(y)
	require.Equal(t, xb, yb, why)
	freely := onlyCell(h, cell)
	sure := func(i int) bool { return i == a.Ops[0] || i == a.Ops[1] }
	known := func(i int) bool { return h.Ops[i].Outcome == history.OK }
	for first := range values(freely, start, cell) { // whatever it was before
		from := start
		from[cell] = first
		require.False(t, legal(freely, from, sure, known), "%s\nno proof from %d", why, first)
	}
	word := `read`
	if !s.additive {
		word = `took effect on the value`
	}
	require.Regexp(t, fmt.Sprintf(`^cell %d: client %d \(op #%d, .*\) and client %d \(op #%d, .*\) both %s %d;`,
		cell, x.Client, a.Ops[0], y.Client, a.Ops[1], word, xb), a.Message, why)
	if m := match(a.Message, `client (\d+)'s write of (-?\d+) overwrote client (\d+)'s (-?\d+)`); m != nil {
		require.Equal(t, []string{fmt.Sprint(y.Client), fmt.Sprint(ya), fmt.Sprint(x.Client), fmt.Sprint(xa)}, m[1:], why)
		require.True(t, witnessed(h, cell, a.Ops, ya), why)
	}
	if m := match(a.Message, `both wrote (-?\d+)`); m != nil {
		require.Equal(t, xa, number(t, m[1]), why)
		require.Equal(t, ya, xa, why)
	}
	if m := match(a.Message, `one overwrote the other`); m != nil {
		require.Contains(t, a.Message,
			fmt.Sprintf("client %d wrote %d and client %d wrote %d", x.Client, xa, y.Client, ya), why)
	}
	if m := match(a.Message, `; expected (-?\d+), found (-?\d+)(?:; (\d+) lost)?`); m != nil {
		require.Equal(t, xb+xd+yd, number(t, m[1]), why)
		require.True(t, witnessed(h, cell, a.Ops, number(t, m[2])), why)
		if m[3] != "" {
			require.Equal(t, max(number(t, m[1])-number(t, m[2]), number(t, m[2])-number(t, m[1])), number(t, m[3]), why)
		}
	}
	if m := match(a.Message, `together they should have left (-?\d+)(?:; (\d+) lost)?`); m != nil {
		require.Equal(t, xb+xd+yd, number(t, m[1]), why)
		if m[2] != "" {
			require.Equal(t, xa, ya, why)
			require.Equal(t, max(xb+xd+yd-xa, xa-xb-xd-yd), number(t, m[2]), why)
		}
	}
}

// onlyCell takes the operations for what they do to one cell: others' refusals do not bind them.
func onlyCell(h *hist, cell int) []op {
	var ops []op
	for _, o := range h.Ops {
		in := o.Input
		switch {
		case in.kind == move:
			if in.key == cell {
				in.delta = -in.delta
			}
			in.kind, in.key = add, cell
		case in.kind == readAll || in.key != cell:
			in = ask{kind: read, key: cell}
			o.Outcome = history.Failed
		}
		in.floor = false
		o.Input = in
		if o.Output.refused {
			o.Outcome = history.Failed
		}
		ops = append(ops, o)
	}
	return ops
}

// values are all that a cell was seen to hold, or starts with.
func values(ops []op, start state, cell int) map[int64]bool {
	all := map[int64]bool{start[cell]: true}
	for _, o := range ops {
		if o.Outcome == history.OK {
			all[o.Output.before[cell]], all[o.Input.old] = true, true
		}
	}
	return all
}

// witnessed reports whether somebody saw the value after both operations and before any other update could come.
func witnessed(h *hist, cell int, pair []int, value int64) bool {
	x, y := &h.Ops[pair[0]], &h.Ops[pair[1]]
	for i := range h.Ops {
		w := &h.Ops[i]
		sees := !w.Input.update() || w.Output.seen || w.Input.kind == swap
		saw := w.Output.before[cell]
		if w.Input.kind == swap && !w.Output.refused {
			saw = w.Input.old
		}
		if !sees || w.Outcome != history.OK || !w.Input.touches(cell) || saw != value ||
			w.Call <= x.Return || w.Call <= y.Return {
			continue
		}
		alone := true
		for j := range h.Ops {
			o := &h.Ops[j]
			if j == i || j == pair[0] || j == pair[1] || !o.Input.update() || !o.Input.touches(cell) ||
				o.Outcome == history.Failed || o.Outcome == history.OK && o.Output.refused {
				continue
			}
			over := o.Outcome == history.OK && o.Return < min(x.Call, y.Call)
			alone = alone && (over || o.Call > w.Return)
		}
		if alone {
			return true
		}
	}
	return false
}

// end recomputes what the final value says, by trying every choice of the operations of unknown outcome.
func end(t *testing.T, why string, h *hist, s shape, cell int, a checkers.Anomaly, m []string) {
	t.Helper()
	var final *op
	for i := range h.Ops {
		o := &h.Ops[i]
		if o.Outcome == history.OK && o.Phase == history.Final && o.Input.kind == read && o.Input.key == cell {
			final = o
		}
	}
	require.NotNil(t, final, why)
	seen := choices(h, s, final)
	deltas := map[int64]bool{}
	for i := range h.Ops {
		if o := &h.Ops[i]; o.Input.update() && o.Input.touches(cell) && o.Outcome != history.Failed &&
			(o.Outcome == history.Unknown || !o.Output.refused) {
			deltas[deltaOf(o, cell)] = true
		}
	}
	low, high := seen[0][cell], seen[0][cell]
	for _, sum := range seen {
		low, high = min(low, sum[cell]), max(high, sum[cell])
		require.NotEqual(t, sum[cell], number(t, m[3]), why)
	}
	require.Equal(t, low, number(t, m[1]), why)
	if m[2] != "" {
		require.Equal(t, high, number(t, m[2]), why)
	}
	require.Equal(t, m[2] != "", low != high, why)
	require.Equal(t, m[4] != "", low != high, why)
	found := number(t, m[3])
	require.Equal(t, final.Output.before[cell], found, why)
	off := max(low-found, found-high)
	amount := number(t, m[5])
	switch m[6] {
	case "missing":
		require.Equal(t, low-found, amount, why)
	case "too much":
		require.Equal(t, found-high, amount, why)
	default: // updates, all of one size
		require.Zero(t, off%amount, why)
		require.Len(t, deltas, 1, why)
		require.True(t, deltas[off/amount] || deltas[-off/amount], why)
		if !strings.Contains(a.Message, " both ") {
			require.Equal(t, a.Name == checkers.LostUpdate, strings.HasSuffix(m[6], "lost"), why)
		}
	}
}

// without is what all updates of a cell but one, called by a time, come to.
func without(h *hist, cell, op int, until time.Duration) (sum int64) {
	for i := range h.Ops {
		if o := &h.Ops[i]; i != op && o.Call <= until && o.Input.update() && o.Input.touches(cell) &&
			o.Outcome == history.OK && !o.Output.refused {
			sum += deltaOf(o, cell)
		}
	}
	return sum
}

func deltaOf(o *op, cell int) int64 {
	if o.Input.kind == move && o.Input.key == cell {
		return -o.Input.delta
	}
	return o.Input.delta
}

// choices are the states that an operation can have found if updates only add: with all that had surely come, and any
// of the others.
func choices(h *hist, s shape, at *op) []state {
	all := []state{s.start}
	for i := range h.Ops {
		o := &h.Ops[i]
		none := o.Outcome == history.Failed || o.Outcome == history.OK && o.Output.refused
		if !o.Input.update() || none || o.Call > at.Return {
			continue
		}
		for n := range all {
			next := all[n]
			for cell := range cells {
				if o.Input.touches(cell) {
					next[cell] += deltaOf(o, cell)
				}
			}
			if o.Outcome == history.OK && o.Return < at.Call {
				all[n] = next
			} else {
				all = append(all, next)
			}
		}
	}
	return all
}

// total holds what is said of a snapshot against all states that it can have found.
func total(t *testing.T, why string, h *hist, s shape, a checkers.Anomaly) {
	t.Helper()
	m := match(a.Message,
		`client (\d+) \(op #(\d+), .*?\) saw (-?\d+) in all, but there was (-?\d+)(?: to (-?\d+))? while it ran`)
	require.NotNil(t, m, why)
	snapshot := &h.Ops[number(t, m[2])]
	require.EqualValues(t, snapshot.Client, number(t, m[1]), why)
	saw := snapshot.Output.before
	require.Equal(t, saw[0]+saw[1], number(t, m[3]), why)
	bounds := [cells][2]int64{{math.MaxInt64, math.MinInt64}, {math.MaxInt64, math.MinInt64}}
	low, high := number(t, m[4]), number(t, m[4])
	if m[5] != "" {
		high = number(t, m[5])
	}
	least, most := high, low
	for _, c := range choices(h, s, snapshot) {
		require.NotEqual(t, saw[0]+saw[1], c[0]+c[1], why)
		least, most = min(least, c[0]+c[1]), max(most, c[0]+c[1])
		for cell := range cells {
			least, most := bounds[cell][0], bounds[cell][1]
			bounds[cell] = [2]int64{min(least, c[cell]), max(most, c[cell])}
		}
	}
	require.Equal(t, [2]int64{least, most}, [2]int64{low, high}, why)
	for cell, b := range bounds {
		require.True(t, b[0] <= saw[cell] && saw[cell] <= b[1], why)
	}
	for _, i := range a.Ops {
		require.True(t, h.Ops[i].Overlaps(snapshot), why)
	}
}
