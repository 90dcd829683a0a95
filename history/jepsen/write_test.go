package jepsen_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/jepsen"
)

// random makes a history in which many things happen at one time.
func random(r *rand.Rand) *jepsen.History {
	h := &jepsen.History{Values: jepsen.NewValues(), Timed: true, Format: jepsen.EDN}
	h.Notes = map[int]string{}
	h.Type = jepsen.CASRegister
	h.Keys = jepsen.Keys(r.IntN(3))
	now := map[int32]int64{}
	next := int32(4)
	seats := []int32{0, 1, 2, 3}
	for range 1 + r.IntN(20) {
		seat := r.IntN(len(seats))
		client := seats[seat]
		call := now[client] + r.Int64N(3)
		ret := call + r.Int64N(3)
		op := history.Op[jepsen.Input, jepsen.Output]{
			Client: client, Call: time.Duration(call), Return: time.Duration(ret), Outcome: history.Outcome(r.IntN(3)),
			Phase: history.Phase(r.IntN(3)), Retries: uint16(r.IntN(2)),
			Input: jepsen.Input{F: jepsen.F(r.IntN(3))},
		}
		if h.Keys != jepsen.One {
			op.Input.Key = r.Int64N(2)
		}
		value := func() int64 { return []int64{jepsen.None, 0, 1, -5, h.Values.OfInt(-1 << 63)}[r.IntN(5)] }
		switch op.Input.F {
		case jepsen.CAS:
			op.Input.Old = value()
			fallthrough
		case jepsen.Write:
			op.Input.New = value()
		}
		now[client] = ret
		switch {
		case op.Outcome == history.Unknown:
			seats[seat], next = next, next+1
			now[seats[seat]] = ret
			if r.IntN(2) == 0 {
				op.Return = history.Never
			}
		case op.Outcome == history.OK && op.Input.F == jepsen.Read:
			op.Output.Value = value()
		case op.Outcome == history.OK && op.Input.F == jepsen.CAS:
			op.Output.Refused, op.Output.Seen = r.IntN(2) == 0, r.IntN(2) == 0
			if op.Output.Seen {
				op.Output.Before = value()
			}
		}
		h.Ops = append(h.Ops, op)
		if op.Outcome != history.OK && r.IntN(2) == 0 {
			h.Notes[len(h.Ops)-1] = "a \"note\"\n"
		}
	}
	h.Sort()
	return h
}

// TestWhatIsWrittenIsReadBack holds it for histories full of equal times.
func TestWhatIsWrittenIsReadBack(t *testing.T) {
	for seed := range uint64(3000) {
		h := random(rand.New(rand.NewPCG(seed, 7)))
		var b bytes.Buffer
		require.NoError(t, jepsen.Encode(&b, h))
		text := b.String()
		back, err := jepsen.Decode(&b, "h", "cas-register")
		require.NoError(t, err, "seed %d:\n%s", seed, text)
		require.Equal(t, h.Ops, back.Ops, "seed %d:\n%s", seed, text)
		require.Equal(t, h.Notes, back.Notes, "seed %d:\n%s", seed, text)
		require.Equal(t, h.Keys, back.Keys)
	}
}

func TestWhatNeverReturnedWasNotOK(t *testing.T) {
	h := &jepsen.History{Values: jepsen.NewValues()}
	h.Ops = []history.Op[jepsen.Input, jepsen.Output]{{Return: history.Never}}
	require.ErrorContains(t, jepsen.Encode(&bytes.Buffer{}, h), "op #0 was ok and never returned")
}

// FuzzDecode holds that whatever is read as a history can be written and is read back the same.
func FuzzDecode(f *testing.F) {
	f.Add("{:process 0, :type :invoke, :f :read, :value nil}\n{:process 0, :type :ok, :f :read, :value 3}")
	f.Add("[{:process 0, :type :invoke, :f :add, :value [1 2], :time 3}{:process 0, :type :info, :f :add, :time 3}]")
	f.Add("INFO jepsen.util - 0 :invoke :cas [1 2]\nINFO jepsen.util - 0 :fail :cas [1 2]")
	f.Fuzz(func(t *testing.T, text string) {
		h, err := jepsen.Decode(strings.NewReader(text), "h", "")
		if err != nil {
			return
		}
		var b bytes.Buffer
		require.NoError(t, jepsen.Encode(&b, h))
		if len(h.Ops) == 0 {
			return
		}
		back, err := jepsen.Decode(&b, "h", h.Type.String())
		if h.Ours != nil {
			return
		}
		require.NoError(t, err)
		require.Len(t, back.Ops, len(h.Ops))
		require.Equal(t, h.Type, back.Type)
	})
}
