package invariant_test

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/invariant"
	"github.com/lostupdate/stress/history"
)

// told is a small history of one cell, in the checks' own terms.
type told struct {
	h *hist
	s *invariant.Sheet
}

func tell(start int64) *told {
	t := &told{h: &hist{}}
	t.s = &invariant.Sheet{
		Additive: true, Initial: func(uint64) int64 { return start },
		Words: invariant.Words{
			Object: func(key uint64) string { return fmt.Sprintf("cell %d", key) },
			Op:     func(i int) string { return fmt.Sprintf("add %d", t.h.Ops[i].Input.delta) },
		},
	}
	return t
}

func (t *told) op(call, ret int, o op) int {
	o.Client, o.Call, o.Return = int32(len(t.h.Ops)+1), time.Duration(call), time.Duration(ret)
	t.h.Ops = append(t.h.Ops, o)
	return len(t.h.Ops) - 1
}

// floor has updates below zero refused.
func (t *told) floor() *told {
	t.s.Floor = true
	return t
}

// adds makes an update that found a value and added to it.
func (t *told) adds(call, ret int, before, delta int64) *told {
	i := t.op(call, ret, op{Input: ask{delta: delta}})
	t.s.Updates = append(t.s.Updates, invariant.Update{
		Op: i, Delta: delta, Before: before, After: before + delta, Seen: true, Certain: true,
	})
	return t
}

// blind makes an update that does not say what it found; it may be of unknown outcome.
func (t *told) blind(call, ret int, delta int64, outcome history.Outcome) *told {
	i := t.op(call, ret, op{Input: ask{delta: delta}, Outcome: outcome})
	t.s.Updates = append(t.s.Updates, invariant.Update{Op: i, Delta: delta, Certain: outcome == history.OK})
	return t
}

func (t *told) final(value int64) *told {
	i := t.op(100, 101, op{Input: ask{kind: read}, Phase: history.Final})
	t.s.Reads = append(t.s.Reads, invariant.Read{Op: i, Value: value, Final: true})
	return t
}

func (t *told) verdict() checkers.Verdict { return invariant.Updates(context.Background(), t.h, t.s) }

