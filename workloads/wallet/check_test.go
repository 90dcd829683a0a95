package wallet_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/internal/simulate"
	"github.com/lostupdate/stress/workloads/wallet"
)

// TestTheIssuesSentence is what the project began with, word for word.
func TestTheIssuesSentence(t *testing.T) {
	w := mustNew(t, wallet.Config{Keys: workloads.Keys{N: 8}})
	h := &hist{}
	for i := range 17 {
		at := time.Duration(10 * i)
		h.Ops = append(h.Ops, op{
			Call: at, Return: at + 5, Input: in{Kind: wallet.Read, Wallet: int32(i % 8)}, Output: out{Balance: 1000},
		})
	}
	deduct := func(client int32, amount int64) op {
		at := time.Duration(200 + client)
		return op{
			Client: client, Call: at, Return: at + 10, Input: in{Kind: wallet.Deduct, Wallet: 7, Amount: amount},
			Output: out{Seen: true, Before: 1000, Balance: 1000 - amount},
		}
	}
	h.Ops = append(h.Ops, deduct(3, 300), deduct(5, 500))
	for i := range 8 {
		at := time.Duration(300 + 10*i)
		h.Ops = append(h.Ops, op{
			Client: 9, Call: at, Return: at + 5, Phase: history.Final,
			Input: in{Kind: wallet.Read, Wallet: int32(i)}, Output: out{Balance: 1000},
		})
	}
	h.Ops[len(h.Ops)-1].Output.Balance = 500
	v := w.Check(context.Background(), h)
	require.Len(t, v.Anomalies, 1)
	a := v.Anomalies[0]
	require.Equal(t, "wallet 7: client 3 (op #17, deduct 300) and client 5 (op #18, deduct 500) both read 1000; "+
		"client 5's write of 500 overwrote client 3's 700; expected 200, found 500; 300 lost.", a.Message)
	require.Equal(t, checkers.Anomaly{
		Name: "lost-update", Object: "wallet 7", Message: a.Message, Ops: []int{17, 18}, Lost: 300, Updates: 1, Of: 2,
		Arrows: []checkers.Arrow{
			{From: checkers.Earlier, To: 17, Relation: checkers.Reads, Text: "read 1000"},
			{From: checkers.Earlier, To: 18, Relation: checkers.Reads, Text: "read 1000"},
			{From: 17, To: 18, Relation: checkers.Overwrites, Text: "overwrote 700"},
			{From: 18, To: 26, Relation: checkers.Reads, Text: "read 500"},
		},
	}, a)
	a.Repair = []string{"atomic", "row-lock", "optimistic", "serializable"}
	require.Equal(t, "lost-update: "+a.Message+" Not lost by: atomic, row-lock, optimistic, serializable.", a.Text())
}

// store is plain wallets. A stale one works now and then on what a wallet held some operations ago, and reads all
// wallets one by one.
type store struct {
	now    map[int32]int64
	before []map[int32]int64
	r      *rand.Rand
	stale  bool
}

func newStore(r *rand.Rand, wallets int, initial int64, stale bool) *store {
	s := &store{now: map[int32]int64{}, r: r, stale: stale}
	for i := range wallets {
		s.now[int32(i)] = initial
	}
	return s
}

func (s *store) balance(n int32) int64 {
	if s.stale && len(s.before) > 0 && s.r.IntN(4) == 0 {
		return s.before[max(0, len(s.before)-1-s.r.IntN(3))][n]
	}
	return s.now[n]
}

func (s *store) do(in wallet.Input) (o wallet.Output) {
	defer func(old map[int32]int64) { s.before = append(s.before, old) }(copied(s.now))
	switch in.Kind {
	case wallet.Read:
		return out{Balance: s.balance(in.Wallet)}
	case wallet.ReadAll:
		for n := range int32(len(s.now)) {
			o.Balances = append(o.Balances, s.balance(n))
		}
		return o
	}
	o.Seen = s.r.IntN(3) > 0
	o.Before, o.ToBefore = s.balance(in.Wallet), s.balance(in.To)
	o.Balance = o.Before + in.Amount
	if in.Kind != wallet.Deposit {
		o.Balance = o.Before - in.Amount
	}
	if o.Refused = o.Balance < 0; o.Refused {
		o.Balance, o.ToBalance = o.Before, o.ToBefore
	} else {
		s.now[in.Wallet] = o.Balance
	}
	if in.Kind == wallet.Transfer && !o.Refused {
		o.ToBalance = o.ToBefore + in.Amount
		s.now[in.To] = o.ToBalance
	}
	if !o.Seen {
		return out{Refused: o.Refused}
	}
	return o
}

func copied(m map[int32]int64) map[int32]int64 {
	c := map[int32]int64{}
	for k, v := range m {
		c[k] = v
	}
	return c
}

