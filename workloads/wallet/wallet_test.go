package wallet_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/wallet"
)

type (
	op   = history.Op[wallet.Input, wallet.Output]
	hist = history.History[wallet.Input, wallet.Output]
	in   = wallet.Input
	out  = wallet.Output
)

func mustNew(t *testing.T, cfg wallet.Config) *wallet.Workload {
	t.Helper()
	w, err := wallet.New(cfg)
	require.NoError(t, err)
	return w
}

func TestConfigErrorsNameTheOption(t *testing.T) {
	one := func(in wallet.Input) wallet.Config { return wallet.Config{Script: [][]wallet.Input{{in}}} }
	for _, c := range []struct {
		want string
		cfg  wallet.Config
	}{
		{"keys must be", wallet.Config{Keys: workloads.Keys{N: -1}}},
		{"hot must be", wallet.Config{Keys: workloads.Keys{Hot: 2}}},
		{"skew must be", wallet.Config{Keys: workloads.Keys{Skew: 1}}},
		{"initial must be", wallet.Config{Initial: -1}},
		{"initial must be", wallet.Config{Initial: math.MaxInt64}},
		{"amount must not be", wallet.Config{Amount: -1}},
		{"mix {", wallet.Config{Mix: wallet.Mix{Read: -1}}},
		{"mix {", wallet.Config{Keys: workloads.Keys{N: 1}, Mix: wallet.Mix{Transfer: 1}}},
		{"script of client 0 must", wallet.Config{Script: [][]wallet.Input{{}}}},
		{"script of client 0: deposit 0 into wallet 0: the amount must be above 0", one(in{})},
		{"script of client 0: read wallet 4: there are wallets 0 to 3", one(in{Kind: wallet.Read, Wallet: 4})},
		{"a transfer needs two wallets", one(in{Kind: wallet.Transfer, Amount: 1})},
		{"there are wallets 0 to 3", one(in{Kind: wallet.Transfer, To: -1, Amount: 1})},
		{"is no operation", one(in{Kind: 9})},
	} {
		_, err := wallet.New(c.cfg)
		require.ErrorContains(t, err, "wallet: ")
		require.ErrorContains(t, err, c.want)
	}
}

func generate(w *wallet.Workload, seed uint64, n int) []wallet.Input {
	r, next := rand.New(rand.NewPCG(seed, 0)), w.Generator(0)
	all := make([]wallet.Input, n)
	for i := range all {
		all[i] = next(r, nil)
	}
	return all
}

func TestGenerates(t *testing.T) {
	w := mustNew(t, wallet.Config{Amount: 7})
	all := generate(w, 1, 11_000)
	require.Equal(t, all, generate(w, 1, 11_000))
	require.NotEqual(t, all, generate(w, 2, 11_000))
	kinds, pairs := map[wallet.Kind]int{}, map[[2]int32]int{}
	for _, in := range all {
		kinds[in.Kind]++
		if in.Kind < wallet.Read {
			require.True(t, in.Amount >= 1 && in.Amount <= 7, "%+v", in)
		} else {
			require.Zero(t, in.Amount)
		}
		if in.Kind == wallet.Transfer {
			pairs[[2]int32{in.Wallet, in.To}]++
			require.NotEqual(t, in.Wallet, in.To)
		}
	}
	require.Len(t, pairs, 12)
	for kind, weight := range []int{3, 4, 2, 1, 1} {
		require.InDelta(t, 1000*weight, kinds[wallet.Kind(kind)], 200)
	}
	require.Len(t, w.Final(), 5)
	require.Equal(t, []int64{1000, 1000, 1000, 1000}, w.Initial())
	for _, in := range generate(mustNew(t, wallet.Config{Keys: workloads.Keys{N: 1}}), 1, 1000) {
		require.NotEqual(t, wallet.Transfer, in.Kind)
		require.Zero(t, in.Wallet)
	}
}

func TestTwoDeducts(t *testing.T) {
	w := wallet.TwoDeducts()
	require.Equal(t, []int64{1000}, w.Initial())
	for client, amount := range []int64{300, 500} {
		next := w.Generator(client)
		for range 3 { // the last is repeated
			require.Equal(t, in{Kind: wallet.Deduct, Amount: amount}, next(nil, nil))
		}
	}
	name, params := w.Info()
	require.Equal(t, "wallet", name)
	require.Equal(t, map[string]any{"keys": 1, "initial": int64(1000)}, params)
}