func TestWords(t *testing.T) {
	for name, c := range map[string]struct {
		*told
		want string
		a    checkers.Anomaly // lost, updates, of
	}{
		"the last write won": {
			tell(1000).adds(0, 5, 1000, -300).adds(1, 6, 1000, -500).final(500),
			"lost-update: cell 0: client 1 (op #0, add -300) and client 2 (op #1, add -500) both read 1000; " +
				"client 2's write of 500 overwrote client 1's 700; expected 200, found 500; 300 lost.",
			checkers.Anomaly{Lost: 300, Updates: 1, Of: 2},
		},
		"the first write won": {
			tell(1000).adds(0, 5, 1000, -300).adds(1, 6, 1000, -500).final(700),
			"lost-update: cell 0: client 2 (op #1, add -500) and client 1 (op #0, add -300) both read 1000; " +
				"client 1's write of 700 overwrote client 2's 500; expected 200, found 700; 500 lost.",
			checkers.Anomaly{Lost: 500, Updates: 1, Of: 2},
		},
		"both wrote the same": {
			tell(5).adds(0, 5, 5, 1).adds(1, 6, 5, 1).final(6),
			"lost-update: cell 0: client 1 (op #0, add 1) and client 2 (op #1, add 1) both read 5; both wrote 6; " +
				"expected 7, found 6; 1 lost.",
			checkers.Anomaly{Lost: 1, Updates: 1, Of: 2},
		},
		"both wrote the same, and others went on": {
			tell(5).adds(0, 5, 5, 1).adds(1, 6, 5, 1).adds(6, 9, 6, 1).final(7),
			"lost-update: cell 0: client 1 (op #0, add 1) and client 2 (op #1, add 1) both read 5; both wrote 6; " +
				"together they should have left 7; 1 lost; " +
				"the final value should be 8 after 3 acknowledged updates, found 7; 1 update lost.",
			checkers.Anomaly{Lost: 1, Updates: 1, Of: 3},
		},
		"nobody saw who won": {
			tell(5).adds(0, 5, 5, 1).adds(1, 6, 5, 2),
			"lost-update: cell 0: client 1 (op #0, add 1) and client 2 (op #1, add 2) both read 5; " +
				"client 1 wrote 6 and client 2 wrote 7, and one overwrote the other; together they should have left 8.",
			checkers.Anomaly{Updates: 1, Of: 2},
		},
		"the pair raced, but the end is right": {
			tell(5).adds(0, 5, 5, 1).adds(1, 6, 5, 1).blind(8, 9, 0, history.OK).final(7),
			"lost-update: cell 0: client 1 (op #0, add 1) and client 2 (op #1, add 1) both read 5; both wrote 6; " +
				"together they should have left 7; 1 lost.",
			checkers.Anomaly{Lost: 1, Updates: 1, Of: 3},
		},
		"a pair beside one of unknown outcome": {
			tell(0).blind(0, 2, 1, history.Unknown).adds(3, 9, 0, 1).adds(3, 9, 0, 1).final(1),
			"lost-update: cell 0: client 2 (op #1, add 1) and client 3 (op #2, add 1) both read 0; both wrote 1; " +
				"together they should have left 2; 1 lost; the final value should be 2 to 3 after 2 acknowledged updates " +
				"and 1 of unknown outcome, found 1; at least 1 update lost.",
			checkers.Anomaly{Lost: 1, Updates: 1, Of: 2},
		},
		"blind updates lost": {
			tell(0).blind(0, 5, 1, history.OK).blind(1, 5, 1, history.OK).blind(2, 5, 1, history.OK).final(1),
			"lost-update: cell 0: the final value should be 3 after 3 acknowledged updates, found 1; 2 updates lost" +
				"; it began with 0, and was updated by client 1 (op #0, add 1) and client 2 (op #1, add 1) and client 3 (op #2, add 1).",
			checkers.Anomaly{Lost: 2, Updates: 2, Of: 3},
		},
		"too little": {
			tell(0).blind(0, 5, 10, history.OK).blind(1, 5, 20, history.OK).final(25),
			"lost-update: cell 0: the final value should be 30 after 2 acknowledged updates, found 25; 5 missing" +
				"; it began with 0, and was updated by client 1 (op #0, add 10) and client 2 (op #1, add 20).",
			checkers.Anomaly{Lost: 5, Updates: 1, Of: 2},
		},
		"a deduction lost": {
			tell(100).blind(0, 5, -10, history.OK).blind(1, 5, 20, history.OK).final(120),
			"lost-update: cell 0: the final value should be 110 after 2 acknowledged updates, found 120; 10 too much" +
				"; it began with 100, as if there had been client 2 (op #1, add 20) and no client 1 (op #0, add -10).",
			checkers.Anomaly{Lost: 10, Updates: 1, Of: 2},
		},
		"applied twice": {
			tell(0).blind(0, 5, 1, history.OK).final(2),
			"phantom-update: cell 0: the final value should be 1 after 1 acknowledged update, found 2; 1 update too many" +
				"; it began with 0, and was updated by client 1 (op #0, add 1).",
			checkers.Anomaly{Lost: 1, Of: 1},
		},
		"less than there ever was": {
			tell(0).blind(0, 5, 1, history.OK).final(-1),
			"phantom-update: cell 0: the final value should be 1 after 1 acknowledged update, found -1; 2 missing" +
				"; it began with 0, and was updated by client 1 (op #0, add 1).",
			checkers.Anomaly{Lost: 2, Of: 1},
		},
		"more than deductions can explain": {
			tell(9).blind(0, 5, -2, history.OK).final(13),
			"phantom-update: cell 0: the final value should be 7 after 1 acknowledged update, found 13; 6 too much" +
				"; it began with 9, and was updated by client 1 (op #0, add -2).",
			checkers.Anomaly{Lost: 6, Of: 1},
		},
		"more was taken than there was, and somebody saw who won": {
			tell(1000).floor().adds(0, 5, 1000, -700).adds(1, 6, 1000, -500).final(500),
			"lost-update: cell 0: client 1 (op #0, add -700) and client 2 (op #1, add -500) both read 1000; " +
				"client 2's write of 500 overwrote client 1's 300; 1000 does not cover both: one should have been refused.",
			checkers.Anomaly{Lost: 700, Updates: 1, Of: 2},
		},
		"more was taken than there was, the same by both": {
			tell(1000).floor().adds(0, 5, 1000, -600).adds(1, 6, 1000, -600).adds(7, 9, 400, -100).final(300),
			"lost-update: cell 0: client 1 (op #0, add -600) and client 2 (op #1, add -600) both read 1000; both wrote 400; " +
				"1000 does not cover both: one should have been refused; its 3 acknowledged updates took out 1300 net, " +
				"but it began with only 1000: some should have been refused; found 300; 600 too much.",
			checkers.Anomaly{Lost: 600, Updates: 1, Of: 3},
		},
		"more was taken than there was, by one of a pair": {
			tell(10).floor().adds(0, 5, 10, -30).adds(1, 6, 10, 5),
			"lost-update: cell 0: client 1 (op #0, add -30) and client 2 (op #1, add 5) both read 10; " +
				"client 1 wrote -20 and client 2 wrote 15, and one overwrote the other.",
			checkers.Anomaly{Updates: 1, Of: 2},
		},
		"more was taken than there was, blindly": {
			tell(1000).floor().blind(0, 5, -900, history.OK).blind(1, 5, -700, history.OK).blind(1, 5, 50, history.OK).
				blind(1, 5, 60, history.Unknown).final(350),
			"lost-update: cell 0: its 3 acknowledged updates and 1 of unknown outcome took out at least 1490 net, " +
				"but it began with only 1000: some should have been refused; found 350; at least 840 too much.",
			checkers.Anomaly{Lost: 840, Updates: 1, Of: 3},
		},
		"more was taken than there was, by one": {
			tell(10).floor().blind(0, 5, -15, history.OK).final(10),
			"lost-update: cell 0: its 1 acknowledged update took out 15 net, but it began with only 10: " +
				"it should have been refused; found 10; 1 update lost" +
				"; it began with 10, as if there had been no client 1 (op #0, add -15).",
			checkers.Anomaly{Lost: 15, Updates: 1, Of: 1},
		},
		"more may have been taken than there was": {
			tell(10).floor().blind(0, 5, -6, history.OK).blind(0, 5, -7, history.Unknown).final(9),
			"lost-update: cell 0: the final value should be 0 to 4 after 1 acknowledged update and 1 of unknown outcome, " +
				"found 9; at least 5 too much.",
			checkers.Anomaly{Lost: 5, Updates: 1, Of: 1},
		},
		"never updated": {
			tell(7).final(8),
			"phantom-update: cell 0: the final value should be 7, as it was never updated, found 8; 1 too much.",
			checkers.Anomaly{Lost: 1},
		},
		"all unknown": {
			tell(0).blind(0, 5, 1, history.Unknown).blind(1, 5, 1, history.Unknown).final(3),
			"phantom-update: cell 0: the final value should be 0 to 2 after 2 updates of unknown outcome, found 3; " +
				"at least 1 update too many.",
			checkers.Anomaly{Lost: 1},
		},
		"of both signs": {
			tell(0).blind(0, 5, 4, history.Unknown).blind(1, 5, -3, history.Unknown).blind(1, 5, 5, history.OK).final(1),
			"lost-update: cell 0: the final value should be 2 to 9 after 1 acknowledged update and 2 of unknown outcome, " +
				"found 1; at least 1 missing.",
			checkers.Anomaly{Lost: 1, Updates: 1, Of: 1},
		},
		"the expected value does not fit": {
			tell(math.MaxInt64-1).adds(0, 5, math.MaxInt64-1, 1).adds(1, 6, math.MaxInt64-1, 1).final(math.MaxInt64),
			"lost-update: cell 0: client 1 (op #0, add 1) and client 2 (op #1, add 1) both read 9223372036854775806; " +
				"both wrote 9223372036854775807.",
			checkers.Anomaly{Updates: 1, Of: 2},
		},
	} {
		t.Run(name, func(t *testing.T) {
			v := c.verdict()
			require.Len(t, v.Anomalies, 1)
			require.Equal(t, c.want, v.Anomalies[0].Text())
			require.Equal(t, [3]int64{c.a.Lost, c.a.Updates, c.a.Of},
				[3]int64{v.Anomalies[0].Lost, v.Anomalies[0].Updates, v.Anomalies[0].Of})
		})
	}
}

