package cache_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/cache"
)

// made makes an operation on key 3 from call to call+9.
func made(client int32, kind cache.Kind, version int64, call time.Duration) op {
	return op{Client: client, Call: call, Return: call + 9, Input: in{Kind: kind, Key: 3}, Output: out{Version: version}}
}

func wrote(client int32, version int64, call time.Duration) op {
	return made(client, cache.Write, version, call)
}
func read(client int32, version int64, call time.Duration) op {
	return made(client, cache.Read, version, call)
}

func filled(o op) op { o.Output.Filled = true; return o }

func final(kind cache.Kind, version int64, call time.Duration) op {
	o := made(9, kind, version, call)
	o.Phase = history.Final
	return o
}

func on(key int32, ops ...op) []op {
	for i := range ops {
		ops[i].Input.Key = key
	}
	return ops
}

func check(t *testing.T, ops ...op) checkers.Verdict {
	t.Helper()
	return mustNew(t, 8).Check(context.Background(), &hist{Ops: ops})
}

// TestExplanations holds the one sentence that tells what is wrong, and the operations that prove it.
func TestExplanations(t *testing.T) {
	for _, c := range []struct {
		ops  []op
		name string
		want string
		at   []int
	}{
		{
			[]op{wrote(5, 1, 0), read(2, 0, 10)}, checkers.StaleRead,
			"key 3: client 2 (op #1, read) was given version 0, although client 5 (op #0, write) had been acknowledged with " +
				"version 1 before it began.", []int{0, 1},
		}, {
			[]op{wrote(5, 1, 0), made(2, cache.Cached, 0, 10)}, checkers.StaleRead,
			"key 3: client 2 (op #1, cached) was given version 0, although client 5 (op #0, write) had been acknowledged with " +
				"version 1 before it began.", []int{0, 1},
		}, {
			[]op{wrote(5, 1, 0), final(cache.Cached, 0, 10), final(cache.Stored, 1, 20)}, checkers.StaleCache,
			"key 3: the cache holds version 0 (op #1) and the source version 1 after everything came to rest, although " +
				"client 5 (op #0, write) was acknowledged with version 1.", []int{0, 1},
		}, {
			[]op{wrote(5, 1, 0), filled(read(2, 0, 1)), final(cache.Cached, 0, 20), final(cache.Stored, 1, 30)},
			checkers.StaleCache, "key 3: the cache holds version 0 (op #2) and the source version 1 after everything came to " +
				"rest, although client 5 (op #0, write) was acknowledged with version 1; client 2 (op #1, read) had put " +
				"version 0 into the cache.", []int{0, 1, 2},
		}, {
			[]op{filled(wrote(4, 1, 0)), filled(wrote(5, 2, 0)), final(cache.Cached, 1, 20)}, checkers.StaleCache,
			"key 3: the cache holds version 1 (op #2) after everything came to rest, although client 5 (op #1, write) was " +
				"acknowledged with version 2; client 4 (op #0, write) had put version 1 into the cache.", []int{0, 1, 2},
		}, {
			[]op{wrote(5, 1, 0), wrote(6, 2, 1), read(1, 1, 2), read(1, 0, 12)}, checkers.StaleRead, "key 3: client 1 (op #3, " +
				"read) was given version 0, although client 6 (op #1, write) had been acknowledged with version 2 before it " +
				"began.", []int{1, 3},
		}, {
			[]op{{Return: 50, Input: in{Key: 3}, Output: out{Version: 1}}, read(1, 1, 2), read(1, 0, 12)},
			checkers.NonMonotonicRead, "key 3: client 1 (op #2, read) was given version 0, after the same client's read #1 was " +
				"given version 1.", []int{1, 2},
		}, {
			[]op{wrote(5, 1, 0), wrote(6, 1, 1)}, checkers.LostUpdate,
			"key 3: client 5 (op #0, write) and client 6 (op #1, write) were both acknowledged with version 1, where each " +
				"should have made its own.", []int{0, 1},
		}, {
			[]op{wrote(5, 1, 0), final(cache.Stored, 0, 10)}, checkers.LostUpdate, "key 3: the source holds version 0 (op #1), " +
				"although client 5 (op #0, write) had been acknowledged with version 1 before.", []int{0, 1},
		}, {
			[]op{wrote(5, 1, 0), read(2, 3, 9)}, checkers.PhantomUpdate,
			"key 3: client 2 (op #1, read) was given version 3, when only 1 write had begun.", []int{1},
		}, {
			[]op{wrote(5, 3, 0), wrote(6, 1, 0)}, checkers.PhantomUpdate,
			"key 3: client 5 (op #0, write) was given version 3, when only 2 writes had begun.", []int{0},
		}, {
			[]op{read(2, -7, 0)}, checkers.PhantomUpdate,
			"key 3: client 2 (op #0, read) was given version -7, although versions begin with 0.", []int{0},
		}, {
			[]op{wrote(1, 1, 0), read(1, 0, 9)}, checkers.StaleRead,
			"key 3: client 1 (op #1, read) was given version 0, although client 1 (op #0, write) had been acknowledged with " +
				"version 1 before it began.", []int{0, 1},
		},
	} {
		v := check(t, c.ops...)
		require.Equal(t, checkers.Invalid, v.Status, c.want)
		for i := range v.Anomalies {
			v.Anomalies[i].Arrows = nil // see TestArrows
		}
		require.Contains(t, v.Anomalies, checkers.Anomaly{Name: c.name, Object: "key 3", Message: c.want, Ops: c.at})
	}
}

