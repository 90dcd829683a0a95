package monitor

// Queue decides about a FIFO queue of unique values, with Enqueue, Dequeue and DequeueEmpty, in O(n log n).
//
// The conditions are those of Henzinger, Sezgin & Vafeiadis (2013): the history is illegal if and only if
//
//   - a value comes out that was not put in, or before, or twice; or
//   - a value a was put in before b, and b came out before a, each for sure: the enqueue of a returned before that of b
//     was called, and the dequeue of b before that of a; or
//   - a dequeue that found nothing has at each of its times some value inside for sure.
//
// Sufficient they are because "put in before for sure" and "came out before for sure" are interval orders. If their union
// had a cycle, it would have one of two values: in a shortest one they alternate, a < b << c < d << ...; of two pairs a < b
// and c < d of an interval order a < d or c < b holds, and either shortens it. So the values can be put in one order that
// extends both, in which each is put in and taken out as early as those before it allow; that is in time. And a dequeue
// that found nothing splits the values: those whose enqueue returned before the chosen time are gone by then, the others
// can wait until then, and no new pair of the second kind arises. See queueOrder, which does just that.
//
// Unknown outcomes: an enqueue counts if its value comes out, and is dropped else; see newStore. A dequeue may take any
// value that is left. Supposing that they take those in turn, i-th by call and i-th by return of the enqueue, is exact.
// What is asked of a value that is left is that it be gone by certain times: the dequeue of a value that was put in after
// it for sure, and those chosen for dequeues that found nothing. A value whose enqueue returned earlier has all the demands
// of one whose enqueue returned later, and maybe more. So if by a time the first k must be gone, k dequeues must have been
// called, whoever takes what; and then in turn those have been that took just these.
func Queue(p *Part) Result {
	s, failure := newStore(p, trade{Enqueue, Dequeue, DequeueEmpty, "enqueued"})
	if failure != nil {
		return *failure
	}
	s.supposeInTurn()
	if failure := s.overtaken(); failure != nil {
		return *failure
	}
	times, impossible := s.emptyTimes()
	if impossible >= 0 {
		return *s.notEmpty(impossible)
	}
	result := Result{Status: Legal}
	if p.Witness {
		result.Order = s.queueOrder(times)
	}
	return result
}

// overtaken looks for a value that came out before one that was put in earlier, each for sure. Of all values put in
// before the one at hand it is enough to know which is taken last.
func (s *store) overtaken() *Result {
	before, last := 0, int32(-1)
	for i := range s.values {
		b := &s.values[i]
		for ; before < len(s.order) && s.values[s.order[before]].putReturn < b.putCall; before++ {
			if a := s.order[before]; last < 0 || s.values[a].takeCall > s.values[last].takeCall {
				last = a
			}
		}
		if last < 0 || s.values[last].takeCall <= b.takeReturn {
			continue
		}
		rule := RuleOutOfOrder
		if s.values[last].left() {
			rule = RuleLostElement
		}
		core := append(s.guilty(last, b.takeReturn), b.put, b.take)
		return s.lost(rule, b.takeReturn, core)
	}
	return nil
}
