package wallet

import (
	"encoding/binary"
	"fmt"

	"github.com/lostupdate/stress/checkers/linear"
)

// Balances is the state of all wallets: eight bytes a wallet, big-endian. It is a string so that it can be compared.
type Balances string

func pack(n int, at func(i int) int64) Balances {
	b := make([]byte, 0, 8*n)
	for i := range n {
		b = binary.BigEndian.AppendUint64(b, uint64(at(i)))
	}
	return Balances(b)
}

func (b Balances) at(i int32) int64 { return int64(binary.BigEndian.Uint64([]byte(b[8*i : 8*i+8]))) }

func (b Balances) with(changes ...[2]int64) Balances {
	bytes := []byte(b)
	for _, c := range changes {
		binary.BigEndian.PutUint64(bytes[8*c[0]:], uint64(c[1]))
	}
	return Balances(bytes)
}

func (b Balances) String() string {
	all := make([]int64, len(b)/8)
	for i := range all {
		all[i] = b.at(int32(i))
	}
	return fmt.Sprint(all)
}

// Model is the sequential specification of n wallets that start with the same balance.
func Model(n int, initial int64) linear.Model[Balances, Input, Output] {
	start := pack(n, func(int) int64 { return initial })
	return linear.Model[Balances, Input, Output]{
		Init: func(uint64) Balances { return start },
		Step: func(b Balances, in Input, out Output) (Balances, bool) {
			if in.Kind == ReadAll {
				return b, len(out.Balances) == n && b == pack(n, func(i int) int64 { return out.Balances[i] })
			}
			from := b.at(in.Wallet)
			after, ok := step(from, in, out)
			if !ok || in.Kind != Transfer || out.Refused {
				return b.set(in.Wallet, from, after), ok
			}
			to := b.at(in.To)
			ok = !out.Seen || out.ToBefore == to && out.ToBalance == to+in.Amount
			return b.with([2]int64{int64(in.Wallet), after}, [2]int64{int64(in.To), to + in.Amount}), ok
		},
		Effect: func(b Balances, in Input) (Balances, bool) {
			if in.Kind == ReadAll {
				return b, true
			}
			from := b.at(in.Wallet)
			after := effect(from, in)
			if in.Kind == Transfer && after != from {
				return b.with([2]int64{int64(in.Wallet), after}, [2]int64{int64(in.To), b.at(in.To) + in.Amount}), true
			}
			return b.set(in.Wallet, from, after), true
		},
		Key:      func(in Input) (uint64, bool) { return uint64(in.Wallet), true },
		Pure:     pure,
		Describe: describe,
		Object:   func(uint64) string { return "the wallets" },
	}
}

func (b Balances) set(wallet int32, before, after int64) Balances {
	if before == after {
		return b
	}
	return b.with([2]int64{int64(wallet), after})
}

// single is the sequential specification of wallets that nothing joins.
func single(initial int64) linear.Model[int64, Input, Output] {
	return linear.Model[int64, Input, Output]{
		Init: func(uint64) int64 { return initial },
		Step: func(balance int64, in Input, out Output) (int64, bool) {
			if in.Kind == ReadAll {
				return balance, len(out.Balances) == 1 && out.Balances[0] == balance
			}
			return step(balance, in, out)
		},
		Effect:   func(balance int64, in Input) (int64, bool) { return effect(balance, in), true },
		Key:      func(in Input) (uint64, bool) { return uint64(in.Wallet), false },
		Pure:     pure,
		Describe: describe,
		Object:   object,
	}
}

func pure(in Input, out Output) bool { return in.Kind == Read || in.Kind == ReadAll || out.Refused }

// step is what an operation with a known answer does to the wallet that it names first.
func step(balance int64, in Input, out Output) (after int64, ok bool) {
	switch {
	case in.Kind == Read:
		return balance, out.Balance == balance
	case out.Seen && out.Before != balance:
		return balance, false
	case out.Refused:
		return balance, in.Kind != Deposit && balance < in.Amount
	}
	after = effect(balance, in)
	done := in.Kind == Deposit || balance >= in.Amount
	return after, done && (!out.Seen || out.Balance == after)
}

// effect is what an operation does to the wallet that it names first, whatever it answers.
func effect(balance int64, in Input) int64 {
	switch {
	case in.Kind == Deposit:
		return balance + in.Amount
	case (in.Kind == Deduct || in.Kind == Transfer) && balance >= in.Amount:
		return balance - in.Amount
	}
	return balance
}
