package custom_test

import (
	"context"
	"encoding/json"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/custom"
	"github.com/lostupdate/stress/workloads/rules"
)

type (
	in   = custom.Input
	out  = custom.Output
	op   = history.Op[in, out]
	hist = history.History[in, out]
)

func points() custom.Type {
	return custom.Type{
		Name: "points", Object: "account", Keys: 3, Constants: map[string]int64{"initial": 1000},
		Operations: []custom.Operation{
			{Name: "earn", Weight: 1, Args: []custom.Arg{{"amount", 1, 10}}},
			{Name: "spend", Weight: 2, Args: []custom.Arg{{"amount", 1, 50}}, Outputs: []string{"balance"}},
			{Name: "read", Weight: 1, ReadOnly: true, Final: true, Outputs: []string{"balance"}},
			{Name: "move-all", Weight: 1, Whole: true, Args: []custom.Arg{{"from", 0, 2}, {"to", 0, 2}}},
			{Name: "total", ReadOnly: true, Final: true, Whole: true, Outputs: []string{"sum"}},
		},
		Rules: []rules.Rule{
			{
				Name: "conservation", Anomaly: checkers.LostUpdate,
				Holds: "sum(final.read, .balance) == keys*initial + sum(accepted.earn, .amount) - sum(accepted.spend, .amount)",
			},
			{Name: "floor", Each: rules.PerOperation, Anomaly: checkers.Overdraft, Holds: "balance >= 0"},
		},
	}
}

func mustNew(t *testing.T, change func(t *custom.Type)) *custom.Workload {
	t.Helper()
	p := points()
	if change != nil {
		change(&p)
	}
	w, err := custom.New(p)
	require.NoError(t, err)
	return w
}

func TestErrors(t *testing.T) {
	for want, change := range map[string]func(t *custom.Type){
		"custom: a type needs a name": func(t *custom.Type) {
			t.Name = ""
		},
		"points: keys must be 1 to 1000000, not 0": func(t *custom.Type) {
			t.Keys = 0
		},
		"points: hot must be a share": func(t *custom.Type) {
			t.Hot = 2
		},
		"points: hot and skew have no effect on fresh objects": func(t *custom.Type) {
			t.Fresh, t.Skew = true, 2
		},
		"points: there are no rules, so that nothing would be": func(t *custom.Type) {
			t.Rules = nil
		},
		`points: operation 1: "ea rn" is no name`: func(t *custom.Type) {
			t.Operations[0].Name = "ea rn"
		},
		"points: there are two operations spend": func(t *custom.Type) {
			t.Operations[0].Name = "spend"
		},
		"operation earn: weight must not be negative, and is -1": func(t *custom.Type) {
			t.Operations[0].Weight = -1
		},
		"operation earn: weight must be 1000000 or less, and is 9223372036854775807": func(t *custom.Type) {
			t.Operations[0].Weight = math.MaxInt
		},
		"points: the constant op is what every operation has": func(t *custom.Type) {
			t.Constants = map[string]int64{"op": 1}
		},
		"operation spend: what is final, made after": func(t *custom.Type) {
			t.Operations[0].Weight, t.Operations[1].Final = -1, true
		},
		"operation earn: it would never be made": func(t *custom.Type) {
			t.Operations[0].Weight = 0
		},
		"operation read: what is final, made after everybody": func(t *custom.Type) {
			t.Operations[2].ReadOnly = false
		},
		"operation read: what is final takes no arguments": func(t *custom.Type) {
			t.Operations[2].Args = []custom.Arg{{"x", 1, 1}}
		},
		"operation earn: argument amount: min is 11, above max, 10": func(t *custom.Type) {
			t.Operations[0].Args[0].Min = 11
		},
		`operation earn: "a-b" is no name of an argument or output`: func(t *custom.Type) {
			t.Operations[0].Args[0].Name = "a-b"
		},
		"operation earn: key is what every operation has": func(t *custom.Type) {
			t.Operations[0].Args[0].Name = "key"
		},
		"operation spend: two arguments or outputs are called amount": func(t *custom.Type) {
			t.Operations[1].Outputs = []string{"amount"}
		},
		"operation earn: initial is a constant too": func(t *custom.Type) {
			t.Operations[0].Args[0].Name = "initial"
		},
		"points: no operation changes anything": func(t *custom.Type) {
			t.Operations = t.Operations[2:3]
		},
		"points: rule conservation: column 65: unknown field amount": func(t *custom.Type) {
			t.Operations[0].Args[0].Name = "points"
		},
	} {
		p := points()
		change(&p)
		_, err := custom.New(p)
		require.ErrorContains(t, err, want)
	}
}

