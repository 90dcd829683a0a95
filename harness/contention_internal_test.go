package harness

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// conflict is an input that says of itself what the harness must know.
type conflict = Class

func classOf(c conflict) Class { return c }

func at(client int32, call, ret time.Duration, c Class) history.Op[conflict, int] {
	return history.Op[conflict, int]{Client: client, Call: call, Return: ret, Input: c}
}

func TestContended(t *testing.T) {
	update, read, all, look := Class{}, Class{ReadOnly: true}, Class{Whole: true}, Class{Whole: true, ReadOnly: true}
	other := Class{Key: 1}
	warm := at(1, 0, 9, update)
	warm.Phase = history.Warmup
	for name, c := range map[string]struct {
		ops  []history.Op[conflict, int]
		want float64
	}{
		"nothing":                     {nil, 0},
		"one":                         {ops(at(0, 0, 9, update)), 0},
		"two updates":                 {ops(at(0, 0, 9, update), at(1, 5, 12, update)), 1},
		"that touch":                  {ops(at(0, 0, 5, update), at(1, 5, 12, update)), 1},
		"that do not":                 {ops(at(0, 0, 4, update), at(1, 5, 12, update)), 0},
		"of one client":               {ops(at(0, 0, 9, update), at(0, 5, 12, update)), 0},
		"on two objects":              {ops(at(0, 0, 9, update), at(1, 5, 12, other)), 0},
		"two reads":                   {ops(at(0, 0, 9, read), at(1, 5, 12, read)), 0},
		"a read and an update":        {ops(at(0, 0, 9, read), at(1, 5, 12, update)), 1},
		"an update and a read":        {ops(at(0, 0, 9, update), at(1, 5, 12, read)), 1},
		"a transfer over all":         {ops(at(0, 0, 9, all), at(1, 5, 12, other)), 1},
		"a read of all":               {ops(at(0, 0, 9, look), at(1, 5, 12, other)), 1},
		"two reads of all":            {ops(at(0, 0, 9, look), at(1, 5, 12, look)), 0},
		"a read of one and all":       {ops(at(0, 0, 9, read), at(1, 5, 12, look)), 0},
		"an update and a read of all": {ops(at(0, 0, 9, update), at(1, 5, 12, look)), 1},
		"two of four": {
			ops(at(0, 0, 1, read), at(1, 5, 9, update), at(2, 6, 7, other), at(0, 8, 9, read)), 0.5,
		},
		"one that never returns":       {ops(at(0, 0, history.Never, update), at(1, 900, 901, update)), 1},
		"a long one over a short one":  {ops(at(0, 0, 100, update), at(0, 101, 102, update), at(1, 50, 60, read)), 2.0 / 3},
		"one before the main part":     {ops(warm, at(0, 5, 12, update)), 0},
		"the same client in between":   {ops(at(0, 0, 50, update), at(1, 1, 2, read), at(1, 40, 41, update)), 1},
		"second latest of two clients": {ops(at(0, 0, 20, update), at(1, 1, 30, other), at(1, 2, 40, update)), 2.0 / 3},
	} {
		h := &history.History[conflict, int]{Ops: c.ops}
		h.Sort()
		require.InDelta(t, c.want, contended(h, classOf), 1e-9, name)
		require.InDelta(t, c.want, bruteForce(h), 1e-9, name)
	}
}

func ops(all ...history.Op[conflict, int]) []history.Op[conflict, int] { return all }

// bruteForce looks at every pair.
func bruteForce(h *history.History[conflict, int]) float64 {
	n, hit := 0, 0
	for i := range h.Ops {
		if h.Ops[i].Phase != history.Main {
			continue
		}
		n++
		for j := range h.Ops {
			if conflicting(&h.Ops[i], &h.Ops[j]) {
				hit++
				break
			}
		}
	}
	return float64(hit) / float64(max(n, 1))
}

func conflicting(a, b *history.Op[conflict, int]) bool {
	same := a.Input.Key == b.Input.Key || a.Input.Whole || b.Input.Whole
	return b.Phase == history.Main && a.Client != b.Client && same && (!a.Input.ReadOnly || !b.Input.ReadOnly) &&
		a.Overlaps(b)
}

// TestContendedAgreesWithBruteForce also lets operations of one client overlap, which no run does.
func TestContendedAgreesWithBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		h := &history.History[conflict, int]{}
		span := 1 + r.IntN(60)
		for range r.IntN(16) {
			call := time.Duration(r.IntN(span))
			op := at(int32(r.IntN(4)), call, call+time.Duration(r.IntN(12)),
				Class{Key: uint64(r.IntN(2)), ReadOnly: r.IntN(2) == 0, Whole: r.IntN(5) == 0})
			if r.IntN(12) == 0 {
				op.Return, op.Outcome = history.Never, history.Unknown
			}
			op.Phase = history.Phase(r.IntN(20) / 18)
			h.Ops = append(h.Ops, op)
		}
		h.Sort()
		require.InDelta(t, bruteForce(h), contended(h, classOf), 1e-9, "%+v", h.Ops)
		m := newMeeting()
		for _, op := range h.Ops {
			if op.Phase == history.Main {
				m.add(op.Client, op.Call, op.Return, op.Input)
			}
		}
		require.InDelta(t, bruteForce(h), m.share(), 1e-9, "%+v", h.Ops)
	}
}

func TestVacuity(t *testing.T) {
	for _, c := range []struct {
		stats  Stats
		reason string
	}{
		{Stats{}, "no operation was made"},
		{Stats{Ops: 1000, OK: 49, Contended: 1}, "only 49 of 1000 operations were OK"},
		{Stats{Ops: 5, OK: 0, Contended: 1}, "only 0 of 5 operations were OK"},
		{Stats{Ops: 1000, OK: 1000}, "no two clients' operations on one object overlapped"},
		{Stats{Ops: 1000, OK: 50, Contended: 0.001}, ""},
		{Stats{Ops: 100, OK: 60, Updates: 60, UpdatesOK: 60, Contended: 1}, "none of 40 reads was OK"},
		{Stats{Ops: 100, OK: 61, Updates: 60, UpdatesOK: 60, Contended: 1}, ""},
		{Stats{Ops: 60, OK: 60, Updates: 60, UpdatesOK: 60, Contended: 1}, ""}, // a workload without reads
	} {
		v := Vacuity(c.stats)
		require.Equal(t, c.reason != "", v.Status == checkers.Undecided)
		require.Contains(t, v.Reason, c.reason)
	}
}
