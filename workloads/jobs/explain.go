package jobs

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
)

// telling tells in a sentence what is wrong with a job, and by which operations; by none, if nothing is.
type telling func(rs *records, r *record) (text string, ops []int)

// plainest gives the anomaly of the name for the job that was claimed least often, and says how many others have it.
func (rs *records) plainest(name string, tell telling) []checkers.Anomaly {
	var best *record
	n := 0
	for _, r := range rs.all {
		if _, ops := tell(rs, r); len(ops) == 0 {
			continue
		}
		if n++; best == nil || len(r.claims) < len(best.claims) {
			best = r
		}
	}
	if best == nil {
		return nil
	}
	job := object(best.job)
	text, ops := tell(rs, best)
	slices.Sort(ops)
	return []checkers.Anomaly{{Name: name, Object: job, Message: job + ": " + text + workloads.Others(n-1, "job") + ".", Ops: ops}}
}

// overlapping tells of two who had the job at once.
func (rs *records) overlapping(r *record) (text string, ops []int) {
	if held, other := rs.between(r); other != none {
		return fmt.Sprintf("client %d held it from its claim (op #%d) until its finish (op #%d), which was accepted, and "+
				"client %d was given it in between (op #%d)", rs.client(held.end), held.claim, held.end, rs.client(other), other),
			[]int{held.claim, held.end, other}
	}
	if a, b, found := rs.atOnce(r); found {
		return fmt.Sprintf("client %d held it from op #%d to op #%d and client %d from op #%d to op #%d, both at one moment, "+
				"and both finishes were accepted", rs.client(a.end), a.claim, a.end, rs.client(b.end), b.claim, b.end),
			[]int{a.claim, a.end, b.claim, b.end}
	}
	return "", nil
}

// duplicate tells by whom the job was done twice, or how often its effect was found.
func (rs *records) duplicate(r *record) (text string, ops []int) {
	switch {
	case len(r.done) > 1:
		a, b := r.done[0], r.done[1]
		text = fmt.Sprintf("%s and %s", rs.did(a), rs.did(b))
		if more := len(r.done) - 2; more > 0 {
			text += fmt.Sprintf(", as did %d more", more)
		}
		text += ", where one finish may be accepted"
		if r.many != none {
			text += fmt.Sprintf("; its effect was found %d times (op #%d)", rs.h.Ops[r.many].Output.Count, r.many)
		}
		return text, slices.Concat(a.ops(), b.ops())
	case r.many != none:
		return fmt.Sprintf("its effect was found %d times (op #%d), where it must be applied once",
			rs.h.Ops[r.many].Output.Count, r.many), []int{r.many}
	case rs.early(r) && rs.untold(r):
		return fmt.Sprintf("its effect was found (op #%d) before client %d began to finish it (op #%d), whose finish was accepted "+
			"all the same", r.once, rs.client(r.done[0].end), r.done[0].end), []int{r.once, r.done[0].end}
	}
	return "", nil
}

// early says that the effect was found before any finish that is known to have been accepted.
func (rs *records) early(r *record) bool {
	return r.once != none && len(r.done) > 0 && workloads.Before(rs.h, r.once, r.done[0].end)
}

// untold says that a finish or work of unknown outcome may have applied the effect that was found.
func (rs *records) untold(r *record) bool {
	return slices.ContainsFunc([]int{r.maybe, rs.maybe}, func(i int) bool {
		return i != none && !workloads.Before(rs.h, r.once, i)
	})
}

// lost tells that nobody did the job, or that somebody did and its effect is gone.
func (rs *records) lost(r *record) (text string, ops []int) {
	if r.zero == none {
		return "", nil
	}
	for _, held := range r.done {
		if workloads.Before(rs.h, held.end, r.zero) {
			return fmt.Sprintf("%s, and its effect was not there after that (op #%d)", rs.did(held), r.zero),
				append(held.ops(), r.zero)
		}
	}
	if r.once != none && workloads.Before(rs.h, r.once, r.zero) {
		return fmt.Sprintf("its effect was found (op #%d), and was not there after that (op #%d)", r.once, r.zero),
			[]int{r.once, r.zero}
	}
	if rs.empty == none || !workloads.Before(rs.h, rs.empty, r.zero) {
		return "", nil
	}
	text, ops = rs.lastHeld(r)
	text += fmt.Sprintf("; no job was left (op #%d), and its effect was not there (op #%d)", rs.empty, r.zero)
	return text, append(ops, rs.empty, r.zero)
}

// lastHeld tells what became of the job when it was last given to anybody who was told.
func (rs *records) lastHeld(r *record) (text string, ops []int) {
	nobody := "it was given to nobody"
	if rs.given != none && rs.h.Ops[rs.given].Call <= rs.h.Ops[r.zero].Return {
		nobody += " who was told"
	}
	if len(r.claims) == 0 {
		return nobody, nil
	}
	held := slices.MaxFunc(r.claims, func(a, b hold) int { return cmp.Compare(rs.h.Ops[a.claim].Return, rs.h.Ops[b.claim].Return) })
	text = fmt.Sprintf("client %d claimed it (op #%d)", rs.client(held.claim), held.claim)
	switch {
	case held.end == none && held.failed != none:
		return text + fmt.Sprintf(" and its finish failed (op #%d)", held.failed), append(held.ops(), held.failed)
	case held.end == none:
		return text + " and went no further", held.ops()
	}
	switch op := &rs.h.Ops[held.end]; {
	case op.Input.Kind == Crash:
		text += fmt.Sprintf(" and crashed (op #%d)", held.end)
	case op.Outcome == history.Unknown:
		text += fmt.Sprintf(" and nobody knows what came of its finish (op #%d)", held.end)
	case op.Output.Done || op.Input.Kind == Work:
		return text + fmt.Sprintf(" and finished it late (op #%d)", held.end), held.ops()
	default:
		text += fmt.Sprintf(" and its finish was refused (op #%d)", held.end)
	}
	return text + ", and " + nobody + " after that", held.ops()
}

// phantom tells of an effect that nobody can have applied.
func (rs *records) phantom(r *record) (text string, ops []int) {
	switch {
	case r.once == none || rs.untold(r):
		return "", nil
	case rs.early(r):
		return fmt.Sprintf("its effect was found (op #%d) before client %d began to finish it (op #%d)", r.once,
			rs.client(r.done[0].end), r.done[0].end), []int{r.once, r.done[0].end}
	case len(r.done) > 0:
		return "", nil
	}
	return fmt.Sprintf("its effect was found (op #%d), although no finish of it can have been accepted by then", r.once),
		[]int{r.once}
}

// did tells who finished the job: "client 3 claimed it (op #5) and finished it (op #9)".
func (rs *records) did(held hold) string {
	text := fmt.Sprintf("client %d ", rs.client(held.end))
	if held.claim == held.end {
		return text + fmt.Sprintf("did it (op #%d)", held.end)
	}
	if held.claim != none {
		text += fmt.Sprintf("claimed it (op #%d) and ", held.claim)
	}
	return text + fmt.Sprintf("finished it (op #%d)", held.end)
}

// ops are the operations of a hold.
func (held hold) ops() []int {
	switch {
	case held.claim == none || held.claim == held.end:
		return []int{held.end}
	case held.end == none:
		return []int{held.claim}
	}
	return []int{held.claim, held.end}
}

func (rs *records) client(i int) int32 { return rs.h.Ops[i].Client }
