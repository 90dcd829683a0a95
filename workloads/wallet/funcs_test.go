package wallet_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads/internal/told"
	"github.com/lostupdate/stress/workloads/wallet"
)

// account is somebody's own wallet, who reads, thinks and writes.
type account struct {
	mu      sync.Mutex
	balance int64
	careful sync.Locker // held from read to write
	blind   bool        // it does not look whether there is enough
}

var errPoor = errors.New("insufficient funds")

func (a *account) fill(context.Context) error { return a.set(1000) }

func (a *account) set(n int64) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.balance = n
	return nil
}

func (a *account) read(context.Context) (int64, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.balance, nil
}

func (a *account) change(ctx context.Context, n int64) error {
	_, err := harness.Step(ctx, "change", func(ctx context.Context) (any, error) {
		if a.careful == nil {
			return nil, nil
		}
		a.careful.Lock()
		defer a.careful.Unlock()
		return nil, a.apply(ctx, n)
	})
	if a.careful == nil {
		err = a.apply(ctx, n)
	}
	return err
}

func (a *account) apply(ctx context.Context, n int64) error {
	balance, err := harness.Step(ctx, "read", a.read)
	if err != nil {
		return harness.NotApplied(err)
	}
	if balance+n < 0 && !a.blind {
		return fmt.Errorf("deduct: %w", errPoor)
	}
	_, err = harness.Step(ctx, "write", func(context.Context) (any, error) { return nil, a.set(balance + n) })
	return harness.NotApplied(err)
}

func (a *account) funcs() wallet.Funcs {
	return wallet.Funcs{
		Setup: a.fill, Read: a.read, Refused: []error{errPoor},
		Deduct:  func(ctx context.Context, n int64) error { return a.change(ctx, -n) },
		Deposit: a.change,
	}
}

func fails(t *testing.T, f wallet.Funcs, opts ...harness.Option) string {
	t.Helper()
	errs := told.By(t, func(tb harness.TB) { wallet.Test(tb, f, append(opts, harness.Cases("off"))...) })
	require.Len(t, errs, 1)
	return errs[0]
}

func TestFuncsThatLoseUpdates(t *testing.T) {
	text := fails(t, new(account).funcs())
	require.Contains(t, text, "lost-update: wallet 0: ")
	require.Contains(t, text, "\n2 clients, 2 operations: 2 ok")

	f := new(account).funcs()
	f.Deposit = nil
	text = fails(t, f)
	require.Contains(t, text, "it began with 1000, ")
	require.Contains(t, text, "deduct")
}

func TestFuncsThatLoseNone(t *testing.T) {
	wallet.Test(t, (&account{careful: &sync.Mutex{}}).funcs(), harness.Cases("off"))
}

func TestFuncsThatOverdraw(t *testing.T) {
	f := (&account{careful: &sync.Mutex{}, blind: true}).funcs()
	f.Deposit, f.Amount = nil, 700
	require.Contains(t, fails(t, f, harness.Shrink(0)), "overdraft: wallet 0: ")
}

func TestFuncsThatAreWrong(t *testing.T) {
	read := func(context.Context) (int64, error) { return 5, nil }
	none := func(context.Context, int64) error { return nil }
	for _, c := range []struct {
		funcs wallet.Funcs
		want  string
	}{
		{wallet.Funcs{Deduct: none}, "wallet.Funcs must have Read, and Deduct or Deposit"},
		{wallet.Funcs{Read: read}, "wallet.Funcs must have Read, and Deduct or Deposit"},
		{wallet.Funcs{Read: read, Deduct: none, Setup: func(context.Context) error { return errPoor }},
			"filling the wallet: insufficient funds"},
		{wallet.Funcs{Deduct: none, Read: func(context.Context) (int64, error) { return 0, errPoor }},
			"reading the wallet before the run: insufficient funds"},
		{wallet.Funcs{Deduct: none, Read: func(context.Context) (int64, error) { return 0, nil }},
			"the wallet holds 0 before the run: have Setup put something in"},
	} {
		require.Contains(t, fails(t, c.funcs), "the run failed: "+c.want)
	}
}
