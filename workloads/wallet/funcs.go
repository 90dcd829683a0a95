package wallet

import (
	"context"
	"errors"
	"fmt"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads"
)

// Funcs are a user's own functions on one wallet, such as the methods of a service with the number of an account filled in.
// Clients call them at once, and the balance must add up: see [Test].
type Funcs struct {
	// Read gives the balance. Required.
	Read func(ctx context.Context) (int64, error)
	// Deduct takes an amount above 0 from the wallet, Deposit puts it in. One of them is required. A nil error says that it
	// was done, one that is in Refused that there was too little and nothing happened, one that wraps harness.ErrNotApplied
	// that nothing happened, and any other that nobody knows.
	Deduct, Deposit func(ctx context.Context, amount int64) error
	// Refused are errors with which Deduct says that the wallet holds too little; compared by errors.Is. Recommended where
	// there is such a rule: whoever is refused while there was enough, or not refused while there was not, is found then.
	Refused []error
	// Setup fills the wallet before each run. Recommended: without it a run begins with what the one before has left.
	Setup func(ctx context.Context) error
	// Amount is the most that is moved at once; if 0, a fiftieth of what the wallet holds at the start.
	Amount int64
}

// Test tests functions on a wallet; see [harness.Test].
func Test(tb harness.TB, f Funcs, opts ...harness.Option) {
	tb.Helper()
	harness.TestEach(tb, f.prepare, opts...)
}

// prepare fills the wallet, and makes a workload of what it holds then.
func (f Funcs) prepare(ctx context.Context) (harness.Target[Input, Output], harness.Workload[Input, Output], error) {
	if f.Read == nil || f.Deduct == nil && f.Deposit == nil {
		return nil, nil, errors.New("wallet.Funcs must have Read, and Deduct or Deposit")
	}
	if f.Setup != nil {
		if err := f.Setup(ctx); err != nil {
			return nil, nil, fmt.Errorf("filling the wallet: %w", err)
		}
	}
	initial, err := f.Read(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the wallet before the run: %w", err)
	}
	if initial <= 0 {
		return nil, nil, fmt.Errorf("the wallet holds %d before the run: have Setup put something in", initial)
	}
	w, err := New(f.config(initial))
	if err != nil {
		return nil, nil, err
	}
	return harness.Fresh(func(context.Context) (func(context.Context, Input) (Output, error), error) {
		return f.do, nil
	}), w, nil
}

// Amounts are small beside what the wallet holds, so that many are moved before it is empty.
const amountsInWallet = 50

func (f Funcs) config(initial int64) Config {
	mix := defaultMix()
	mix.Transfer, mix.ReadAll = 0, 0
	if f.Deposit == nil {
		mix.Deposit = 0
	}
	if f.Deduct == nil {
		mix.Deduct = 0
	}
	amount := f.Amount
	if amount == 0 {
		amount = max(1, initial/amountsInWallet)
	}
	return Config{Keys: workloads.Keys{N: 1}, Initial: initial, Amount: amount, Mix: mix}
}

func (f Funcs) do(ctx context.Context, in Input) (Output, error) {
	switch in.Kind {
	case Deduct:
		err := f.Deduct(ctx, in.Amount)
		if workloads.IsOneOf(err, f.Refused) {
			return Output{Refused: true}, nil
		}
		return Output{}, err
	case Deposit:
		return Output{}, f.Deposit(ctx, in.Amount)
	}
	balance, err := f.Read(ctx)
	if err != nil {
		return Output{}, harness.NotApplied(err) // a read that failed has changed nothing
	}
	return Output{Balance: balance, Balances: []int64{balance}}, nil
}
