package wallet

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
)

// Name is the workload's name in histories and commands.
const Name = "wallet"

// DefaultInitial is what a wallet holds at the start if nothing else is said.
const DefaultInitial = 1000

// defaultAmount brings the wallets near to empty every now and then, so that the floor is put to the test.
const defaultAmount = 500

// Mix is how common each kind of operation is, as weights.
type Mix struct{ Deposit, Deduct, Transfer, Read, ReadAll int }

// defaultMix has every kind of operation, deducts most.
func defaultMix() Mix { return Mix{Deposit: 3, Deduct: 4, Transfer: 2, Read: 1, ReadAll: 1} }

func (m Mix) total() int { return m.Deposit + m.Deduct + m.Transfer + m.Read + m.ReadAll }

// Config says what a wallet workload is made of. A field that is 0 means its default, and none may be negative. The zero
// value is four wallets of 1,000 each.
type Config struct {
	Keys    workloads.Keys // which wallets; four if Keys.N is 0. One wallet has no transfers.
	Initial int64          // what each holds at the start; 1,000 if 0
	Amount  int64          // deposits, deducts and transfers are of 1 to Amount; 500 if 0
	Mix     Mix            // if zero: 3 deposits, 4 deducts, 2 transfers, 1 read, 1 read of all
	// Script, if not empty, replaces the generator: client c makes the operations Script[c], in order, and repeats the
	// last. It is for scenarios of a few operations.
	Script [][]Input
}

// Workload is a wallet workload. It is safe for concurrent use.
type Workload struct {
	name string
	cfg  Config
}

var _ harness.Workload[Input, Output] = (*Workload)(nil)

// New makes a workload, or says what is wrong with its configuration.
func New(cfg Config) (*Workload, error) { return newNamed(Name, cfg) }

func newNamed(name string, cfg Config) (*Workload, error) {
	if cfg.Keys.N == 0 {
		cfg.Keys.N = 4
	}
	if cfg.Initial == 0 {
		cfg.Initial = DefaultInitial
	}
	if cfg.Amount == 0 {
		cfg.Amount = defaultAmount
	}
	if cfg.Mix == (Mix{}) {
		cfg.Mix = defaultMix()
	}
	if cfg.Keys.N == 1 {
		cfg.Mix.Transfer = 0
	}
	w := &Workload{name, cfg}
	if err := w.validate(); err != nil {
		return nil, err
	}
	return w, nil
}

// validate says what is wrong with the configuration, in the words of the options that set it.
func (w *Workload) validate() error {
	if err := w.cfg.Keys.Validate(); err != nil {
		return fmt.Errorf("%s: %w", w.name, err)
	}
	if m := w.cfg.Mix; min(m.Deposit, m.Deduct, m.Transfer, m.Read, m.ReadAll) < 0 || m.total() <= 0 {
		return fmt.Errorf("%s: mix %+v must have weights of 0 and above, not all 0; one wallet has no transfers", w.name, m)
	}
	if most := math.MaxInt64 / int64(w.cfg.Keys.N); w.cfg.Initial < 0 || w.cfg.Initial > most {
		return fmt.Errorf("%s: initial must be 0 to %d with %d wallets, not %d", w.name, most, w.cfg.Keys.N, w.cfg.Initial)
	}
	if w.cfg.Amount < 0 {
		return fmt.Errorf("%s: amount must not be negative, and is %d", w.name, w.cfg.Amount)
	}
	for client, script := range w.cfg.Script {
		if len(script) == 0 {
			return fmt.Errorf("%s: script of client %d must have an operation", w.name, client)
		}
		for _, in := range script {
			if err := w.valid(in); err != nil {
				return fmt.Errorf("%s: script of client %d: %w", w.name, client, err)
			}
		}
	}
	return nil
}

// TwoDeducts is the scenario that the project began with: a wallet of 1,000; one client deducts 300, another 500.
// Run it with two clients and two operations.
func TwoDeducts() *Workload {
	return &Workload{Name, Config{
		Keys: workloads.Keys{N: 1}, Initial: 1000,
		Script: [][]Input{{{Kind: Deduct, Amount: 300}}, {{Kind: Deduct, Amount: 500}}},
	}}
}

// Initial gives the balances at the start.
func (w *Workload) Initial() []int64 {
	balances := make([]int64, w.cfg.Keys.N)
	for i := range balances {
		balances[i] = w.cfg.Initial
	}
	return balances
}

// Info gives the name and the parameters.
func (w *Workload) Info() (string, map[string]any) {
	return w.name, map[string]any{"keys": w.cfg.Keys.N, "initial": w.cfg.Initial}
}

// Generator makes one client's operations.
func (w *Workload) Generator(client int) harness.Generator[Input, Output] {
	if len(w.cfg.Script) > 0 {
		return script(w.cfg.Script[client%len(w.cfg.Script)])
	}
	pick := w.cfg.Keys.Picker()
	return func(r *rand.Rand, _ *history.Op[Input, Output]) Input {
		in := Input{Kind: w.kind(r.IntN(w.cfg.Mix.total())), Wallet: int32(pick(r))}
		switch in.Kind {
		case ReadAll:
			return Input{Kind: ReadAll}
		case Read:
			return in
		case Transfer:
			in.To = other(in.Wallet, int32(r.IntN(w.cfg.Keys.N-1)))
		}
		in.Amount = 1 + r.Int64N(w.cfg.Amount)
		return in
	}
}

func script(ops []Input) harness.Generator[Input, Output] {
	next := -1
	return func(*rand.Rand, *history.Op[Input, Output]) Input {
		next = min(next+1, len(ops)-1)
		return ops[next]
	}
}

// kind gives the kind of operation that the n-th of Mix.total() weights stands for.
func (w *Workload) kind(n int) Kind {
	m := w.cfg.Mix
	for kind, weight := range []int{m.Deposit, m.Deduct, m.Transfer, m.Read, m.ReadAll} {
		if n < weight {
			return Kind(kind)
		}
		n -= weight
	}
	return ReadAll
}

// other maps 0 to keys-2 to all wallets but from.
func other(from, n int32) int32 {
	if n >= from {
		n++
	}
	return n
}

// Final reads every wallet, and all in one snapshot if there are several.
func (w *Workload) Final() []Input {
	var reads []Input
	for i := range w.cfg.Keys.N {
		reads = append(reads, Input{Kind: Read, Wallet: int32(i)})
	}
	if w.cfg.Keys.N > 1 {
		reads = append(reads, Input{Kind: ReadAll})
	}
	return reads
}

// Class tells the harness of an input. A transfer counts as touching all wallets.
func (w *Workload) Class(in Input) harness.Class {
	return harness.Class{
		Kind: in.Kind.String(), ReadOnly: in.Kind == Read || in.Kind == ReadAll, Key: uint64(in.Wallet), Whole: whole(in),
	}
}

// Object names an object of the workload.
func (w *Workload) Object(key uint64) string { return object(key) }
