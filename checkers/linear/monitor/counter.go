package monitor

// Counter decides the history of a counter: [Add], which answers nothing, and [Read].
//
// It is exact in O(n log n) where all deltas that are not zero are equal; see ladder. Where they differ the question is
// NP-hard, even with a single read (a subset sum), and exact up to a limit on the configurations that must be kept;
// see sweep. Operations of unknown outcome may be any. Beyond the limit, where sums might overflow, and where there are
// other kinds of operations the history is [Unsuited].
func Counter(p *Part) Result { return decideSums(p, false) }

// FetchAndAdd decides the history of a counter that answers: [FetchAdd], [Add] and [Read]. A fetch-and-add of zero is a
// read, and one of unknown outcome is an Add of unknown outcome.
//
// It is exact in O(n log n) where all deltas that are not zero have one sign, and those of Adds and of unknown outcomes
// are equal; other deltas may be any. Else it does what [Counter] does for several deltas.
func FetchAndAdd(p *Part) Result { return decideSums(p, true) }

func decideSums(p *Part, fetch bool) Result {
	s, reason := readSums(p, fetch)
	if reason != "" {
		return unsuited(reason)
	}
	var result Result
	if s.mixed || s.falls > 0 {
		result = decideSweep(s, p.Witness)
	} else {
		result = newLadder(s).decide(p.Witness)
	}
	if result.Status == Legal && p.Witness {
		result.Order = s.withIdle(result.Order)
	}
	return result
}
