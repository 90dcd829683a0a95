package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/internal/loads"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/wallet"
)

const (
	clients = 16
	initial = 1000
	// perWallet is how many operations a wallet gets in the mean. Porcupine looks at each wallet alone, and needs memory with
	// the square of what is on one, so that few on each is the best case for it.
	perWallet = 1000
	leastKeys = 4
	seed      = 1
)

// bank answers as wallets do, but for one update, which is lost.
type bank struct {
	balances []int64
	hot      int   // the operation from which clients meet on wallet 0, for once
	saw      int64 // what wallet 0 held before the update that will be lost
	pending  bool  // it was made, and is not overwritten yet
}

// keys is how many wallets a history of so many operations has.
func (o *options) keys(count int) int {
	if o.wallets > 0 {
		return o.wallets
	}
	return max(leastKeys, count/perWallet)
}

// walletsOf makes the history of so many operations on wallets, with one lost update in its middle. The same numbers give
// the same history. Its types are those of the wallet workload, and so are the checks and the words.
func walletsOf(count, keys int) *history.History[wallet.Input, wallet.Output] {
	b := &bank{balances: make([]int64, keys), hot: count / 2}
	for i := range b.balances {
		b.balances[i] = initial
	}
	load := loads.Object[struct{}, wallet.Input, wallet.Output]{
		Draw: b.draw,
		Do: func(_ struct{}, in wallet.Input) (struct{}, wallet.Output) {
			return struct{}{}, b.do(in)
		},
	}
	h := load.Load(seed, clients, count-len(b.balances), 0)
	b.readAtEnd(h)
	h.Info = history.Info{
		Target: "made", Workload: wallet.Name, Strategy: "one update lost", Clients: clients, Seed: seed,
		Params: map[string]any{"keys": keys, "initial": initial},
	}
	return h
}

// hotFor is how many operations in a row meet on wallet 0, one for each client, so that two at least overlap.
const hotFor = clients

func (b *bank) draw(r *rand.Rand, n int) wallet.Input {
	in := wallet.Input{Wallet: int32(r.IntN(len(b.balances))), Amount: 1 + r.Int64N(initial/2)}
	in.Kind = []wallet.Kind{wallet.Deposit, wallet.Deduct, wallet.Read}[r.IntN(3)]
	if n >= b.hot && n < b.hot+hotFor {
		in.Kind, in.Wallet = wallet.Deposit, 0
	}
	if in.Kind == wallet.Read {
		in.Amount = 0
	}
	if n == b.hot {
		in.Amount = marked
	}
	return in
}

// readAtEnd has one more client read each wallet after all others have stopped, as a run does.
func (b *bank) readAtEnd(h *history.History[wallet.Input, wallet.Output]) {
	var at time.Duration
	for i := range h.Ops {
		at = max(at, h.Ops[i].Return)
	}
	for i, balance := range b.balances {
		h.Ops = append(h.Ops, history.Op[wallet.Input, wallet.Output]{
			Client: clients, Phase: history.Final, Call: at + 1, Return: at + 1000,
			Input: wallet.Input{Kind: wallet.Read, Wallet: int32(i)}, Output: wallet.Output{Balance: balance},
		})
		at += 1000
	}
}

// marked is the amount by which the bank knows the first of those that meet.
const marked = initial

// do makes an operation. The first update after the marked one sees the balance that the marked one saw.
func (b *bank) do(in wallet.Input) wallet.Output {
	before := b.balances[in.Wallet]
	if b.pending && in.Wallet == 0 && (in.Kind == wallet.Deposit || in.Kind == wallet.Deduct && in.Amount <= b.saw) {
		before, b.pending = b.saw, false
	}
	switch {
	case in.Kind == wallet.Read:
		return wallet.Output{Balance: before}
	case in.Kind == wallet.Deduct && before < in.Amount:
		return wallet.Output{Balance: before, Before: before, Seen: true, Refused: true}
	}
	if in.Amount == marked {
		b.saw, b.pending = before, true
	}
	after := before + in.Amount
	if in.Kind == wallet.Deduct {
		after = before - in.Amount
	}
	b.balances[in.Wallet] = after
	return wallet.Output{Balance: after, Before: before, Seen: true}
}

// judged checks a history and makes its report, as a run does.
func judged(h *history.History[wallet.Input, wallet.Output], keys int) (*report.Report, error) {
	w, err := wallet.New(wallet.Config{Keys: workloads.Keys{N: keys}, Initial: initial})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	v := w.Check(ctx, h)
	if v.Status != checkers.Invalid || v.Anomalies[0].Name != "lost-update" {
		return nil, fmt.Errorf("the history of %d operations has one lost update, and the verdict is %v: %v", len(h.Ops), v.Status, v)
	}
	return harness.Report(w, &harness.Result[wallet.Input, wallet.Output]{
		History: h, Verdict: v, Stats: harness.StatsOf(h, w),
	}), nil
}
