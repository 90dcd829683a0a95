package cells

import (
	"context"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads/counter"
	"github.com/lostupdate/stress/workloads/register"
	"github.com/lostupdate/stress/workloads/wallet"
)

// target makes a harness target out of a store and a translation of one operation.
type target[I, O any] struct {
	store   Store
	initial []int64
	do      func(ctx context.Context, s Session, in I) (O, error)
}

func (t *target[I, O]) Setup(ctx context.Context) error { return t.store.Setup(ctx, t.initial) }
func (t *target[I, O]) Close(ctx context.Context) error { return t.store.Close(ctx) }
func (t *target[I, O]) Version() string                 { return t.store.Version() }

func (t *target[I, O]) Open(ctx context.Context, id int) (harness.Client[I, O], error) {
	s, err := t.store.Open(ctx, id)
	if err != nil {
		return nil, err
	}
	return &client[I, O]{Session: s, do: t.do}, nil
}

type client[I, O any] struct {
	Session
	do func(ctx context.Context, s Session, in I) (O, error)
}

func (c *client[I, O]) Do(ctx context.Context, in I) (O, error) { return c.do(ctx, c.Session, in) }

// Counter makes a target of n counters that start at zero.
func Counter(s Store, n int) harness.Target[counter.Input, counter.Output] {
	return &target[counter.Input, counter.Output]{store: s, initial: make([]int64, n), do: doCounter}
}

func doCounter(ctx context.Context, s Session, in counter.Input) (counter.Output, error) {
	if in.Kind == counter.Read {
		v, err := s.Read(ctx, int(in.Key))
		return counter.Output{Value: v}, err
	}
	e, err := s.Apply(ctx, Change{Kind: Add, Key: int(in.Key), Delta: in.Delta})
	if err != nil || !e.Seen {
		return counter.Output{}, err
	}
	return counter.Output{Value: e.After[0], Before: e.Before[0], Seen: true}, nil
}

// Register makes a target of n registers that start at zero.
func Register(s Store, n int) harness.Target[register.Input, register.Output] {
	return &target[register.Input, register.Output]{store: s, initial: make([]int64, n), do: doRegister}
}

func doRegister(ctx context.Context, s Session, in register.Input) (register.Output, error) {
	switch in.Kind {
	case register.Read:
		v, err := s.Read(ctx, int(in.Key))
		return register.Output{Value: v}, err
	case register.Write:
		_, err := s.Apply(ctx, Change{Kind: Set, Key: int(in.Key), New: in.New})
		return register.Output{}, err
	default:
		e, err := s.Apply(ctx, Change{Kind: CompareAndSet, Key: int(in.Key), Old: in.Old, New: in.New})
		return register.Output{Value: e.Before[0], Swapped: e.Applied, Seen: e.Seen}, err
	}
}

// Wallet makes a target of wallets with the balances given.
func Wallet(s Store, initial []int64) harness.Target[wallet.Input, wallet.Output] {
	return &target[wallet.Input, wallet.Output]{store: s, initial: initial, do: doWallet}
}

func doWallet(ctx context.Context, s Session, in wallet.Input) (wallet.Output, error) {
	switch in.Kind {
	case wallet.Read:
		v, err := s.Read(ctx, int(in.Wallet))
		return wallet.Output{Balance: v}, err
	case wallet.ReadAll:
		all, err := s.ReadAll(ctx)
		return wallet.Output{Balances: all}, err
	}
	e, err := s.Apply(ctx, walletChange(in))
	out := wallet.Output{Refused: err == nil && !e.Applied, Seen: e.Seen}
	if e.Seen {
		out.Before, out.Balance = e.Before[0], e.After[0]
		out.ToBefore, out.ToBalance = e.Before[1], e.After[1]
	}
	return out, err
}

func walletChange(in wallet.Input) Change {
	switch in.Kind {
	case wallet.Deposit:
		return Change{Kind: Add, Key: int(in.Wallet), Delta: in.Amount}
	case wallet.Deduct:
		return Change{Kind: Add, Key: int(in.Wallet), Delta: -in.Amount, Floor: true}
	default:
		return Change{Kind: Move, Key: int(in.Wallet), To: int(in.To), Delta: in.Amount, Floor: true}
	}
}
