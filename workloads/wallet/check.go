package wallet

import (
	"context"
	"fmt"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/invariant"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
)

// Check holds acknowledged updates against the final balances, balances against zero and snapshots against the total,
// and if nothing is wrong decides linearizability. A history that asks what no wallet has is undecided.
func (w *Workload) Check(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	if v := w.malformed(h); v.Status != checkers.Valid {
		return v
	}
	s := newSheet(h, w.cfg.Initial)
	return workloads.Check(ctx, h,
		workloads.Stage[Input, Output]{
			{Name: "updates", Check: s.checkUpdates},
			{Name: "non-negative", Check: s.checkLevels},
		},
		workloads.Stage[Input, Output]{{Name: "totals", Check: s.checkTotals}},
		workloads.Stage[Input, Output]{{Name: "linear", Check: w.checkLinear}},
	)
}

// malformed says what no model of these wallets can judge.
func (w *Workload) malformed(h *history.History[Input, Output]) checkers.Verdict {
	for i := range h.Ops {
		if err := w.valid(h.Ops[i].Input); err != nil {
			return checkers.Undecide("malformed: operation #%d: %v", i, err)
		}
	}
	return checkers.Verdict{}
}

// valid says what is wrong with an input.
func (w *Workload) valid(in Input) error {
	there := func(n int32) bool { return n >= 0 && int(n) < w.cfg.Keys.N }
	switch {
	case in.Kind > ReadAll:
		return fmt.Errorf("%v is no operation of a wallet", in.Kind)
	case !there(in.Wallet) || in.Kind == Transfer && !there(in.To):
		return fmt.Errorf("%s: there are wallets 0 to %d", place(in), w.cfg.Keys.N-1)
	case in.Kind == Transfer && in.To == in.Wallet:
		return fmt.Errorf("%s: a transfer needs two wallets", place(in))
	case in.Kind < Read && in.Amount <= 0:
		return fmt.Errorf("%s: the amount must be above 0", place(in))
	}
	return nil
}

// sheet is a history in the terms of the invariants.
type sheet struct {
	updates   *invariant.Sheet
	snapshots []invariant.Snapshot
	levels    []invariant.Level
}

func newSheet(h *history.History[Input, Output], initial int64) *sheet {
	s := &sheet{updates: &invariant.Sheet{
		Additive: true, Floor: true, Initial: func(uint64) int64 { return initial },
		Words: invariant.Words{Object: object, Op: func(i int) string { return asked(h.Ops[i].Input) }},
	}}
	for i := range h.Ops {
		op := &h.Ops[i]
		certain := op.Outcome == history.OK
		switch {
		case op.Outcome == history.Failed:
		case op.Input.Kind == ReadAll && certain:
			s.snapshot(i, op.Output.Balances)
		case op.Input.Kind == Read && certain:
			s.read(i, op, op.Output.Balance)
		case op.Input.Kind == Read || op.Input.Kind == ReadAll:
		case certain && op.Output.Refused:
			if op.Output.Seen {
				s.read(i, op, op.Output.Before)
			}
		default:
			s.update(i, op)
		}
	}
	return s
}

func (s *sheet) read(i int, op *history.Op[Input, Output], balance int64) {
	key := uint64(op.Input.Wallet)
	s.updates.Reads = append(s.updates.Reads, invariant.Read{
		Op: i, Key: key, Value: balance, Final: op.Phase == history.Final,
	})
	s.levels = append(s.levels, invariant.Level{Op: i, Key: key, Value: balance})
}

func (s *sheet) snapshot(i int, balances []int64) {
	for key, balance := range balances {
		if balance < 0 {
			s.levels = append(s.levels, invariant.Level{Op: i, Key: uint64(key), Value: balance})
		}
	}
	s.snapshots = append(s.snapshots, invariant.Snapshot{Op: i, Values: balances})
}

// update adds what an operation did, or may have done; of a transfer first what it took.
func (s *sheet) update(i int, op *history.Op[Input, Output]) {
	in, out := op.Input, op.Output
	u := invariant.Update{
		Op: i, Key: uint64(in.Wallet), Delta: in.Amount, Before: out.Before, After: out.Balance,
		Seen: out.Seen, Certain: op.Outcome == history.OK,
	}
	if in.Kind != Deposit {
		u.Delta = -u.Delta
	}
	s.add(u)
	if in.Kind == Transfer {
		u.Key, u.Delta, u.Before, u.After = uint64(in.To), in.Amount, out.ToBefore, out.ToBalance
		s.add(u)
	}
}

func (s *sheet) add(u invariant.Update) {
	s.updates.Updates = append(s.updates.Updates, u)
	if u.Seen && u.Certain {
		s.levels = append(s.levels, invariant.Level{Op: u.Op, Key: u.Key, Value: u.After})
	}
}

func (s *sheet) checkUpdates(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	return invariant.Updates(ctx, h, s.updates)
}

func (s *sheet) checkLevels(_ context.Context, h *history.History[Input, Output]) checkers.Verdict {
	return invariant.NonNegative(h, s.levels, s.updates.Words)
}

// checkTotals comes a stage after checkUpdates: where updates are lost, totals are wrong for that reason.
func (s *sheet) checkTotals(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	return invariant.Conserved(ctx, h, s.updates, s.snapshots)
}