// TestFromParams holds that a recorded history is checked by the very same description.
func TestFromParams(t *testing.T) {
	w := mustNew(t, func(t *custom.Type) { t.Constants["large"] = math.MaxInt64 - 1 })
	name, params := w.Info()
	require.Equal(t, "custom", name)
	require.Equal(t, 3, params["keys"])
	text, err := json.Marshal(params)
	require.NoError(t, err)
	var again map[string]any
	require.NoError(t, json.Unmarshal(text, &again))
	for _, p := range []map[string]any{params, again} {
		other, err := custom.FromParams(p)
		require.NoError(t, err)
		require.Equal(t, w.Type(), other.Type())
		require.Equal(t, "points", other.Title())
		require.Equal(t, w.Final(), other.Final())
	}
	_, err = custom.FromParams(map[string]any{"keys": 3})
	require.ErrorContains(t, err, "the parameter type must hold the description")
	_, err = custom.FromParams(map[string]any{"type": `{"name":"points","kyes":3}`})
	require.ErrorContains(t, err, "kyes")
}

// TestCopied holds that a description that its owner changes later changes nothing.
func TestCopied(t *testing.T) {
	p := points()
	w, err := custom.New(p)
	require.NoError(t, err)
	p.Operations[0].Name, p.Constants["initial"] = "steal", 0
	require.Equal(t, points().Operations[0].Name, w.Type().Operations[0].Name)
	require.Equal(t, int64(1000), w.Type().Constants["initial"])
}

func TestJSON(t *testing.T) {
	i := in{Op: "spend", Key: 2, Args: custom.NewArgs(map[string]int64{"to": 1, "amount": math.MaxInt64})}
	require.Equal(t, custom.Args("amount=9223372036854775807 to=1"), i.Args)
	o := out{Values: custom.Values{"balance": int64(math.MaxInt64), "rate": 0.5, "name": "x", "sound": true}}
	text, err := json.Marshal([]any{i, o, in{Op: "read"}, out{Refused: true}})
	require.NoError(t, err)
	require.JSONEq(t, `[{"op":"spend","key":2,"args":{"amount":9223372036854775807,"to":1}},
		{"values":{"balance":9223372036854775807,"rate":0.5,"name":"x","sound":true}},{"op":"read","key":0},{"refused":true}]`,
		string(text))
	var parts []json.RawMessage
	require.NoError(t, json.Unmarshal(text, &parts))
	var back in
	var answer out
	require.NoError(t, json.Unmarshal(parts[0], &back))
	require.NoError(t, json.Unmarshal(parts[1], &answer))
	require.Equal(t, i, back)
	require.Equal(t, o, answer)
	require.Error(t, json.Unmarshal([]byte(`{"args":{"amount":1.5}}`), &back))
	require.Error(t, json.Unmarshal([]byte(`{"values":3}`), &answer))
}

func generate(w *custom.Workload, client int, seed uint64, n int) []in {
	r, next := rand.New(rand.NewPCG(seed, 0)), w.Generator(client)
	all := make([]in, n)
	for i := range all {
		all[i] = next(r, nil)
	}
	return all
}

func TestGenerator(t *testing.T) {
	w := mustNew(t, nil)
	all := generate(w, 0, 1, 5000)
	require.Equal(t, all, generate(w, 1, 1, 5000), "the same seed gives the same operations")
	require.NotEqual(t, all, generate(w, 0, 2, 5000))
	kinds, keys := map[string]int{}, map[int32]int{}
	for _, i := range all {
		kinds[i.Op]++
		keys[i.Key]++
		numbers := i.Args.Map()
		switch i.Op {
		case "earn":
			require.True(t, numbers["amount"] >= 1 && numbers["amount"] <= 10, "%v", i)
		case "spend":
			require.True(t, numbers["amount"] >= 1 && numbers["amount"] <= 50, "%v", i)
		case "move-all":
			require.Len(t, numbers, 2)
			require.Zero(t, i.Key)
		case "read":
			require.Empty(t, numbers)
		}
	}
	require.ElementsMatch(t, []string{"earn", "spend", "read", "move-all"}, slices.Collect(maps.Keys(kinds)), "total has no weight")
	require.Greater(t, kinds["spend"], 3*kinds["earn"]/2)
	require.Len(t, keys, 3)
}

