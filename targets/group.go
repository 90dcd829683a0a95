package targets

import "slices"

// Group are entries of one workload that are told of in the same words: one strategy, on the engines on which it does and
// shows the same. It is never empty.
type Group []Entry

// Engines are the names of the group's engines, each once.
func (g Group) Engines() []string {
	var names []string
	for _, e := range g {
		if !slices.Contains(names, e.Engine.Name) {
			names = append(names, e.Engine.Name)
		}
	}
	return names
}

// Groups puts entries of the same words together, workload by workload, the broken ones first.
func Groups(entries []Entry) []Group {
	return together(entries, func(a, b Entry) bool { return a.Strategy == b.Strategy && a.Summary == b.Summary })
}

// Lines puts entries of the same strategy together, whatever words are used of it on an engine, in the same order.
func Lines(entries []Entry) []Group {
	return together(entries, func(a, b Entry) bool { return a.Strategy == b.Strategy })
}

func together(entries []Entry, same func(a, b Entry) bool) []Group {
	var all []Group
	for _, w := range Workloads() {
		var broken, correct []Group
		for _, e := range entries {
			if e.Workload != w {
				continue
			}
			groups := &correct
			if !e.Correct() {
				groups = &broken
			}
			i := slices.IndexFunc(*groups, func(g Group) bool { return g[0].Anomaly == e.Anomaly && same(g[0], e) })
			if i < 0 {
				*groups = append(*groups, Group{e})
				continue
			}
			(*groups)[i] = append((*groups)[i], e)
		}
		all = slices.Concat(all, broken, correct)
	}
	return all
}
