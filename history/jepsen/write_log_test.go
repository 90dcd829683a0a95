package jepsen_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/jepsen"
)

// asLogged makes of a random history what a log says of one like it.
func asLogged(h *jepsen.History) {
	h.Keys = jepsen.One
	for i := range h.Ops {
		op := &h.Ops[i]
		op.Phase, op.Retries, op.Input.Key = history.Main, 0, 0
		op.Output.Before, op.Output.Seen = 0, false
		if op.Outcome == history.Failed && op.Input.F == jepsen.CAS {
			op.Outcome, op.Output.Refused = history.OK, true
		}
		if op.Outcome == history.OK {
			delete(h.Notes, i)
		}
	}
}

// TestALogIsReadBack with the operations as they were, but for their times and for reads that failed. Those of one client
// come back in order; who goes on after a read that failed is another one.
func TestALogIsReadBack(t *testing.T) {
	for seed := range uint64(3000) {
		h := random(rand.New(rand.NewPCG(seed, 11)))
		asLogged(h)
		var b bytes.Buffer
		require.NoError(t, jepsen.EncodeLog(&b, h))
		text := b.String()
		back := decode(t, text, "cas-register")
		require.Equal(t, jepsen.Log, back.Format)
		require.Equal(t, events(t, h), events(t, back), text)
	}
}

// events are the events of a history in order, without times, processes and errors.
func events(t *testing.T, h *jepsen.History) []string {
	t.Helper()
	plain := *h
	plain.Timed, plain.Notes = false, nil
	plain.Ops = slices.Clone(h.Ops)
	for i := range plain.Ops {
		op := &plain.Ops[i]
		if op.Input.F == jepsen.Read && op.Outcome == history.Failed {
			op.Outcome = history.Unknown
		}
	}
	var b bytes.Buffer
	require.NoError(t, jepsen.Encode(&b, &plain))
	return strings.Split(regexp.MustCompile(`:process \d+`).ReplaceAllString(b.String(), ""), "\n")
}

func TestWhatALogCanNotHold(t *testing.T) {
	of := func(op history.Op[jepsen.Input, jepsen.Output]) *jepsen.History {
		h := &jepsen.History{Values: jepsen.NewValues()}
		h.Ops = append(h.Ops, op)
		return h
	}
	keyed := of(history.Op[jepsen.Input, jepsen.Output]{})
	keyed.Keys = jepsen.Tuples
	found := of(history.Op[jepsen.Input, jepsen.Output]{Output: jepsen.Output{Seen: true}})
	found.Lines = []jepsen.Lines{{Call: 7}}
	cas := of(history.Op[jepsen.Input, jepsen.Output]{Outcome: history.Failed, Input: jepsen.Input{F: jepsen.CAS}})
	for want, h := range map[string]*jepsen.History{
		"its operations are on keys":                           keyed,
		"op #0 of line 7 tells what it found before (:before)": found,
		"op #0 is a compare-and-set that failed for whatever":  cas,
		"op #0 was ok and never returned":                      of(history.Op[jepsen.Input, jepsen.Output]{Return: history.Never}),
	} {
		var b bytes.Buffer
		require.ErrorContains(t, jepsen.EncodeLog(&b, h), want)
		require.Zero(t, b.Len())
	}
	require.ErrorIs(t, jepsen.EncodeLog(io.Discard, cas), jepsen.ErrLog)
}

// TestOneWordIsKeptOfAnError because a log has it in place of the value.
func TestOneWordIsKeptOfAnError(t *testing.T) {
	h := decode(t, `{:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :info, :f :write, :value 1, :error :timed-out}
{:process 1, :type :invoke, :f :write, :value 2}
{:process 1, :type :fail, :f :write, :value 2, :error "no leader"}
{:process 2, :type :invoke, :f :read}
{:process 2, :type :info, :f :read}`, "")
	var b bytes.Buffer
	require.NoError(t, jepsen.EncodeLog(&b, h))
	require.Equal(t, "INFO  jepsen.util - 0\t:invoke\t:write\t1\n"+
		"INFO  jepsen.util - 0\t:info\t:write\t:timed-out\n"+
		"INFO  jepsen.util - 1\t:invoke\t:write\t2\n"+
		"INFO  jepsen.util - 1\t:fail\t:write\tnil\n"+
		"INFO  jepsen.util - 2\t:invoke\t:read\tnil\n"+
		"INFO  jepsen.util - 2\t:fail\t:read\t:timed-out\n", b.String())
}
