package wallet

import (
	"context"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/invariant"
	"github.com/lostupdate/stress/history"
)

// sheet is a history in the terms of the invariants.
type sheet struct {
	updates   *invariant.Sheet
	total     int64
	flows     []invariant.Flow
	snapshots []invariant.Snapshot
	levels    []invariant.Level
}

func newSheet(h *history.History[Input, Output], initial int64, wallets int) *sheet {
	s := &sheet{total: initial * int64(wallets), updates: &invariant.Sheet{
		Additive: true, Initial: func(uint64) int64 { return initial },
		Words: invariant.Words{Object: object, Op: func(i int) string { return asked(h.Ops[i].Input) }},
	}}
	for i := range h.Ops {
		op := &h.Ops[i]
		switch {
		case op.Outcome == history.Failed:
		case op.Input.Kind == Read || op.Input.Kind == ReadAll:
			if op.Outcome == history.OK {
				s.read(i, op)
			}
		case op.Output.Refused:
		default:
			s.update(i, op)
		}
	}
	return s
}

func (s *sheet) read(i int, op *history.Op[Input, Output]) {
	final := op.Phase == history.Final
	if op.Input.Kind == Read {
		key := uint64(op.Input.Wallet)
		s.updates.Reads = append(s.updates.Reads, invariant.Read{Op: i, Key: key, Value: op.Output.Balance, Final: final})
		s.levels = append(s.levels, invariant.Level{Op: i, Key: key, Value: op.Output.Balance})
		return
	}
	var total int64
	for key, balance := range op.Output.Balances {
		total += balance
		s.levels = append(s.levels, invariant.Level{Op: i, Key: uint64(key), Value: balance})
	}
	s.snapshots = append(s.snapshots, invariant.Snapshot{Op: i, Total: total, Final: final})
}

func (s *sheet) update(i int, op *history.Op[Input, Output]) {
	in, out, certain := op.Input, op.Output, op.Outcome == history.OK
	delta := in.Amount
	if in.Kind != Deposit {
		delta = -delta
	}
	first := invariant.Update{
		Op: i, Key: uint64(in.Wallet), Delta: delta, Before: out.Before, After: out.Balance, Seen: out.Seen && certain,
		Certain: certain,
	}
	s.add(first)
	if in.Kind == Transfer {
		s.add(invariant.Update{
			Op: i, Key: uint64(in.To), Delta: in.Amount, Before: out.ToBefore, After: out.ToBalance, Seen: first.Seen,
			Certain: certain,
		})
		delta = 0
	}
	s.flows = append(s.flows, invariant.Flow{Op: i, Delta: delta, Certain: certain})
}

func (s *sheet) add(u invariant.Update) {
	s.updates.Updates = append(s.updates.Updates, u)
	if u.Seen {
		s.levels = append(s.levels, invariant.Level{Op: u.Op, Key: u.Key, Value: u.After})
	}
}

func (s *sheet) check(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	return checkers.Join(
		invariant.Updates(ctx, h, s.updates),
		invariant.NonNegative(h, s.levels, s.updates.Words),
		invariant.Conserved(h, s.total, s.flows, s.snapshots, s.updates.Words),
	)
}