func TestHot(t *testing.T) {
	w := mustNew(t, func(t *custom.Type) { t.Hot = 1 })
	for _, i := range generate(w, 0, 1, 100) {
		require.Zero(t, i.Key)
	}
}

func TestAllNumbers(t *testing.T) {
	w := mustNew(t, func(t *custom.Type) {
		t.Operations[0].Args[0] = custom.Arg{Name: "amount", Min: math.MinInt64, Max: math.MaxInt64}
	})
	below := false
	for _, i := range generate(w, 0, 1, 1000) {
		below = below || i.Args.Map()["amount"] < 0
	}
	require.True(t, below)
}

// TestFresh holds that all clients go through the objects in one order, and change each before anything else.
func TestFresh(t *testing.T) {
	w := mustNew(t, func(t *custom.Type) {
		t.Fresh = true
		t.Operations = slices.Delete(t.Operations, 3, 4)
	})
	for seed := range uint64(3) {
		for i, o := range generate(w, int(seed), seed, 60) {
			require.Equal(t, int32(i/2%3), o.Key)
			if i%2 == 0 {
				require.NotEqual(t, "read", o.Op)
			}
		}
	}
}

func TestFinal(t *testing.T) {
	require.Equal(t, []in{{Op: "read"}, {Op: "read", Key: 1}, {Op: "read", Key: 2}, {Op: "total"}}, mustNew(t, nil).Final())
}

func told(name string, value int64) out { return out{Values: custom.Values{name: value}} }

func TestDescribe(t *testing.T) {
	w := mustNew(t, nil)
	amount := custom.NewArgs(map[string]int64{"amount": 30})
	both := custom.NewArgs(map[string]int64{"from": 1, "to": 2})
	for want, o := range map[string]op{
		"spend 30 of account 2 → balance 970": {Input: in{"spend", 2, amount}, Output: told("balance", 970)},
		"spend 30 of account 2 → refused":     {Input: in{"spend", 2, amount}, Output: out{Refused: true}},
		"spend 30 of account 2 → refused, balance 3": {
			Input: in{"spend", 2, amount}, Output: out{Refused: true, Values: custom.Values{"balance": 3}},
		},
		"spend 30 of account 2, unknown": {Input: in{"spend", 2, amount}, Outcome: history.Unknown},
		"earn 30 of account 0":           {Input: in{"earn", 0, amount}},
		"read account 1 → balance 5, extra x": {
			Input: in{Op: "read", Key: 1}, Output: out{Values: custom.Values{"extra": "x", "balance": 5}},
		},
		"move-all (from 1, to 2) of all accounts": {Input: in{"move-all", 0, both}},
		"total all accounts → sum 7":              {Input: in{Op: "total"}, Output: out{Values: custom.Values{"sum": 7}}},
		"steal account 0":                         {Input: in{"steal", 0, amount}},
	} {
		assert.Equal(t, want, w.Describe(&o))
	}
	assert.Equal(t, "account 7", w.Object(7))
	c := w.Class(in{Op: "move-all"})
	assert.True(t, c.Whole && !c.ReadOnly && c.Kind == "move-all")
	assert.True(t, w.Class(in{Op: "read", Key: 2}).ReadOnly)
	assert.Equal(t, uint64(2), w.Class(in{Op: "read", Key: 2}).Key)
}

// made puts operations one after the other, and final reads of the balances behind them.
func made(balances []int64, ops ...op) *hist {
	sum := int64(0)
	for key, b := range balances {
		ops = append(ops, op{Input: in{Op: "read", Key: int32(key)}, Output: told("balance", b), Phase: history.Final})
		sum += b
	}
	ops = append(ops, op{Input: in{Op: "total"}, Output: out{Values: custom.Values{"sum": sum}}, Phase: history.Final})
	h := &hist{Ops: ops}
	for i := range h.Ops {
		h.Ops[i].Call, h.Ops[i].Return = time.Duration(2*i), time.Duration(2*i+1)
	}
	return h
}

func spend(key int32, amount int64, o out) op {
	return op{Input: in{"spend", key, custom.NewArgs(map[string]int64{"amount": amount})}, Output: o}
}

