package quota

import (
	"cmp"
	"context"
	"slices"
	"sort"
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
)

// account is what is known of one quota: places in the history, in its order.
type account struct {
	h     *history.History[Input, Output]
	key   int32
	limit int64
	// given are the takes that were told so; unknown are those of unknown outcome.
	given, unknown, refused, reads []int
	// negative is the first read that found less than nothing, or none; it is not among the reads.
	negative int

	// told sums given by their returns: what must be given out by a time. All sums given and unknown by their calls: what
	// can be.
	told, all sums
}

// checkAccounts looks for what no order of the operations can explain, for reasons that can be told in a sentence.
func (w *Workload) checkAccounts(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	accounts := map[int32]*account{}
	var all []*account
	for i := range h.Ops {
		if i%4096 == 0 && ctx.Err() != nil {
			return checkers.Undecide("%v", context.Cause(ctx))
		}
		key := h.Ops[i].Input.Quota
		a := accounts[key]
		if a == nil {
			a = &account{h: h, key: key, limit: w.limit, negative: none}
			accounts[key] = a
			all = append(all, a)
		}
		a.add(i)
	}
	return judge(ctx, all)
}

// judge looks for each anomaly on all quotas.
func judge(ctx context.Context, all []*account) checkers.Verdict {
	for n, a := range all {
		if n%256 == 0 && ctx.Err() != nil {
			return checkers.Undecide("%v", context.Cause(ctx))
		}
		a.sum()
	}
	var found []checkers.Anomaly
	for _, look := range [...]func(*account) workloads.Finding{
		(*account).over, (*account).falselyRefused, (*account).lost, (*account).stale, (*account).phantom,
	} {
		if ctx.Err() != nil {
			return checkers.Join(checkers.Reject(found...), checkers.Undecide("%v", context.Cause(ctx)))
		}
		found = append(found, workloads.Plainest(all, Name, look)...)
	}
	for i := range found {
		if found[i].Name == checkers.LostUpdate {
			found[i].Updates, found[i].Of = missing(all)
		}
	}
	return checkers.Reject(found...)
}

// add takes the i-th operation.
func (a *account) add(i int) {
	op := &a.h.Ops[i]
	switch take := op.Input.Kind == Take; {
	case op.Outcome == history.Unknown && take:
		a.unknown = append(a.unknown, i)
	case op.Outcome != history.OK:
	case !take && op.Output.Used < 0:
		if a.negative == none {
			a.negative = i
		}
	case !take:
		a.reads = append(a.reads, i)
	case op.Output.Refused:
		a.refused = append(a.refused, i)
	default:
		a.given = append(a.given, i)
	}
}

func (a *account) sum() {
	a.told = a.sumOf(a.given, func(op *history.Op[Input, Output]) time.Duration { return op.Return })
	a.all = a.sumOf(slices.Concat(a.given, a.unknown),
		func(op *history.Op[Input, Output]) time.Duration { return op.Call })
}

// must is how much is given out, at the least, when the i-th operation takes effect. Operations that end as it begins may
// come after it.
func (a *account) must(i int) int64 { return a.told.before(a.h.Ops[i].Call) }

// most is how much can be given out then, if all takes of unknown outcome have had an effect.
func (a *account) most(i int) int64 { return a.all.until(a.h.Ops[i].Return) }

// fewest gives the fewest of the takes that make up more than the amount together, in the order of the history.
func (a *account) fewest(takes []int, amount int64) []int {
	takes = slices.Clone(takes)
	slices.SortStableFunc(takes, func(i, j int) int { return cmp.Compare(a.h.Ops[j].Input.Amount, a.h.Ops[i].Input.Amount) })
	n := 0
	for sum := int64(0); sum <= amount && n < len(takes); n++ {
		sum += a.h.Ops[takes[n]].Input.Amount
	}
	slices.Sort(takes[:n])
	return takes[:n]
}

// before gives those of the takes that returned before the i-th operation was called.
func (a *account) before(i int) []int {
	var takes []int
	for _, take := range a.given {
		if a.h.Ops[take].Return < a.h.Ops[i].Call {
			takes = append(takes, take)
		}
	}
	return takes
}

// sums are amounts by time.
type sums struct {
	at  []time.Duration
	sum []int64 // of what comes before the time of the same place, and last of all
}

func (a *account) sumOf(takes []int, when func(*history.Op[Input, Output]) time.Duration) sums {
	byTime := func(i, j int) int { return cmp.Compare(when(&a.h.Ops[i]), when(&a.h.Ops[j])) }
	s := sums{sum: []int64{0}}
	for n, i := range slices.SortedStableFunc(slices.Values(takes), byTime) {
		s.at = append(s.at, when(&a.h.Ops[i]))
		s.sum = append(s.sum, s.sum[n]+a.h.Ops[i].Input.Amount)
	}
	return s
}

// before is the sum of what came before the time.
func (s sums) before(t time.Duration) int64 {
	return s.sum[sort.Search(len(s.at), func(i int) bool { return s.at[i] >= t })]
}

// until is the sum of what came at the time or before.
func (s sums) until(t time.Duration) int64 {
	return s.sum[sort.Search(len(s.at), func(i int) bool { return s.at[i] > t })]
}
