package cache

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// told is the order in which anomalies are told: what is wrong with the source comes first, since the rest may come of it.
func told() []string {
	return []string{
		checkers.LostUpdate, checkers.PhantomUpdate, checkers.StaleCache, checkers.StaleRead, checkers.NonMonotonicRead,
	}
}

// tell tells each anomaly once, by the finding that explains most and came first, and says on how many other keys it is:
// all are wrong for one reason, and a hundred sentences would tell nobody more.
func tell(h *history.History[Input, Output], found findings) (all []checkers.Anomaly) {
	for _, name := range told() {
		if t := found[name]; t != nil {
			all = append(all, t.best.anomaly(h, t.keys-1))
		}
	}
	return all
}

// before reports whether a finding is told rather than another of its name.
func (f *finding) before(other *finding) bool {
	if (f.filler == none) != (other.filler == none) {
		return f.filler != none
	}
	return f.at < other.at
}

func (f *finding) anomaly(h *history.History[Input, Output], others int) checkers.Anomaly {
	key := object(f.line.key)
	text := f.say(h, *f)
	switch {
	case others == 1:
		text += "; the same on another key"
	case others > 1:
		text += fmt.Sprintf("; the same on %d other keys", others)
	}
	ops := []int{f.at, f.other, f.filler}
	slices.SortFunc(ops, cmp.Compare[int])
	ops = slices.DeleteFunc(slices.Compact(ops), func(i int) bool { return i == none })
	return checkers.Anomaly{Name: f.name, Object: key, Message: key + ": " + text + ".", Ops: ops, Arrows: f.arrows(h)}
}

// arrows draws which version was not seen, and who had left the one that was.
func (f *finding) arrows(h *history.History[Input, Output]) []checkers.Arrow {
	if f.other == none {
		return nil
	}
	if h.Ops[f.at].Input.Kind == Write {
		return []checkers.Arrow{{
			From: f.other, To: f.at, Relation: checkers.Excludes, Text: fmt.Sprintf("both made version %d", version(h, f.at)),
		}}
	}
	all := []checkers.Arrow{{
		From: f.other, To: f.at, Relation: checkers.Misses, Text: fmt.Sprintf("version %d was not seen", version(h, f.other)),
	}}
	if from := f.left(h); from != none {
		all = append(all, checkers.Arrow{
			From: from, To: f.at, Relation: checkers.Reads, Text: fmt.Sprintf("read version %d", version(h, f.at)),
		})
	}
	return all
}

// left gives the operation that left what was seen: who put it into the cache, or else who wrote it.
func (f *finding) left(h *history.History[Input, Output]) int {
	if f.filler != none {
		return f.filler
	}
	for _, i := range f.line.acked {
		if version(h, i) == version(h, f.at) {
			return i
		}
	}
	return none
}

// who names an operation: "client 3 (op #17, read)".
func who(h *history.History[Input, Output], i int) string {
	return fmt.Sprintf("client %d (op #%d, %v)", h.Ops[i].Client, i, h.Ops[i].Input.Kind)
}

func version(h *history.History[Input, Output], i int) int64 { return h.Ops[i].Output.Version }

func sayStale(h *history.History[Input, Output], f finding) string {
	return fmt.Sprintf("%s was given version %d, although %s had been acknowledged with version %d before it began",
		who(h, f.at), version(h, f.at), who(h, f.other), version(h, f.other))
}

func sayLost(h *history.History[Input, Output], f finding) string {
	return fmt.Sprintf("the source holds version %d (op #%d), although %s had been acknowledged with version %d before",
		version(h, f.at), f.at, who(h, f.other), version(h, f.other))
}

func sayRested(h *history.History[Input, Output], f finding) string {
	text := fmt.Sprintf("the cache holds version %d (op #%d)", version(h, f.at), f.at)
	if stored := f.line.stored(h); stored != none && version(h, stored) > version(h, f.at) {
		text += fmt.Sprintf(" and the source version %d", version(h, stored))
	}
	text += fmt.Sprintf(" after everything came to rest, although %s was acknowledged with version %d",
		who(h, f.other), version(h, f.other))
	if f.filler != none {
		text += fmt.Sprintf("; %s had put version %d into the cache", who(h, f.filler), version(h, f.filler))
	}
	return text
}

// stored gives the last look at the source that was made after everything had come to rest, or none.
func (l *line) stored(h *history.History[Input, Output]) int {
	for _, i := range slices.Backward(l.looks) {
		if h.Ops[i].Input.Kind == Stored && h.Ops[i].Phase == history.Final {
			return i
		}
	}
	return none
}

func sayAhead(h *history.History[Input, Output], f finding) string {
	return fmt.Sprintf("the cache holds version %d (op #%d) after everything came to rest, and the source, looked at "+
		"after it, version %d (op #%d)", version(h, f.other), f.other, version(h, f.at), f.at)
}

func sayBackwards(h *history.History[Input, Output], f finding) string {
	return fmt.Sprintf("%s was given version %d, after the same client's read #%d was given version %d", who(h, f.at),
		version(h, f.at), f.other, version(h, f.other))
}

func sayTwice(h *history.History[Input, Output], f finding) string {
	return fmt.Sprintf("%s and %s were both acknowledged with version %d, where each should have made its own",
		who(h, f.other), who(h, f.at), version(h, f.at))
}

func sayEarly(h *history.History[Input, Output], f finding) string {
	writes := "writes"
	n := f.line.writes(h, h.Ops[f.at].Return)
	if n == 1 {
		writes = "write"
	}
	return fmt.Sprintf("%s was given version %d, when only %d %s had begun", who(h, f.at), version(h, f.at), n, writes)
}

func sayNegative(h *history.History[Input, Output], f finding) string {
	return fmt.Sprintf("%s was given version %d, although versions begin with 0", who(h, f.at), version(h, f.at))
}