func TestCheck(t *testing.T) {
	w := mustNew(t, nil)
	left := func(n int64) out { return out{Values: custom.Values{"balance": n}} }
	unknown := spend(1, 7, out{})
	unknown.Outcome = history.Unknown
	for _, c := range []struct {
		name string
		h    *hist
		want checkers.Status
		text string
	}{
		{"valid", made([]int64{970, 1000, 1000}, spend(0, 30, left(970))), checkers.Valid, ""},
		{"lost", made([]int64{1000, 1000, 1000}, spend(0, 30, left(970))), checkers.Invalid, "lost-update: conservation: "},
		{"below zero", made([]int64{-30, 1000, 1000}, spend(0, 1030, left(-30))), checkers.Invalid,
			"overdraft: floor: for operation #0, spend on account 0, balance >= 0 does not hold: left is -30, " +
				"right is 0 (30 too little); " +
				"the same with another operation."},
		{"refused", made([]int64{1000, 1000, 1000}, spend(0, 1030, out{Refused: true})), checkers.Valid, ""},
		{"unknown and made", made([]int64{1000, 993, 1000}, unknown), checkers.Valid, ""},
		{"unknown and not made", made([]int64{1000, 1000, 1000}, unknown), checkers.Valid, ""},
		{"unknown and something else", made([]int64{1000, 992, 1000}, unknown), checkers.Invalid, "(8 too little)"},
		{"no final reads", made(nil), checkers.Undecided, "rules: rule conservation: 3 of 3 final reads (read) are missing"},
		{
			"no such operation", made(nil, op{Input: in{Op: "steal"}}),
			checkers.Undecided, `malformed: operation #0: there is no operation "steal" of points`,
		},
		{"no such object", made(nil, spend(3, 1, out{})), checkers.Undecided, "spend of account 3: there are numbers 0 to 2"},
		{"no argument", made(nil, op{Input: in{Op: "spend"}}), checkers.Undecided, "spend lacks its argument amount"},
		{
			"an argument more", made(nil, op{Input: in{Op: "read", Args: "x=1"}}), checkers.Undecided,
			"read has arguments that it does not take: x=1",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := w.Check(context.Background(), c.h)
			require.Equal(t, c.want, v.Status, v.Text())
			require.Contains(t, v.Text(), c.text)
		})
	}
}

// TestReadAgain holds that a history says the same after it was written to a file as JSON.
func TestReadAgain(t *testing.T) {
	w := mustNew(t, nil)
	for _, balance := range []int64{970, 971} {
		h := made([]int64{balance, 1000, 1000}, spend(0, 30, out{Values: custom.Values{"balance": int64(970)}}))
		again := &hist{Ops: slices.Clone(h.Ops)}
		for i := range h.Ops {
			text, err := json.Marshal(h.Ops[i].Output)
			require.NoError(t, err)
			again.Ops[i].Output = out{}
			require.NoError(t, json.Unmarshal(text, &again.Ops[i].Output))
		}
		require.Equal(t, w.Check(context.Background(), h), w.Check(context.Background(), again))
	}
}

// TestHidden holds that a history from a file still says what no rule can read, and that reports show what stands for it.
func TestHidden(t *testing.T) {
	w := mustNew(t, nil)
	o := out{Values: custom.Values{"balance": "${token}"}, Hidden: []string{"balance"}}
	text, err := json.Marshal(o)
	require.NoError(t, err)
	require.JSONEq(t, `{"values":{"balance":"${token}"},"hidden":["balance"]}`, string(text))
	var again out
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, o, again)
	v := w.Check(t.Context(), made([]int64{970, 1000, 1000}, spend(0, 30, again)))
	require.Equal(t, checkers.Undecided, v.Status, v.Text())
	require.Contains(t, v.Text(), "balance of operation #0, spend, has a secret in it")
	made := spend(0, 30, again)
	require.Equal(t, "spend 30 of account 0 → balance ${token}", w.Describe(&made))
}

// BenchmarkCheck checks 100,000 operations.
func BenchmarkCheck(b *testing.B) {
	w, err := custom.New(points())
	require.NoError(b, err)
	ops := make([]op, 100_000)
	for i := range ops {
		ops[i] = spend(0, 1, out{Values: custom.Values{"balance": int64(i)}})
	}
	h := made([]int64{-99_000, 1000, 1000}, ops...)
	for b.Loop() {
		if v := w.Check(context.Background(), h); len(v.Anomalies) != 1 {
			b.Fatal(v.Text())
		}
	}
}
