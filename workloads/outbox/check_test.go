package outbox_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/outbox"
)

// at places an operation of a client in time.
func at(client int32, from, to time.Duration, o op) op {
	o.Client, o.Call, o.Return = client, from, to
	return o
}

// wrote is a write whose ID is ten times its version.
func wrote(v int64) op { return op{Input: in{Key: 7, ID: 10 * v}, Output: out{Version: v}} }

func crashed(id int64) op { return op{Input: in{Kind: outbox.Crash, Key: 7, ID: id}} }
func drained() op         { return op{Input: in{Kind: outbox.Drain}} }
func published(all []event) op {
	return op{Input: in{Kind: outbox.Published, Key: 7}, Output: out{Events: all}}
}

func with(o op, outcome history.Outcome) op {
	o.Outcome, o.Output = outcome, out{}
	return o
}

func on(key int32, o op) op {
	o.Input.Key = key
	return o
}

func anomalies(t *testing.T, ops ...op) []checkers.Anomaly {
	t.Helper()
	return mustNew(t, 8).Check(context.Background(), &hist{Ops: ops}).Anomalies
}

// TestExplanations holds the one sentence that tells what is wrong, and the operations that prove it.
func TestExplanations(t *testing.T) {
	one, two, three := at(3, 0, 1, wrote(1)), at(4, 2, 3, wrote(2)), at(5, 4, 5, wrote(3))
	drain := at(9, 6, 7, drained())
	read := func(versions ...int64) op { return at(9, 8, 9, published(events(versions...))) }
	for _, c := range []struct {
		ops  []op
		name string
		want string
		at   []int
	}{
		{
			[]op{one, two, three, drain, read(1, 3)}, checkers.LostEvent,
			"key 7: client 4 wrote version 2 (op #1), and its event was not there (op #4) when all had been published (op #3), though " +
				"that of version 3 was.", []int{1, 3, 4},
		}, {
			[]op{one, two, drain, read(1)}, checkers.LostEvent,
			"key 7: client 4 wrote version 2 (op #1), and its event was not there (op #3) when all had been published (op #2).",
			[]int{1, 2, 3},
		}, {
			[]op{one, at(4, 2, 3, crashed(20)), three, drain, read(1, 3)}, checkers.LostEvent,
			"key 7: the event of version 2 was not there (op #4) when all had been published (op #3), though that of version 3 was.",
			[]int{3, 4},
		}, {
			[]op{at(4, 2, 3, crashed(10)), three, drain, read()}, checkers.LostEvent,
			"key 7: client 5 wrote version 3 (op #1), and its event was not there (op #3) when all had been published (op #2).",
			[]int{1, 2, 3},
		}, {
			[]op{one, two, three, drain, read(1, 3, 1, 2)}, checkers.OutOfOrder,
			"key 7: client 5's version 3 (op #2) was published before client 4's version 2 (op #1), as op #4 shows.", []int{1, 2, 4},
		}, {
			[]op{at(4, 2, 3, crashed(10)), two, drain, read(2, 1)}, checkers.OutOfOrder,
			"key 7: client 4's version 2 (op #1) was published before version 1, as op #3 shows.", []int{1, 3},
		}, {
			[]op{one, two, three, read(1, 3)}, checkers.OutOfOrder,
			"key 7: client 5's version 3 (op #2) was published, and client 4's version 2 (op #1) was not before it, as op #3 shows.",
			[]int{1, 2, 3},
		}, {
			[]op{one, drain, read(1, 2)}, checkers.PhantomUpdate,
			"key 7: an event of version 2 was published (op #2) that nobody wrote.", []int{2},
		}, {
			[]op{one, at(4, 2, 3, with(wrote(2), history.Failed)), drain, read(1, 2)}, checkers.PhantomUpdate,
			"key 7: the event of client 4's write (op #1) was published as version 2 (op #3), although that failed.", []int{1, 3},
		}, {
			[]op{one, drain, at(9, 8, 9, published([]event{{1, 10}, {2, 10}}))}, checkers.PhantomUpdate,
			"key 7: the event of client 3's write (op #0) was published as version 2 (op #2), although it is version 1.", []int{0, 2},
		}, {
			[]op{at(3, 0, 1, crashed(5)), at(3, 2, 3, wrote(1)), drain, at(9, 8, 9, published([]event{{1, 5}, {1, 10}}))},
			checkers.PhantomUpdate,
			"key 7: the event of client 3's crashed write (op #0) was published as version 1 (op #3), which is that of client 3's " +
				"write (op #1).", []int{0, 1, 3},
		}, {
			[]op{at(3, 0, 1, crashed(5)), at(4, 2, 3, crashed(6)), drain, at(9, 8, 9, published([]event{{1, 5}, {1, 6}}))},
			checkers.PhantomUpdate,
			"key 7: two events of version 1 were published (op #3), of client 3's crashed write (op #0) and of client 4's crashed " +
				"write (op #1).", []int{0, 1, 3},
		}, {
			[]op{at(3, 0, 1, crashed(5)), at(9, 4, 5, published([]event{{1, 5}})), at(3, 6, 7, crashed(6)),
				at(9, 8, 9, published([]event{{1, 6}}))}, checkers.PhantomUpdate,
			"key 7: two events of version 1 were published (op #1 and op #3), of client 3's crashed write (op #0) and of client 3's " +
				"crashed write (op #2).", []int{0, 1, 2, 3},
		}, {
			[]op{at(3, 0, 1, crashed(5)), drain, at(9, 8, 9, published([]event{{1, 5}, {2, 5}}))}, checkers.PhantomUpdate,
			"key 7: the event of client 3's crashed write (op #0) was published as version 1 and as version 2 (op #2).", []int{0, 2},
		}, {
			[]op{at(9, 2, 3, published([]event{{1, 5}})), at(3, 4, 5, crashed(5))}, checkers.PhantomUpdate,
			"key 7: the event of client 3's crashed write (op #1) was published (op #0) before it was asked for.", []int{0, 1},
		}, {
			[]op{at(9, 2, 3, published(events(1))), at(3, 4, 5, wrote(1))}, checkers.PhantomUpdate,
			"key 7: the event of client 3's write (op #1) was published (op #0) before it was asked for.", []int{0, 1},
		}, {
			[]op{one, at(4, 2, 3, op{Input: in{Key: 7, ID: 20}, Output: out{Version: 1}})}, checkers.LostUpdate,
			"key 7: client 3's write (op #0) and client 4's write (op #1) were both told version 1.", []int{0, 1},
		},
	} {
		found := anomalies(t, c.ops...)
		require.NotEmpty(t, found, c.want)
		require.Equal(t, checkers.Anomaly{Name: c.name, Object: "key 7", Message: c.want, Ops: c.at}, found[0])
	}
}

