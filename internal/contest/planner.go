package contest

import (
	"fmt"

	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/internal/loads"
)

// Planner lists the works on which monitors, where they have a part, are measured beside the search.
func Planner() []Work {
	register := func(clients, count int) Work {
		return planned("register of unique values, half reads", clients, count, unique(), loads.Register())
	}
	fetches := func(count int) Work { return planned("fetch-and-add", 16, count, fetchAdd(), loads.FetchAdd()) }
	works := []Work{
		register(10, 1000), register(10, 10_000), register(10, 100_000), register(16, 100_000),
		planned("compare-and-set, 3 values", 10, 10_000, Register(), loads.FewValues()),
		planned("compare-and-set, 3 values", 16, 10_000, Register(), loads.FewValues()),
		fetches(10_000), fetches(100_000), fetches(million),
		planned("blind adds and reads", 10, 10_000, counter(), loads.Counter()),
		planned("blind adds and reads", 16, 100_000, counter(), loads.Counter()),
		{Name: "1,000 registers", Text: "1,000 registers, 50 clients, 1,000,000 operations", Load: stores(loads.Register())},
		{Name: "crashed=6", Text: "register of 5 values, last read impossible, 6 crashed writes", Load: crashed(6)},
	}
	// These take Porcupine minutes, or more memory than there is.
	for _, i := range [...]int{2, 3, 5, 8, 10} {
		works[i].Endless = true
	}
	return works
}

func planned[S comparable, I, O any](
	object string, clients, count int, m linear.Model[S, I, O], o loads.Object[S, I, O],
) Work {
	return Work{
		Name: fmt.Sprintf("%s/clients=%d/ops=%d", object, clients, count),
		Text: fmt.Sprintf("%s, %d clients, %s operations", object, clients, Thousands(count)),
		Load: made(m, o, clients, count),
	}
}