// TestACacheAheadOfItsSource holds that a version which the source has undone is told of, where it still can be explained by
// a write that nobody was told of.
func TestACacheAheadOfItsSource(t *testing.T) {
	unknown := op{Client: 1, Return: history.Never, Outcome: history.Unknown, Input: in{Key: 3}}
	v := check(t, unknown, final(cache.Cached, 1, 10), final(cache.Stored, 0, 20))
	require.Equal(t, checkers.Reject(checkers.Anomaly{
		Name: checkers.StaleCache, Object: "key 3", Ops: []int{1, 2},
		Arrows: []checkers.Arrow{{From: 1, To: 2, Relation: checkers.Misses, Text: "version 1 was not seen"}},
		Message: "key 3: the cache holds version 1 (op #1) after everything came to rest, and the source, looked at after it, " +
			"version 0 (op #2).",
	}), v)
	v = check(t, unknown, final(cache.Stored, 0, 10), final(cache.Cached, 1, 20))
	require.Equal(t, checkers.Valid, v.Status, "the write may have come in between")
}

// TestArrows holds that a picture can show which version was not seen, and where the one that was came from.
func TestArrows(t *testing.T) {
	first, second := wrote(1, 1, 0), wrote(2, 2, 10)
	v := check(t, first, second, read(3, 1, 30))
	require.Equal(t, []checkers.Arrow{
		{From: 1, To: 2, Relation: checkers.Misses, Text: "version 2 was not seen"},
		{From: 0, To: 2, Relation: checkers.Reads, Text: "read version 1"},
	}, v.Anomalies[0].Arrows)
	v = check(t, first, wrote(2, 1, 10))
	require.Equal(t, []checkers.Arrow{
		{From: 0, To: 1, Relation: checkers.Excludes, Text: "both made version 1"},
	}, v.Anomalies[0].Arrows)
}

// TestOneOfEach holds that each anomaly is told once, by what explains most and came first, and those of the source first.
func TestOneOfEach(t *testing.T) {
	ops := on(1, wrote(1, 1, 0), read(2, 0, 10), final(cache.Cached, 0, 100))
	ops = append(ops, on(2, wrote(1, 1, 20), read(2, 0, 30))...)
	ops = append(ops, on(4, wrote(1, 1, 40), filled(read(2, 0, 45)), read(3, 0, 60), final(cache.Cached, 0, 120))...)
	ops = append(ops, on(5, wrote(1, 1, 61), wrote(2, 1, 62), read(3, 0, 80))...)
	var told []string
	for _, a := range check(t, ops...).Anomalies {
		told = append(told, a.Text())
	}
	require.Equal(t, []string{
		"lost-update: key 5: client 1 (op #9, write) and client 2 (op #10, write) were both acknowledged with version 1, where " +
			"each should have made its own.",
		"stale-cache: key 4: the cache holds version 0 (op #8) after everything came to rest, although client 1 (op #5, write) " +
			"was acknowledged with version 1; client 2 (op #6, read) had put version 0 into the cache; the same on another key.",
		"stale-read: key 1: client 2 (op #1, read) was given version 0, although client 1 (op #0, write) had been acknowledged " +
			"with version 1 before it began; the same on 3 other keys.",
	}, told)
}

