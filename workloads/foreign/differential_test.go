package foreign_test

import (
	"context"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/edn"
	"github.com/lostupdate/stress/history/jepsen"
	"github.com/lostupdate/stress/workloads/foreign"
)

// maker makes random histories: in some a sequence of operations that is right is stretched over time, and in half of
// these one answer is then another.
type maker struct {
	*rand.Rand
	h       *jepsen.History
	written int64
	pool    []int64 // numbers of values that are no whole numbers
}

type op = history.Op[jepsen.Input, jepsen.Output]

func newMaker(seed uint64, of jepsen.Type) *maker {
	m := &maker{Rand: rand.New(rand.NewPCG(seed, uint64(of))), h: &jepsen.History{Values: jepsen.NewValues(), Type: of}}
	for i := range 12 {
		v := edn.Value{Kind: edn.String, Text: strconv.Itoa(i)}
		if of != jepsen.KV && i%2 == 0 {
			v.Kind = edn.Keyword
		}
		m.pool = append(m.pool, m.h.Values.Of(v))
	}
	return m
}

// value is mostly one that was not used before.
func (m *maker) value() int64 {
	if m.IntN(12) > 0 || m.written == 0 {
		m.written++
	}
	return m.numbered(m.written)
}

// used is one that was mostly used.
func (m *maker) used() int64 { return m.numbered(1 + m.Int64N(m.written+1)) }

func (m *maker) numbered(n int64) int64 {
	if m.h.Type == jepsen.KV || n%3 == 0 {
		return m.pool[n%int64(len(m.pool))]
	}
	return n
}

// history makes one of at most so many operations.
func (m *maker) history(most int) *jepsen.History {
	s := starting(m)
	n := 1 + m.IntN(most)
	for i := range n {
		o := op{Client: int32(i), Outcome: history.OK}
		at := time.Duration(2 * i)
		o.Call, o.Return = at-time.Duration(m.IntN(5)), at+time.Duration(m.IntN(5))
		s.step(&o)
		switch m.IntN(7) {
		case 0:
			o.Outcome, o.Output = history.Unknown, jepsen.Output{Value: m.Int64N(3)}
			if m.IntN(2) == 0 {
				o.Return = history.Never
			}
		case 1, 2:
			s.spoil(&o)
		}
		m.h.Ops = append(m.h.Ops, o)
	}
	m.h.Sort()
	return m.h
}

// TestMonitorsAgreeWithTheSearch holds, for each data type, that its Type changes no verdict.
func TestMonitorsAgreeWithTheSearch(t *testing.T) {
	count := histories(t)
	for of, name := range jepsen.Types() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var monitored int
			found := map[checkers.Status]int{}
			for seed := range uint64(count) {
				h := newMaker(seed, jepsen.Type(of)).history(14)
				fast, suited := foreign.Linear(context.Background(), h, true)
				slow, _ := foreign.Linear(context.Background(), h, false)
				require.Equal(t, slow.Status, fast.Status, "seed %d: %v\n%s\n%s", seed, h.Ops, slow.Text(), fast.Text())
				found[fast.Status]++
				if suited {
					monitored++
				}
			}
			t.Logf("%v, %d of %d by a monitor", found, monitored, count)
			require.Greater(t, found[checkers.Valid], count/5)
			require.Greater(t, found[checkers.Invalid], count/5)
			require.Greater(t, monitored, count/4)
		})
	}
}