func TestSaysNothing(t *testing.T) {
	for name, c := range map[string]*told{
		"nothing happened":            tell(7),
		"nobody read at the end":      tell(0).blind(0, 5, 1, history.OK),
		"unknown, and did not":        tell(0).blind(0, 5, 1, history.Unknown).final(0),
		"unknown, and did":            tell(0).blind(0, 5, 1, history.Unknown).final(1),
		"it came back":                tell(0).adds(0, 1, 0, 1).adds(2, 3, 1, -1).adds(4, 5, 0, 1).final(1),
		"it may have come back":       tell(0).adds(0, 1, 0, 1).blind(0, 1, -1, history.Unknown).adds(4, 5, 0, 1),
		"called as the last returned": tell(0).blind(0, 100, 1, history.OK).final(0),
		"sums that do not fit": tell(math.MaxInt64).blind(0, 5, 1, history.OK).blind(0, 5, 1, history.Unknown).
			final(math.MinInt64),
		"the smallest delta": tell(0).blind(0, 5, math.MinInt64, history.OK).final(1),
	} {
		require.Equal(t, checkers.Verdict{}, c.verdict(), name)
	}
}

func TestReplacing(t *testing.T) {
	c := tell(0)
	c.s.Additive = false
	c.adds(0, 5, 0, 8).adds(1, 6, 0, 9).final(9)
	require.Equal(t, "lost-update: cell 0: client 1 (op #0, add 8) and client 2 (op #1, add 9) both took effect on "+
		"the value 0; client 2's write of 9 overwrote client 1's 8.", c.verdict().Anomalies[0].Text())

	// One that may have written something else does not spoil the proof; one that may have written 0 does.
	unknown := invariant.Update{Op: c.op(0, 9, op{Outcome: history.Unknown}), After: 3}
	c.s.Updates = append(c.s.Updates, unknown)
	require.Contains(t, c.verdict().Anomalies[0].Message, "client 1 wrote 8 and client 2 wrote 9, and one overwrote")
	c.s.Updates[2].After = 0
	require.Equal(t, checkers.Verdict{}, c.verdict())
}