func randomWorkload(t *testing.T, r *rand.Rand) *wallet.Workload {
	t.Helper()
	mixes := []wallet.Mix{
		{}, {Deposit: 1, Deduct: 2, Read: 1}, {Deposit: 1, Transfer: 3, ReadAll: 2}, {Transfer: 2, ReadAll: 1},
	}
	return mustNew(t, wallet.Config{
		Keys: workloads.Keys{N: 1 + r.IntN(3)}, Initial: int64(1 + r.IntN(20)), Amount: 10, Mix: mixes[r.IntN(len(mixes))],
	})
}

// TestCheck holds the whole check, with its invariants and its ways of taking wallets apart, against the model of all
// wallets alone.
func TestCheck(t *testing.T) {
	count, names := map[checkers.Status]int{}, map[string]int{}
	for seed := range uint64(simulate.Volume(30_000)) {
		r := rand.New(rand.NewPCG(seed, 1))
		w := randomWorkload(t, r)
		initial := w.Initial()
		s := newStore(r, len(initial), initial[0], seed%2 == 1)
		unknown := []float64{0, 0.3}[r.IntN(2)]
		h := simulate.History(r, generate(w, seed, 1+r.IntN(8)), w.Final(), unknown, s.do)
		want := linear.Check(context.Background(), wallet.Model(len(initial), initial[0]), h).Status
		v := w.Check(context.Background(), h)
		require.Equal(t, want, v.Status, "seed %d: %s", seed, v.Text())
		require.True(t, s.stale || want == checkers.Valid, "seed %d", seed)
		count[want]++
		for _, a := range v.Anomalies {
			names[a.Name]++
		}
	}
	t.Log(count, names)
	require.Greater(t, count[checkers.Invalid], simulate.Volume(5_000))
	for _, name := range []string{checkers.LostUpdate, checkers.ReadSkew, checkers.NonLinearizable} {
		require.Greater(t, names[name], simulate.Volume(50), name)
	}
}

func transfer(client int32, call, ret time.Duration) op {
	return op{Client: client, Call: call, Return: ret, Input: in{Kind: wallet.Transfer, Wallet: 0, To: 1, Amount: 5}}
}

func readAll(client int32, call, ret time.Duration, balances ...int64) op {
	return op{Client: client, Call: call, Return: ret, Input: in{Kind: wallet.ReadAll}, Output: out{Balances: balances}}
}

func TestReadSkew(t *testing.T) {
	w := mustNew(t, wallet.Config{Keys: workloads.Keys{N: 2}, Initial: 10})
	check := func(ops ...op) string { return w.Check(context.Background(), &hist{Ops: ops}).Text() }
	require.Equal(t, "INVALID\nread-skew: client 2 (op #1, read of all wallets) saw 15 in all, "+
		"but there was 20 while it ran; client 1 (op #0, transfer 5 from wallet 0 to wallet 1) was under way.\n",
		check(transfer(1, 0, 9), readAll(2, 1, 5, 5, 10), readAll(3, 20, 21, 5, 15)))
	// Each total is right, but the two transfers that cancel each other out are seen in one order by each.
	back := transfer(2, 0, 9)
	back.Input.Wallet, back.Input.To = 1, 0
	text := check(transfer(1, 0, 9), back, readAll(3, 1, 2, 5, 15), readAll(4, 3, 4, 15, 5))
	require.Contains(t, text, "read-skew: ")
	require.Contains(t, text, "; without the reads of all wallets, everything is explained.")
	// An old state, seen whole, is none.
	require.Contains(t, check(transfer(1, 0, 2), readAll(2, 3, 4, 10, 10)), "INVALID\n")
}

func TestTheLastSnapshotCounts(t *testing.T) {
	w := mustNew(t, wallet.Config{Keys: workloads.Keys{N: 2}, Initial: 10})
	final := func(last op, balances ...int64) *hist {
		h := &hist{Ops: []op{{Call: 0, Return: 1, Client: 1, Input: in{Amount: 5}}}}
		for i, b := range balances {
			at := time.Duration(10 + 2*i)
			h.Ops = append(h.Ops, op{
				Call: at, Return: at + 1, Client: 2, Phase: history.Final,
				Input: in{Kind: wallet.Read, Wallet: int32(i)}, Output: out{Balance: b},
			})
		}
		last.Phase = history.Final
		h.Ops = append(h.Ops, last)
		return h
	}
	status := func(h *hist) checkers.Status { return w.Check(context.Background(), h).Status }
	require.Equal(t, checkers.Valid, status(final(readAll(2, 20, 21, 15, 10), 15, 10)))
	require.Equal(t, checkers.Invalid, status(final(readAll(2, 20, 21, 10, 10), 15, 10)), "what was there, is not")
	require.Equal(t, checkers.Invalid, status(final(readAll(2, 20, 21, 16, 9), 15, 10)))
	lost := final(readAll(2, 20, 21, 15, 10), 15, 10)
	lost.Ops[3].Outcome = history.Unknown
	require.Equal(t, checkers.Valid, status(lost))
	between := final(readAll(2, 20, 21, 15, 15), 15, 10)
	between.Ops = slices.Insert(between.Ops, 1, op{
		Call: 2, Return: 3, Client: 3, Outcome: history.Unknown, Input: in{Wallet: 1, Amount: 5},
	})
	require.Equal(t, checkers.Valid, status(between), "the deposit of unknown outcome came between")
}