func TestOneKeyIsTold(t *testing.T) {
	ops := []op{at(9, 8, 9, published(events(2, 1)))}
	for key := range int32(3) {
		found := anomalies(t, append(ops, at(3, 0, 1, crashed(10)), at(3, 2, 3, crashed(20)))...)
		require.Equal(t, "key 7", found[0].Object)
		require.Contains(t, found[0].Message, [...]string{
			"op #0 shows.", "op #0 shows; the same with another key.", "op #0 shows; the same with 2 other keys.",
		}[key])
		ops = append(ops, on(key, at(9, 8, 9, published(events(2, 1)))))
	}
}

// TestRight holds what a relay may do: publish again, and not yet, and what crashed or nobody knows the end of.
func TestRight(t *testing.T) {
	one, two := at(3, 0, 1, wrote(1)), at(4, 2, 3, wrote(2))
	drain := at(9, 6, 7, drained())
	read := func(versions ...int64) op { return at(9, 8, 9, published(events(versions...))) }
	require.Empty(t, anomalies(t, one, two, drain, read(1, 2)))
	require.Empty(t, anomalies(t, one, two, drain, read(1, 2, 1, 2, 2)), "at least once")
	require.Empty(t, anomalies(t, one, two, read(1)), "not yet")
	require.Empty(t, anomalies(t, one, at(4, 2, 6, wrote(2)), drain, read(1)), "it was written when the drain had begun")
	require.Empty(t, anomalies(t, one, two, at(9, 6, 8, drained()), at(3, 8, 9, published(events(1)))),
		"the drain had not surely ended")
	require.Empty(t, anomalies(t, one, two, with(drain, history.Unknown), read(1)))
	require.Empty(t, anomalies(t, at(9, 0, 1, published(events(1))), at(3, 1, 2, wrote(1))), "it may have begun in time")
	for _, maybe := range []op{at(4, 2, 3, crashed(20)), at(4, 2, history.Never, with(wrote(2), history.Unknown))} {
		require.Empty(t, anomalies(t, one, maybe, drain, read(1)))
		require.Empty(t, anomalies(t, one, maybe, drain, read(1, 2)))
	}
	require.Empty(t, anomalies(t, one, at(4, 2, 3, with(wrote(2), history.Failed)), drain, read(1)))
}

