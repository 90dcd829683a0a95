package quota

import (
	"fmt"
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
)

// none stands for an operation that there is not.
const none = -1

func (a *account) finding(name, text string, ops ...int) workloads.Finding {
	anomaly := checkers.Anomaly{Name: name, Object: object(uint64(a.key)), Message: text, Ops: ops}
	return workloads.Finding{Anomaly: anomaly, Weight: len(ops)}
}

// over tells of takes that make up more than there is, or else of somebody who was told so. No order of them is right,
// whatever their times.
func (a *account) over() workloads.Finding {
	total := a.told.sum[len(a.told.sum)-1]
	if total > a.limit {
		takes := a.fewest(a.given, a.limit)
		text := fmt.Sprintf("%d were given out of %d: %s", total, a.limit, a.list(takes))
		if len(a.given) > len(takes) {
			text = fmt.Sprintf("%d were given out of %d, by %d takes; too much already is that %s", total, a.limit, len(a.given),
				a.list(takes))
		}
		f := a.finding(checkers.OverLimit, text, takes...)
		f.Lost = total - a.limit
		return f
	}
	for _, i := range a.reads {
		if used := a.h.Ops[i].Output.Used; used > a.limit && used <= a.most(i) {
			f := a.finding(checkers.OverLimit, fmt.Sprintf("%s found %d given out of %d", a.whose(i), used, a.limit), i)
			f.Lost = used - a.limit
			return f
		}
	}
	return workloads.Finding{}
}

// falselyRefused tells of a take that was refused, although it would have fitted on top of all that can have been given
// out by then.
func (a *account) falselyRefused() workloads.Finding {
	for _, i := range a.refused {
		most := a.most(i)
		if most+a.h.Ops[i].Input.Amount > a.limit {
			continue
		}
		text := fmt.Sprintf("%s was refused, although at most %d of %d were given out by then", a.who(i), most, a.limit)
		if rival := a.rival(i, most); rival != none {
			return a.finding(checkers.FalseRefusal,
				fmt.Sprintf("%s; %s was under way, and was refused too", text, a.who(rival)), min(i, rival), max(i, rival))
		}
		return a.finding(checkers.FalseRefusal, text, i)
	}
	return workloads.Finding{}
}

// rival gives the largest refused take that was under way with the i-th operation, if that would not have fitted on top of
// it and of what was given out: it must have been counted for a moment.
func (a *account) rival(i int, most int64) int {
	best, op := none, &a.h.Ops[i]
	for _, j := range a.refused {
		other := &a.h.Ops[j]
		switch {
		case j == i || other.Call > op.Return || other.Return < op.Call:
		case most+other.Input.Amount+op.Input.Amount <= a.limit:
		case best == none || other.Input.Amount > a.h.Ops[best].Input.Amount:
			best = j
		}
	}
	return best
}

// lost tells what the last read of a quota lacks, unless that read may be late: others may have found more if it isn't the
// one of the end, and then it is a stale one.
func (a *account) lost() workloads.Finding {
	last := none
	for _, i := range a.reads {
		if last == none || a.h.Ops[i].Call >= a.h.Ops[last].Call {
			last = i
		}
	}
	if last == none || a.mayBeLate(last) {
		return workloads.Finding{}
	}
	return a.lacking(checkers.LostUpdate, last)
}

// mayBeLate says that a read is not one of those after all else, and that one before it found all that it must.
func (a *account) mayBeLate(last int) bool {
	op, must := &a.h.Ops[last], a.must(last)
	return op.Phase != history.Final && slices.ContainsFunc(a.reads, func(i int) bool {
		return a.h.Ops[i].Return < op.Call && a.h.Ops[i].Output.Used >= must
	})
}

// stale tells of a read that lacks what another has.
func (a *account) stale() workloads.Finding {
	if len(a.lost().Ops) > 0 {
		return workloads.Finding{}
	}
	for _, i := range a.reads {
		if f := a.lacking(checkers.StaleRead, i); len(f.Ops) > 0 {
			return f
		}
	}
	return workloads.Finding{}
}

// lacking tells of a read that found less than was given out before it began.
func (a *account) lacking(name string, i int) workloads.Finding {
	used, must := a.h.Ops[i].Output.Used, a.must(i)
	if used >= must {
		return workloads.Finding{}
	}
	before := a.before(i)
	takes := a.fewest(before, used)
	text := fmt.Sprintf("%s found %d given out, although %s before", a.whose(i), used, a.list(takes))
	if len(before) > len(takes) {
		text += fmt.Sprintf("; %d takes together took %d", len(before), must)
	}
	f := a.finding(name, text, append(takes, i)...)
	f.Lost = must - used
	return f
}

// phantom tells of a read that found less than nothing, or more than can have been given out.
func (a *account) phantom() workloads.Finding {
	if a.negative != none {
		return a.finding(checkers.PhantomUpdate, fmt.Sprintf("%s found %d given out, which is less than nothing",
			a.whose(a.negative), a.h.Ops[a.negative].Output.Used), a.negative)
	}
	for _, i := range a.reads {
		if used, most := a.h.Ops[i].Output.Used, a.most(i); used > most {
			return a.finding(checkers.PhantomUpdate,
				fmt.Sprintf("%s found %d given out, although at most %d were by then", a.whose(i), used, most), i)
		}
	}
	return workloads.Finding{}
}

// missing is how many takes, at the least, are in no quota's last read that must be, and how many were given in all.
func missing(all []*account) (takes, of int64) {
	for _, a := range all {
		of += int64(len(a.given))
		if f := a.lost(); len(f.Ops) > 0 {
			takes += int64(len(a.fewest(a.before(f.Ops[len(f.Ops)-1]), f.Lost-1)))
		}
	}
	return takes, of
}

// listed is how many takes a sentence tells one by one.
const listed = 4

// list tells takes: "client 3 (op #17) took 2 and client 4 (op #18) took 2".
func (a *account) list(takes []int) string {
	var all []string
	for _, i := range takes[:min(len(takes), listed)] {
		all = append(all, fmt.Sprintf("%s took %d", a.whose(i), a.h.Ops[i].Input.Amount))
	}
	if more := len(takes) - listed; more > 0 {
		sum := int64(0)
		for _, i := range takes[listed:] {
			sum += a.h.Ops[i].Input.Amount
		}
		all = append(all, fmt.Sprintf("%d more took %d", more, sum))
	}
	return workloads.Enumerate(all)
}

// who names a take: "client 3 (op #17, take 2)".
func (a *account) who(i int) string {
	op := &a.h.Ops[i]
	return fmt.Sprintf("client %d (op #%d, %v %d)", op.Client, i, op.Input.Kind, op.Input.Amount)
}

// whose names the client of an operation: "client 3 (op #17)".
func (a *account) whose(i int) string { return fmt.Sprintf("client %d (op #%d)", a.h.Ops[i].Client, i) }
