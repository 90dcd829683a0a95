package targets

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/jepsen"
	"github.com/lostupdate/stress/workloads/counter"
	"github.com/lostupdate/stress/workloads/register"
)

// record makes a history of operations that a workload's own words fill in.
func record[I, O any](r *rand.Rand, workload string, fill func(op *history.Op[I, O])) *history.History[I, O] {
	h := &history.History[I, O]{Notes: map[int]string{}}
	h.Info = history.Info{
		Format: 1, Tool: "t", Workload: workload, Params: map[string]any{"keys": 3.0}, Target: "memory", Strategy: "mutex",
		Clients: 4, Seed: math.MaxUint64, Start: time.Unix(1, 2).UTC(), Args: map[string]string{"a": "b\n"},
	}
	for client := range int32(1 + r.IntN(6)) {
		now := time.Duration(r.IntN(4))
		for range r.IntN(5) {
			op := history.Op[I, O]{
				Client: client, Call: now, Outcome: history.Outcome(r.IntN(3)), Phase: history.Phase(r.IntN(3)),
				Retries: uint16(r.IntN(3)),
			}
			now += time.Duration(r.IntN(3))
			op.Return = now
			last := op.Outcome == history.Unknown
			if last && r.IntN(2) == 0 {
				op.Return = history.Never
			}
			fill(&op)
			if op.Outcome != history.OK {
				var none O
				op.Output = none
				h.Notes[len(h.Ops)] = "why\t\"so\""
			}
			h.Ops = append(h.Ops, op)
			if last {
				break
			}
		}
	}
	h.Sort()
	return h
}

// back writes a history as EDN and reads it.
func back[I, O any](t *testing.T, words *vocabulary[I, O], h *history.History[I, O]) *history.History[I, O] {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, jepsen.Encode(&b, words.jepsen(h)))
	text := b.String()
	read, err := jepsen.Decode(&b, "h", "")
	require.NoError(t, err, text)
	again, err := words.own(read)
	if len(h.Ops) > 0 {
		require.NoError(t, err, text)
	}
	return again
}

func number(r *rand.Rand) int64 {
	return []int64{0, 1, -1, math.MaxInt64, math.MinInt64, math.MinInt64 + 1, 4_000_000_017}[r.IntN(7)]
}

func TestCountersAreReadBack(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 1))
		h := record(r, counter.Name, func(op *history.Op[counter.Input, counter.Output]) {
			op.Input = counter.Input{Kind: counter.Kind(r.IntN(2)), Key: int32(r.IntN(3))}
			op.Output.Value = number(r)
			if op.Input.Kind == counter.Add {
				op.Input.Delta = number(r)
			}
			if r.IntN(2) == 0 {
				op.Output.Before, op.Output.Seen = number(r), true
			}
		})
		require.Equal(t, h, back(t, counterWords(), h), "seed %d", seed)
	}
}

func TestRegistersAreReadBack(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 2))
		h := record(r, register.Name, func(op *history.Op[register.Input, register.Output]) {
			op.Input = register.Input{Kind: register.Kind(r.IntN(3)), Key: int32(r.IntN(3))}
			switch op.Input.Kind {
			case register.Read:
				op.Output.Value = number(r)
			case register.Write:
				op.Input.New = number(r)
			case register.CompareAndSet:
				op.Input.Old, op.Input.New, op.Output.Swapped = number(r), number(r), r.IntN(2) == 0
				if r.IntN(2) == 0 {
					op.Output.Value, op.Output.Seen = number(r), true
				}
			}
		})
		h.Missing, h.Interrupted = "the last moments", "cancelled"
		require.Equal(t, h, back(t, registerWords(), h), "seed %d", seed)
	}
}

func TestForeignKeysAreNoneOfOurs(t *testing.T) {
	h := &jepsen.History{Values: jepsen.NewValues(), Keys: jepsen.Tuples}
	h.Ops = []history.Op[jepsen.Input, jepsen.Output]{{Input: jepsen.Input{Key: jepsen.None}}}
	_, err := counterWords().own(h)
	require.ErrorContains(t, err, "op #0 concerns the key nil")
}
