package cells

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads/counter"
	"github.com/lostupdate/stress/workloads/register"
	"github.com/lostupdate/stress/workloads/wallet"
)

var errTest = errors.New("test")

// fake is a store and a session that remember what they were asked, and answer what they are told.
type fake struct {
	initial []int64
	opened  int
	closed  bool
	cell    int
	change  Change
	effect  Effect
	err     error
}

func (f *fake) Setup(_ context.Context, initial []int64) error { f.initial = initial; return f.err }
func (f *fake) Version() string                                { return "fake 1" }
func (f *fake) Close(context.Context) error                    { return f.err }
func (f *fake) Open(_ context.Context, client int) (Session, error) {
	f.opened = client
	return &session{f}, f.err
}

type session struct{ *fake }

func (s *session) Close() error { s.closed = true; return nil }
func (s *session) Read(_ context.Context, cell int) (int64, error) {
	s.cell = cell
	return 42, s.err
}
func (s *session) ReadAll(context.Context) ([]int64, error) { return []int64{4, 2}, s.err }
func (s *session) Apply(_ context.Context, c Change) (Effect, error) {
	s.change = c
	return s.effect, s.err
}

// do asks a target for one operation, the session giving the effect.
func do[I, O any](t *testing.T, f *fake, target harness.Target[I, O], in I, e Effect) O {
	t.Helper()
	f.effect = e
	c, err := target.Open(t.Context(), 7)
	require.NoError(t, err)
	require.Equal(t, 7, f.opened)
	out, err := c.Do(t.Context(), in)
	require.NoError(t, err)

	f.err = errTest
	_, err = c.Do(t.Context(), in)
	require.ErrorIs(t, err, errTest, "an error is handed on as it is")
	require.NotErrorIs(t, err, harness.ErrNotApplied)
	f.err = nil
	require.NoError(t, c.Close())
	require.True(t, f.closed)
	return out
}

func TestCounter(t *testing.T) {
	f := &fake{}
	target := Counter(f, 3)
	require.NoError(t, target.Setup(t.Context()))
	require.Equal(t, []int64{0, 0, 0}, f.initial)

	out := do(t, f, target, counter.Input{Kind: counter.Read, Key: 2}, Effect{})
	require.Equal(t, counter.Output{Value: 42}, out)
	require.Equal(t, 2, f.cell)

	add := counter.Input{Kind: counter.Add, Key: 1, Delta: -5}
	c := Change{Kind: Add, Key: 1, Delta: -5}
	require.Equal(t, counter.Output{Before: 9, Value: 4, Seen: true}, do(t, f, target, add, c.Saw(Pair{9})))
	require.Equal(t, c, f.change, "a counter has no floor")
	require.Equal(t, counter.Output{}, do(t, f, target, add, Effect{Applied: true}), "a blind add tells nothing")
}

func TestRegister(t *testing.T) {
	f := &fake{}
	target := Register(f, 2)
	require.NoError(t, target.Setup(t.Context()))
	require.Equal(t, []int64{0, 0}, f.initial)

	out := do(t, f, target, register.Input{Kind: register.Read, Key: 1}, Effect{})
	require.Equal(t, register.Output{Value: 42}, out)
	require.Equal(t, 1, f.cell)

	write := register.Input{Kind: register.Write, Key: 1, New: 8}
	require.Equal(t, register.Output{}, do(t, f, target, write, Effect{Applied: true}))
	require.Equal(t, Change{Kind: Set, Key: 1, New: 8}, f.change)

	cas := register.Input{Kind: register.CompareAndSet, Key: 1, Old: 3, New: 8}
	c := Change{Kind: CompareAndSet, Key: 1, Old: 3, New: 8}
	require.Equal(t, register.Output{Value: 3, Swapped: true, Seen: true}, do(t, f, target, cas, c.Saw(Pair{3})))
	require.Equal(t, c, f.change)
	require.Equal(t, register.Output{Value: 4, Seen: true}, do(t, f, target, cas, c.Saw(Pair{4})))
	require.Equal(t, register.Output{}, do(t, f, target, cas, Effect{}), "refused, and it does not know why")
}

func TestWallet(t *testing.T) {
	f := &fake{}
	target := Wallet(f, []int64{10, 20})
	require.NoError(t, target.Setup(t.Context()))
	require.Equal(t, []int64{10, 20}, f.initial)

	out := do(t, f, target, wallet.Input{Kind: wallet.Read, Wallet: 1}, Effect{})
	require.Equal(t, wallet.Output{Balance: 42}, out)
	require.Equal(t, 1, f.cell)
	out = do(t, f, target, wallet.Input{Kind: wallet.ReadAll}, Effect{})
	require.Equal(t, wallet.Output{Balances: []int64{4, 2}}, out)

	for _, c := range []struct {
		in     wallet.Input
		change Change
		before Pair
		want   wallet.Output
	}{
		{
			wallet.Input{Kind: wallet.Deposit, Wallet: 1, Amount: 5}, Change{Kind: Add, Key: 1, Delta: 5},
			Pair{7}, wallet.Output{Before: 7, Balance: 12, Seen: true},
		}, {
			wallet.Input{Kind: wallet.Deduct, Wallet: 1, Amount: 5}, Change{Kind: Add, Key: 1, Delta: -5, Floor: true},
			Pair{7}, wallet.Output{Before: 7, Balance: 2, Seen: true},
		}, {
			wallet.Input{Kind: wallet.Deduct, Wallet: 1, Amount: 8}, Change{Kind: Add, Key: 1, Delta: -8, Floor: true},
			Pair{7}, wallet.Output{Before: 7, Balance: 7, Seen: true, Refused: true},
		}, {
			wallet.Input{Kind: wallet.Transfer, Wallet: 1, Amount: 5}, Change{Kind: Move, Key: 1, Delta: 5, Floor: true},
			Pair{7, 1}, wallet.Output{Before: 7, Balance: 2, ToBefore: 1, ToBalance: 6, Seen: true},
		}, {
			wallet.Input{Kind: wallet.Transfer, Wallet: 1, Amount: 8}, Change{Kind: Move, Key: 1, Delta: 8, Floor: true},
			Pair{7, 1}, wallet.Output{Before: 7, Balance: 7, ToBefore: 1, ToBalance: 1, Seen: true, Refused: true},
		},
	} {
		require.Equal(t, c.want, do(t, f, target, c.in, c.change.Saw(c.before)), "%+v", c.in)
		require.Equal(t, c.change, f.change)
		require.Equal(t, wallet.Output{}, do(t, f, target, c.in, Effect{Applied: true}), "done, and it saw nothing")
		require.Equal(t, wallet.Output{Refused: true}, do(t, f, target, c.in, Effect{}), "refused, and it saw nothing")
	}
}

func TestTargetHandsOn(t *testing.T) {
	f := &fake{err: errTest}
	target := Counter(f, 1)
	require.ErrorIs(t, target.Setup(t.Context()), errTest)
	require.ErrorIs(t, target.Close(t.Context()), errTest)
	c, err := target.Open(t.Context(), 0)
	require.ErrorIs(t, err, errTest)
	require.Nil(t, c)
	require.Equal(t, "fake 1", target.(harness.Versioned).Version())
}
