package words

import "fmt"

// jobs is a queue, of which clients are the workers. What they make of several requests, or of none, is told by Composed and
// ByClient.
func jobs() Workload {
	job := Word{Name: "job", Type: Int, About: "number of the job"}
	receipt := Word{Name: "receipt", Type: Token, About: "that of the claim"}
	return Workload{
		Name: "jobs", Object: "job", Ordered: true,
		Operations: []Operation{
			{
				Name: "claim", About: "asks for a job, as a worker that has none", Required: true, Whole: true,
				Outputs: []Word{
					{Name: "job", Type: Int, Required: true, About: "the number of the job that was given"},
					{Name: "receipt", Type: Token, About: "what proves this claim, such as the token of a lease"},
				},
				Results:  map[string]map[string]any{"none": {}},
				Complete: mark("found"),
			},
			{
				Name:     "process",
				About:    "works on a job that was claimed, or extends the claim; without it, a worker does nothing for a moment",
				ByClient: true, ReadOnly: true, Whole: true, Inputs: []Word{job, receipt},
			},
			{
				Name: "finish", About: "says that a job is done, by which its effect is applied", Required: true, Whole: true,
				Inputs:   []Word{job, receipt},
				Results:  map[string]map[string]any{"refused": {}},
				Complete: mark("done"),
			},
			{
				Name: "crash", About: "tells that a worker with a job has died; without it, its connection ends", ByClient: true, Whole: true,
				Inputs: []Word{job, receipt},
			},
			{
				Name: "left", About: "asks how many jobs are not over, whoever has them", Required: true, Within: true, ReadOnly: true,
				Whole: true,
				Outputs: []Word{{
					Name: "left", Type: Int, Required: true,
					About: "how many are not over: those that wait, and those that were given to a worker",
				}},
			},
			{
				Name: "effects", About: "asks how often the effect of a job was applied", Required: true, ReadOnly: true,
				Inputs:  []Word{job},
				Outputs: []Word{{Name: "count", Type: Int, Required: true, About: "how often it was applied"}},
			},
		},
		Composed: []Composed{{Name: "work", Whole: true, Of: []string{"claim", "finish"}}},
	}
}

// outbox is changes with events that a relay publishes.
func outbox() Workload {
	id := Word{
		Name: "id", Type: Int, About: "what the event must carry besides its version: a number of 64 bits that no other write has",
	}
	count := []Word{{Name: "count", Type: Int, About: "how many events it has published"}}
	return Workload{
		Name: "outbox", Object: "key",
		Operations: []Operation{
			{
				Name: "write", About: "gives key its next version, and makes an event of it", Required: true, Inputs: []Word{key(), id},
				Outputs: version(),
			},
			{
				Name: "crash", About: "a write whose writer dies on the way: it takes place with its event, or not at all",
				Inputs: []Word{key(), id},
			},
			{Name: "publish", About: "has the relay publish some of what there is", Whole: true, Outputs: count},
			{
				Name: "drain", About: "has the relay publish until nothing is left of what was written before", Required: true, Whole: true,
				Again: true, Outputs: count,
			},
			{
				Name: "published", About: "asks for the events of key that were published", Required: true, ReadOnly: true,
				Inputs: []Word{key()},
				Outputs: []Word{
					{Name: "versions", Type: Ints, Required: true, About: "their versions, in the order of publication"},
					{Name: "ids", Type: Ints, Required: true, About: "what each of them carries, in the same order"},
				},
				Agree: paired("versions", "ids"), Complete: zip("events", "versions", "version", "ids", "id"),
			},
		},
	}
}

// paired refuses two lists of which one has more than the other: what belongs to what, nobody could tell.
func paired(a, b string) func(told map[string]any) error {
	return func(told map[string]any) error {
		if x, y := len(list(told[a])), len(list(told[b])); x != y {
			return fmt.Errorf("it has %d %s and %d %s, which must be one for one", x, a, y, b)
		}
		return nil
	}
}

// zip makes one list of two that are equally long, whose items have a member of each.
func zip(to, a, first, b, second string) func(result string, in, out map[string]any) {
	return func(_ string, _, out map[string]any) {
		x, y := list(out[a]), list(out[b])
		all := make([]any, len(x))
		for i := range x {
			all[i] = map[string]any{first: x[i], second: y[i]}
		}
		delete(out, a)
		delete(out, b)
		out[to] = all
	}
}

// list gives the items of a list of whole numbers.
func list(v any) []any {
	numbers, ok := v.([]int64)
	if !ok {
		all, _ := v.([]any)
		return all
	}
	all := make([]any, len(numbers))
	for i := range numbers {
		all[i] = numbers[i]
	}
	return all
}