func TestWords(t *testing.T) {
	w := mustNew(t, wallet.Config{Keys: workloads.Keys{N: 8}})
	deposit, deduct := in{Wallet: 7, Amount: 3}, in{Kind: wallet.Deduct, Wallet: 7, Amount: 3}
	transfer := in{Kind: wallet.Transfer, Wallet: 7, To: 2, Amount: 3}
	read, all := in{Kind: wallet.Read, Wallet: 7}, in{Kind: wallet.ReadAll}
	seen := func(before, balance, to int64) out {
		return out{Seen: true, Before: before, Balance: balance, ToBalance: to}
	}
	refused := out{Refused: true, Seen: true, Before: 2}
	for want, o := range map[string]op{
		"deposit 3 into wallet 7":                             {Input: deposit},
		"deposit 3 into wallet 7 → 8":                         {Input: deposit, Output: seen(5, 8, 0)},
		"deduct 3 from wallet 7":                              {Input: deduct},
		"deduct 3 from wallet 7 → 2":                          {Input: deduct, Output: seen(5, 2, 0)},
		"deduct 3 from wallet 7 → refused":                    {Input: deduct, Output: out{Refused: true}},
		"deduct 3 from wallet 7 → refused at 2":               {Input: deduct, Output: refused},
		"transfer 3 from wallet 7 to wallet 2":                {Input: transfer},
		"transfer 3 from wallet 7 to wallet 2 → 1 and 9":      {Input: transfer, Output: seen(4, 1, 9)},
		"transfer 3 from wallet 7 to wallet 2 → refused":      {Input: transfer, Output: out{Refused: true}},
		"transfer 3 from wallet 7 to wallet 2 → refused at 2": {Input: transfer, Output: refused},
		"read wallet 7 → 5":                                   {Input: read, Output: out{Balance: 5}},
		"read of all wallets → [1 2]":                         {Input: all, Output: out{Balances: []int64{1, 2}}},
	} {
		require.Equal(t, want, w.Describe(&o))
	}
	for want, input := range map[string]wallet.Input{
		"deposit 3 into wallet 7": deposit, "deduct 3 from wallet 7": deduct,
		"transfer 3 from wallet 7 to wallet 2": transfer, "read wallet 7": read, "read of all wallets": all,
	} {
		for _, outcome := range []history.Outcome{history.Failed, history.Unknown} {
			require.Equal(t, want+", "+outcome.String(), w.Describe(&op{Input: input, Outcome: outcome}))
		}
	}
	require.Equal(t, harness.Class{Kind: "deposit", Key: 7}, w.Class(deposit))
	require.Equal(t, harness.Class{Kind: "deduct", Key: 7}, w.Class(deduct))
	require.Equal(t, harness.Class{Kind: "transfer", Key: 7, Whole: true}, w.Class(transfer))
	require.Equal(t, harness.Class{Kind: "read", Key: 7, ReadOnly: true}, w.Class(read))
	require.Equal(t, harness.Class{Kind: "read-all", ReadOnly: true, Whole: true}, w.Class(all))
}

func TestJSON(t *testing.T) {
	for want, in := range map[string]wallet.Input{
		`{"op":"deposit","wallet":7,"amount":3}`:         {Wallet: 7, Amount: 3},
		`{"op":"deduct","wallet":0,"amount":3}`:          {Kind: wallet.Deduct, Amount: 3},
		`{"op":"transfer","wallet":0,"to":2,"amount":3}`: {Kind: wallet.Transfer, To: 2, Amount: 3},
		`{"op":"read","wallet":1}`:                       {Kind: wallet.Read, Wallet: 1},
		`{"op":"read-all","wallet":0}`:                   {Kind: wallet.ReadAll},
	} {
		text, err := json.Marshal(in)
		require.NoError(t, err)
		require.Equal(t, want, string(text))
		var back wallet.Input
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, in, back)
	}
	for want, out := range map[string]wallet.Output{
		`{"balance":0}`:                   {},
		`{"balance":0,"refused":true}`:    {Refused: true},
		`{"balance":0,"balances":[1,-2]}`: {Balances: []int64{1, -2}},
		`{"balance":2,"before":5,"to_balance":4,"to_before":1,"seen":true}`: {
			Balance: 2, Before: 5, ToBalance: 4, ToBefore: 1, Seen: true,
		},
	} {
		text, err := json.Marshal(out)
		require.NoError(t, err)
		require.Equal(t, want, string(text))
		var back wallet.Output
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, out, back)
	}
	var in wallet.Input
	require.ErrorContains(t, json.Unmarshal([]byte(`{"op":"x"}`), &in), `"x" is none of deposit, deduct`)
	_, err := json.Marshal(wallet.Input{Kind: 9})
	require.Error(t, err)
}