func TestFoldsWhatIsTooMuch(t *testing.T) {
	c := tell(0)
	for key := range uint64(20) {
		c.blind(0, 5, 1, history.OK).final(int64(key % 2 * 2))
		c.s.Updates[key].Key, c.s.Reads[key].Key = key, key
	}
	v := c.verdict()
	require.Len(t, v.Anomalies, 10)
	require.Equal(t, checkers.Anomaly{
		Name: checkers.LostUpdate, Object: "6 more objects", Message: "and 6 more objects in the same way.",
		Updates: 6, Of: 20,
	}, v.Anomalies[8])
	require.Equal(t, checkers.PhantomUpdate, v.Anomalies[9].Name)
}

func TestStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	c := tell(0).blind(0, 5, 1, history.OK).final(0)
	v := invariant.Updates(ctx, c.h, c.s)
	require.Equal(t, "UNDECIDED: stopped before all objects were checked: context canceled\n", v.Text())
}

func snapshots(values ...[2]int64) (*told, []invariant.Snapshot) {
	c := tell(0)
	var all []invariant.Snapshot
	i := c.op(10, 20, op{Input: ask{kind: move, delta: 5}})
	c.s.Updates = append(c.s.Updates,
		invariant.Update{Op: i, Key: 0, Delta: -5, Certain: true}, invariant.Update{Op: i, Key: 1, Delta: 5, Certain: true})
	for n, v := range values {
		i := c.op(15+10*n, 18+10*n, op{Input: ask{kind: readAll}})
		all = append(all, invariant.Snapshot{Op: i, Values: v[:]})
	}
	return c, all
}

func TestConserved(t *testing.T) {
	for name, c := range map[string]struct {
		values [][2]int64
		want   string
	}{
		"right": {[][2]int64{{0, 0}, {-5, 5}}, "VALID\n"},
		"money on its way": {
			[][2]int64{{-5, 0}, {-5, 5}},
			"INVALID\nread-skew: client 2 (op #1, add 0) saw -5 in all, but there was 0 while it ran; " +
				"client 1 (op #0, add 5) was under way.\n",
		},
		"money gone": {
			[][2]int64{{-5, 0}, {-5, 0}},
			"INVALID\nnon-linearizable: client 2 (op #1, add 0) saw -5 in all, but there was 0 while it ran; " +
				"client 1 (op #0, add 5) was under way.\n",
		},
		"a value that never was": {[][2]int64{{-6, 0}, {-5, 5}}, "VALID\n"},
	} {
		told, all := snapshots(c.values...)
		v := invariant.Conserved(context.Background(), told.h, told.s, all)
		require.Equal(t, c.want, v.Text(), name)
	}
}

func TestNonNegative(t *testing.T) {
	c := tell(0).final(-3).final(-4)
	levels := []invariant.Level{
		{Op: 0, Value: 0}, {Op: 0, Value: -3}, {Op: 1, Value: -4}, {Op: 1, Key: 1, Value: math.MinInt64},
	}
	v := invariant.NonNegative(c.h, levels, c.s.Words)
	require.Equal(t, "INVALID\noverdraft: cell 0: client 1 (op #0, add 0) saw -3, below zero.\n"+
		"overdraft: cell 1: client 2 (op #1, add 0) saw -9223372036854775808, below zero.\n", v.Text())
	require.EqualValues(t, 3, v.Anomalies[0].Lost)
	require.EqualValues(t, math.MaxInt64, v.Anomalies[1].Lost)
}
