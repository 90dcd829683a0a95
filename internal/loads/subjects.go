package loads

import (
	"cmp"
	"slices"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

// Subject is a monitor with a legal history for it, of so many operations by so many clients.
type Subject struct {
	Name  string
	Check func(*monitor.Part) monitor.Result
	Load  func(n, clients int) *monitor.Part
}

// Subjects lists what the monitors are measured on.
func Subjects() []Subject {
	part := func(ops []monitor.Op) *monitor.Part { return &monitor.Part{Ops: ops} }
	register := func(kinds string, step int64) func(n, clients int) *monitor.Part {
		return func(n, clients int) *monitor.Part { return part(RegisterActs(n, clients, kinds, step)) }
	}
	sums := func(acts ...monitor.Act) func(n, clients int) *monitor.Part {
		return func(n, clients int) *monitor.Part { return CounterActs(n, clients, acts...) }
	}
	set := func(elements int) func(n, clients int) *monitor.Part {
		return func(n, clients int) *monitor.Part { return SetActs(n, clients, elements) }
	}
	read := monitor.Act{Kind: monitor.Read}
	add := monitor.Act{Kind: monitor.Add, Value: 1}
	fetch := monitor.Act{Kind: monitor.FetchAdd, Value: 1}
	return []Subject{
		{"register", monitor.Register, register("rw", 1)},
		{"register of far values", monitor.Register, register("rw", 1e9)},
		{"compare-and-set", monitor.Register, register("rwC", 1)},
		{"compare-and-set chain", monitor.Register, register("rC", 1)},
		{"counter", monitor.Counter, sums(add, read)},
		{"fetch-and-add", monitor.FetchAndAdd, sums(fetch)},
		{"queue", monitor.Queue, func(n, clients int) *monitor.Part { return part(AQueue().Acts(n, clients)) }},
		{"stack", monitor.Stack, func(n, clients int) *monitor.Part { return part(AStack().Acts(n, clients)) }},
		{"priority queue", monitor.PriorityQueue, PriorityActs},
		{"set of one element", monitor.Set, set(1)},
		{"set of 1,000 elements", monitor.Set, set(1000)},
		{"grow-only set", monitor.GrowSet, func(n, clients int) *monitor.Part {
			return GrowSetActs(n, clients, min(n, 10_000), 100)
		}},
		{"mutex", monitor.Mutex, func(n, clients int) *monitor.Part { return part(MutexActs(n, clients)) }},
	}
}

// Event is a call or a return.
type Event struct {
	time  int64
	place int32
}

// Events gives the calls and returns of a history.
func Events(ops []monitor.Op) []Event {
	events := make([]Event, 0, 2*len(ops))
	for i, op := range ops {
		events = append(events, Event{op.Call, int32(i)}, Event{op.Return, int32(i)})
	}
	return events
}

// Sort sorts events by time, which is the least that a checker that was given no order would have to do.
func Sort(events []Event) {
	slices.SortFunc(events, func(a, b Event) int { return cmp.Compare(a.time, b.time) })
}