func TestMalformed(t *testing.T) {
	for want, bad := range map[string]op{
		"malformed: operation #0: Kind(9) is no operation on an outbox":             {Input: in{Kind: 9}},
		"malformed: operation #0: write key 8: there are keys 0 to 7":               {Input: in{Key: 8}},
		"malformed: operation #0: published of key -1: there are keys 0 to 7":       {Input: in{Kind: outbox.Published, Key: -1}},
		"malformed: operation #0: write key 7 → version 0: versions begin with 1":   wrote(0),
		"malformed: operation #0: published of key 7 → 1, 0: versions begin with 1": published(events(1, 0)),
	} {
		require.Equal(t, checkers.Undecide("%s", want), mustNew(t, 8).Check(context.Background(), &hist{Ops: []op{bad}}))
	}
}

func TestIDsDiffer(t *testing.T) {
	v := mustNew(t, 8).Check(context.Background(), &hist{Ops: []op{at(1, 0, 1, wrote(1)), at(1, 2, 3, crashed(10))}})
	require.Equal(t, checkers.Undecide("events: malformed: operation #1: %s: operation #0 has the same ID",
		"crash while writing key 7"), v)
	require.Empty(t, anomalies(t, at(1, 0, 1, wrote(1)), at(1, 2, 3, on(6, wrote(1)))), "of another key")
}

// TestMany holds that a check doesn't look at all writes or all drains for each read: it would take minutes.
func TestMany(t *testing.T) {
	const many = 100_000
	h := &hist{}
	add := func(client int32, o op) {
		now := time.Duration(len(h.Ops)) * 2
		h.Ops = append(h.Ops, at(client, now, now+1, o))
	}
	for v := range int64(many) {
		add(3, wrote(v+1))
	}
	add(9, on(6, wrote(1)))
	for range many {
		add(9, op{Input: in{Kind: outbox.Published, Key: 7}})
		add(9, on(6, published(events(1))))
	}
	for range many {
		add(9, drained())
	}
	v := mustNew(t, 8).Check(context.Background(), h)
	require.Equal(t, checkers.Valid, v.Status, v.Text())
	add(9, published(events(1)))
	found := mustNew(t, 8).Check(context.Background(), h).Anomalies
	require.Len(t, found, 1)
	require.Contains(t, found[0].Message, "client 3 wrote version 2 (op #1), and its event was not there")
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.Equal(t, checkers.Undecide("events: context canceled"), mustNew(t, 8).Check(ctx, &hist{Ops: []op{wrote(1)}}))
}