// TestUnknownWrites holds that a cache may be behind writes of which nobody was told, and not behind others.
func TestUnknownWrites(t *testing.T) {
	unknown := op{Client: 1, Return: history.Never, Outcome: history.Unknown, Input: in{Key: 3}}
	v := check(t, unknown, final(cache.Cached, 0, 10), final(cache.Stored, 1, 20))
	require.Equal(t, checkers.Valid, v.Status, v.Text())
	v = check(t, unknown, wrote(2, 2, 0), final(cache.Cached, 1, 10), final(cache.Stored, 2, 20))
	require.Equal(t, checkers.Invalid, v.Status)
	v = check(t, unknown, wrote(2, 1, 0), final(cache.Cached, 1, 10), final(cache.Stored, 2, 20))
	require.Equal(t, checkers.Valid, v.Status, v.Text())
	v = check(t, wrote(2, 1, 0), final(cache.Cached, 1, 10), final(cache.Stored, 2, 20))
	require.Equal(t, checkers.PhantomUpdate, v.Anomalies[0].Name, "nobody can have written it")
}

// TestWhatACacheMayShow holds that neither is wrong: an older version from the cache after somebody else was given a newer
// one, and an empty cache.
func TestWhatACacheMayShow(t *testing.T) {
	slow := wrote(1, 1, 0)
	slow.Return = 100
	empty := final(cache.Cached, 0, 200)
	empty.Output.Nothing = true
	v := check(t, slow, read(2, 1, 10), read(3, 0, 30), read(4, 1, 50), empty, final(cache.Stored, 1, 210))
	require.Equal(t, checkers.Valid, v.Status, v.Text())
}

// TestTheSourceIsDecided holds that what no single answer shows is left to the search.
func TestTheSourceIsDecided(t *testing.T) {
	v := check(t, wrote(1, 2, 0), wrote(2, 1, 20))
	require.Equal(t, checkers.Invalid, v.Status)
	require.Contains(t, []string{checkers.NonLinearizable, checkers.PhantomUpdate}, v.Anomalies[0].Name)
	v = check(t, wrote(1, 1, 0), op{Call: 1, Return: history.Never, Outcome: history.Unknown, Input: in{Key: 3}},
		wrote(2, 3, 20), wrote(3, 2, 40))
	require.Equal(t, checkers.Invalid, v.Status)
	require.Equal(t, checkers.NonLinearizable, v.Anomalies[0].Name)
	require.Equal(t, "key 3", v.Anomalies[0].Object)
}

func TestMalformed(t *testing.T) {
	for want, bad := range map[string]in{
		"malformed: operation #0: write key 8: there are keys 0 to 7":  {Key: 8},
		"malformed: operation #0: read key -1: there are keys 0 to 7":  {Kind: cache.Read, Key: -1},
		"malformed: operation #0: Kind(9) is no operation of a cache":  {Kind: 9},
		"malformed: operation #0: stored key 9: there are keys 0 to 7": {Kind: cache.Stored, Key: 9},
	} {
		require.Equal(t, checkers.Undecide("%s", want), check(t, op{Input: bad}))
	}
}

func TestCheckStopsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	v := mustNew(t, 8).Check(ctx, &hist{Ops: []op{wrote(1, 1, 0)}})
	require.Equal(t, checkers.Undecided, v.Status)
	require.Contains(t, v.Reason, "stopped before all keys were checked")
}

// TestOthersMayTie holds that only one client's operations come one after the other where times tie.
func TestOthersMayTie(t *testing.T) {
	v := check(t, wrote(1, 1, 0), read(2, 0, 9))
	require.Equal(t, checkers.Valid, v.Status, v.Text())
}

// allocated is how many bytes a check allocates.
func allocated(w *cache.Workload, ops []op) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	w.Check(context.Background(), &hist{Ops: ops})
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestMuchThatIsWrong holds that a check of much that is wrong takes no more for each operation than one of little.
func TestMuchThatIsWrong(t *testing.T) {
	const few, many = 500, 4000
	w := mustNew(t, many)
	for what, wrong := range map[string]func(n int) []op{
		"keys": func(n int) (ops []op) {
			for key := range int32(n) {
				at := time.Duration(key) * 100
				ops = append(ops, on(key, wrote(1, 1, at), read(2, 0, at+10), read(3, 0, at+20))...)
			}
			return ops
		},
		"looks": func(n int) []op {
			ops := []op{wrote(1, 1, 0)}
			for i := range n {
				ops = append(ops, final(cache.Cached, 0, time.Duration(i+1)*10))
			}
			return ops
		},
	} {
		require.Less(t, allocated(w, wrong(many)), 2*many/few*allocated(w, wrong(few)), what)
	}
}
