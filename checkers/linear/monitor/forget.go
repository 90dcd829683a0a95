package monitor

import (
	"cmp"
	"slices"
)

// Forget shortens a history that goes on. Everything that was called before a time must be in the part, nothing else, and
// there must be a way to go on with which it is legal; an operation that returned at that time or later may have seen what
// comes.
//
// Whatever comes, called at that time or later: the rest with it is legal if and only if the whole history with it is. That
// holds also where no monitor suits what comes, so that the rest can be searched. What returned before is kept only as far
// as it can still matter: what the object holds, and what ties it to operations that were under way at that time; and each
// operation of unknown outcome whose effect can still come.
//
// From says of each operation of the rest which one of the part it is, by place; or, if it is negative, that it stands for
// some that are gone, of which ^from is one that people may be shown in its place. An operation that was returned before the
// time returns before it in the rest, too. Where the part is of no data type, or no way is known, nothing is forgotten.
func Forget(p *Part, until int64) (rest *Part, from []int32) {
	f, none := find(p)
	if none != "" || f.forget == nil {
		return keepAll(p)
	}
	return f.forget(p, until)
}

// keepAll keeps even what no monitor would, such as reads of members that are not there.
func keepAll(p *Part) (rest *Part, from []int32) {
	all := *p
	all.Ops = slices.Clone(p.Ops)
	return &all, numbersBelow(len(p.Ops))
}

// kept collects what is left of a part.
type kept struct {
	*Part // what it is left of
	start int64
	gone  bool // see Part.Passed
	all   []keptOp
}

type keptOp struct {
	Op
	from int32
}

func newKept(p *Part) *kept { return &kept{Part: p, start: p.Start, gone: p.Passed} }

// keep keeps an operation as it is.
func (k *kept) keep(place int32) { k.all = append(k.all, keptOp{k.Ops[place], place}) }

// stand has an operation stand for others, of which one is at a place.
func (k *kept) stand(op Op, place int32) { k.all = append(k.all, keptOp{op, ^place}) }

// rest gives what was kept, in order of call, with the members of those whole sets that are still read.
func (k *kept) rest() (rest *Part, from []int32) {
	slices.SortStableFunc(k.all, func(a, b keptOp) int { return cmp.Compare(a.Call, b.Call) })
	rest = &Part{Ops: make([]Op, len(k.all)), Start: k.start, Passed: k.gone, Witness: k.Witness}
	from = make([]int32, len(k.all))
	for i, op := range k.all {
		if op.Kind == ReadAll && op.known() {
			op.Value, rest.Members = int64(len(rest.Members)), append(rest.Members, k.Members[op.Value])
		}
		rest.Ops[i], from[i] = op.Op, op.from
	}
	return rest, from
}

// underWay says whether an operation was not over at a time: it has no return, or one that was not before it.
func (op *Op) underWay(at int64) bool { return op.Return >= at }
