package wallet

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/history"
)

// whole reports whether an input concerns more than one wallet.
func whole(in Input) bool { return in.Kind == Transfer || in.Kind == ReadAll }

// checkLinear decides linearizability: wallet by wallet if nothing in the history joins them, else all as one object.
func (w *Workload) checkLinear(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	if w.cfg.Keys.N == 1 || w.separate(h) {
		return linear.Check(ctx, single(w.cfg.Initial), w.apart(h))
	}
	return w.checkJoint(ctx, h)
}

// Stream decides linearizability in batches, of all wallets as one object.
func (w *Workload) Stream() checkers.Stream[Input, Output] {
	return linear.NewStream(Model(w.cfg.Keys.N, w.cfg.Initial)).Joined()
}

// separate reports whether nothing joins the wallets, but for a snapshot that [repeats] the final reads.
func (w *Workload) separate(h *history.History[Input, Output]) bool {
	for i := range h.Ops {
		if op := &h.Ops[i]; op.Outcome != history.Failed && whole(op.Input) {
			return i == len(h.Ops)-1 && op.Input.Kind == ReadAll && w.repeats(h)
		}
	}
	return true
}

// repeats reports whether the last operation, a snapshot, says no more than final reads that came after all updates and
// before it. Then it can be left out: in any order that explains the reads it can come at the end, what only took
// effect after the reads, being of unknown outcome, never taking effect.
func (w *Workload) repeats(h *history.History[Input, Output]) bool {
	n := len(h.Ops) - 1
	snapshot := &h.Ops[n]
	if snapshot.Outcome == history.Unknown {
		return true
	}
	balances := make([]*history.Op[Input, Output], w.cfg.Keys.N) // the last final reads
	reads, updates := history.Never, time.Duration(-1)           // the first call of one, the last answer of the other
	for i := range h.Ops[:n] {
		switch op := &h.Ops[i]; {
		case op.Outcome != history.OK:
		case op.Return > snapshot.Call:
			return false
		case op.Input.Kind != Read:
			updates = max(updates, op.Return)
		case op.Phase == history.Final:
			reads = min(reads, op.Call)
			balances[op.Input.Wallet] = op
		}
	}
	same := func(op *history.Op[Input, Output], balance int64) bool {
		return op != nil && op.Output.Balance == balance
	}
	return updates < reads && slices.EqualFunc(balances, snapshot.Output.Balances, same)
}

// apart leaves out the snapshots, where there is more than one wallet. Operations keep their numbers.
func (w *Workload) apart(h *history.History[Input, Output]) *history.History[Input, Output] {
	if w.cfg.Keys.N == 1 {
		return h
	}
	return withoutSnapshots(h)
}

// checkJoint checks all wallets as one object. Where nothing but the snapshots is at fault, it says so: that is a read
// skew.
func (w *Workload) checkJoint(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	model := Model(w.cfg.Keys.N, w.cfg.Initial)
	v := linear.Check(ctx, model, h)
	if v.Status == checkers.Invalid && linear.Check(ctx, model, withoutSnapshots(h)).Status == checkers.Valid {
		v.Anomalies[0].Name = checkers.ReadSkew
		v.Anomalies[0].Message = strings.TrimSuffix(v.Anomalies[0].Message, ".") +
			"; without the reads of all wallets, everything is explained."
	}
	return v
}

// withoutSnapshots leaves out the reads of all wallets, which change nothing, as if they had failed. So operations keep
// their numbers.
func withoutSnapshots(h *history.History[Input, Output]) *history.History[Input, Output] {
	rest := *h
	rest.Ops = slices.Clone(h.Ops)
	for i := range rest.Ops {
		if rest.Ops[i].Input.Kind == ReadAll {
			rest.Ops[i].Outcome = history.Failed
		}
	}
	return &rest
}