func TestOverdraft(t *testing.T) {
	w := mustNew(t, wallet.Config{Keys: workloads.Keys{N: 1}, Initial: 10})
	deduct := op{
		Client: 4, Return: 1, Input: in{Kind: wallet.Deduct, Amount: 12}, Output: out{Seen: true, Before: 10, Balance: -2},
	}
	v := w.Check(context.Background(), &hist{Ops: []op{deduct}})
	require.Equal(t, "INVALID\noverdraft: wallet 0: client 4 (op #0, deduct 12) saw -2, below zero.\n", v.Text())
}

// TestWhatIsLostComesBeforeWhatIsBelowZero holds the order of the checks that run side by side.
func TestWhatIsLostComesBeforeWhatIsBelowZero(t *testing.T) {
	w := mustNew(t, wallet.Config{Keys: workloads.Keys{N: 1}, Initial: 10})
	deduct := func(client int32, amount int64) op {
		return op{
			Client: client, Return: 1, Input: in{Kind: wallet.Deduct, Amount: amount},
			Output: out{Seen: true, Before: 10, Balance: 10 - amount},
		}
	}
	h := &hist{Ops: []op{deduct(1, 12), deduct(2, 9), {
		Client: 3, Call: 2, Return: 3, Phase: history.Final, Input: in{Kind: wallet.Read}, Output: out{Balance: 1},
	}}}
	for range 50 {
		require.Equal(t, "INVALID\nlost-update: wallet 0: client 1 (op #0, deduct 12) and client 2 (op #1, deduct 9) both "+
			"read 10; client 2's write of 1 overwrote client 1's -2; 10 does not cover both: one should have been refused.\n"+
			"overdraft: wallet 0: client 1 (op #0, deduct 12) saw -2, below zero.\n", w.Check(t.Context(), h).Text())
	}
}

func TestMalformedIsUndecided(t *testing.T) {
	w := mustNew(t, wallet.Config{Keys: workloads.Keys{N: 2}, Initial: 10})
	for want, input := range map[string]wallet.Input{
		"read wallet 5: there are wallets 0 to 1":             {Kind: wallet.Read, Wallet: 5},
		"deduct -1 from wallet 0: the amount must be above 0": {Kind: wallet.Deduct, Amount: -1},
		"transfer 1 from wallet 1 to wallet 1: a transfer needs two wallets": {
			Kind: wallet.Transfer, Wallet: 1, To: 1, Amount: 1,
		},
	} {
		v := w.Check(context.Background(), &hist{Ops: []op{{Input: input}}})
		require.Equal(t, checkers.Undecide("malformed: operation #0: %s", want), v)
	}
	short := w.Check(context.Background(), &hist{Ops: []op{readAll(1, 0, 1, 10)}})
	require.Equal(t, checkers.Invalid, short.Status, "a snapshot of one wallet of two")
}

// TestModel holds the model's steps against a plain store.
func TestModel(t *testing.T) {
	for seed := range uint64(simulate.Volume(2_000)) {
		r := rand.New(rand.NewPCG(seed, 2))
		w := randomWorkload(t, r)
		initial := w.Initial()
		s := newStore(r, len(initial), initial[0], false)
		m := wallet.Model(len(initial), initial[0])
		state := m.Init(0)
		for _, input := range generate(w, seed, 30) {
			output := s.do(input)
			next, ok := m.Step(state, input, output)
			require.True(t, ok, "%+v %+v in %v", input, output, state)
			after, _ := m.Effect(state, input)
			require.Equal(t, next, after)
			require.False(t, m.Pure(input, output) && next != state)
			wrong := output
			switch {
			case input.Kind == wallet.ReadAll:
				wrong.Balances = append(slices.Clone(output.Balances[1:]), output.Balances[0]+1)
			case input.Kind == wallet.Read || output.Seen && !output.Refused:
				wrong.Balance++
			case input.Kind == wallet.Deposit:
				wrong.Refused = true
			default:
				wrong.Refused = !output.Refused
			}
			_, ok = m.Step(state, input, wrong)
			require.False(t, ok, "%+v %+v in %v", input, wrong, state)
			state = next
		}
		all := s.do(in{Kind: wallet.ReadAll})
		_, ok := m.Step(state, in{Kind: wallet.ReadAll}, all)
		require.True(t, ok)
	}
}
