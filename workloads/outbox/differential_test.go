package outbox_test

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/internal/simulate"
	"github.com/lostupdate/stress/workloads/outbox"
)

// world is one key: the IDs of its writes by version, and how many of them were drained.
type world struct {
	ids     []int64
	drained int
}

// next gives what may be after an operation; nothing if it can't have been answered so.
func (w world) next(o *op) []world {
	written := world{append(slices.Clone(w.ids), o.Input.ID), w.drained}
	maybe := o.Outcome == history.Unknown
	switch o.Input.Kind {
	case outbox.Crash:
		return []world{w, written}
	case outbox.Write:
		switch {
		case maybe:
			return []world{w, written}
		case o.Output.Version != int64(len(written.ids)):
			return nil
		}
		return []world{written}
	case outbox.Drain:
		if !maybe {
			w.drained = len(w.ids)
		}
	case outbox.Published:
		if !maybe && !w.explains(o.Output.Events) {
			return nil
		}
	}
	return []world{w}
}

// explains says whether the events are those of the first versions, in their order but for repetitions, and of all that were
// drained.
func (w world) explains(all []event) bool {
	seen := 0
	for _, e := range all {
		v := int(e.Version)
		if v > len(w.ids) || w.ids[v-1] != e.ID || v > seen+1 {
			return false
		}
		seen = max(seen, v)
	}
	return seen >= w.drained
}

// contradicts says whether an answer that is still to come has another write than took place.
func (w world) contradicts(o op) bool {
	return slices.ContainsFunc(o.Output.Events, func(e event) bool {
		return int(e.Version) <= len(w.ids) && w.ids[e.Version-1] != e.ID
	})
}

// possible tries all orders.
func possible(ops []op, w world) bool {
	if !slices.ContainsFunc(ops, func(o op) bool { return o.Outcome == history.OK && o.Input.Kind != outbox.Crash }) {
		return true
	}
	if slices.ContainsFunc(ops, w.contradicts) {
		return false
	}
	for i := range ops {
		if !mayBeFirst(ops, i) {
			continue
		}
		rest := slices.Delete(slices.Clone(ops), i, i+1)
		for _, next := range w.next(&ops[i]) {
			if possible(rest, next) {
				return true
			}
		}
	}
	return false
}

// mayBeFirst says whether no operation ended before the i-th began, nor is an earlier one of its client.
func mayBeFirst(ops []op, i int) bool {
	for j := range ops {
		before := ops[j].Return < ops[i].Call || j < i && ops[j].Client == ops[i].Client
		if ops[j].Outcome == history.OK && before {
			return false
		}
	}
	return true
}

// bruteForce looks at each key apart: the last moment at which a drain can have drained is the best for all of them.
func bruteForce(ops []op) bool {
	for key := range int32(2) {
		var own []op
		for _, o := range ops {
			kind := o.Input.Kind
			if o.Outcome != history.Failed && kind != outbox.Publish && (kind == outbox.Drain || o.Input.Key == key) {
				own = append(own, o)
			}
		}
		if !possible(own, world{}) {
			return false
		}
	}
	return true
}

// store is two keys, whose relay makes a mistake now and then.
type store struct {
	r    *rand.Rand
	ids  [2][]int64
	log  [2][]event
	todo [2][]event
	ever bool // it is right, always
}

func (s *store) wrong() bool { return !s.ever && s.r.IntN(9) == 0 }

func (s *store) write(in in, commit bool) int64 {
	e := event{int64(len(s.ids[in.Key]) + 1), in.ID}
	if commit {
		s.ids[in.Key] = append(s.ids[in.Key], in.ID)
	}
	switch {
	case commit == s.wrong(): // lost, or a phantom
	case s.wrong() && len(s.todo[in.Key]) > 0: // overtakes
		s.todo[in.Key] = slices.Insert(s.todo[in.Key], len(s.todo[in.Key])-1, e)
	default:
		s.todo[in.Key] = append(s.todo[in.Key], e)
	}
	return e.Version
}

func (s *store) publish() {
	for key := range s.todo {
		s.log[key] = append(s.log[key], s.todo[key]...)
		if n := len(s.log[key]); n > 0 && s.r.IntN(4) == 0 { // again, as relays do
			again := s.log[key][s.r.IntN(n)]
			if s.wrong() {
				again.Version++
			}
			s.log[key] = append(s.log[key], again)
		}
		s.todo[key] = nil
	}
}

func (s *store) do(in in) (o out) {
	switch in.Kind {
	case outbox.Write:
		if o.Version = s.write(in, true); s.r.IntN(30) == 0 && !s.ever && o.Version > 1 {
			o.Version--
		}
	case outbox.Crash:
		s.write(in, s.r.IntN(2) == 0)
	case outbox.Publish, outbox.Drain:
		s.publish()
	case outbox.Published:
		o.Events = slices.Clone(s.log[in.Key])
	}
	return o
}

// vain are tries of a final write that came to nothing, as far as anybody was told: it is tried again.
func (s *store) vain(in in, at time.Duration) (ops []op) {
	for n := range time.Duration(s.r.IntN(3)) {
		o := op{Client: int32(20 + len(s.log[in.Key]) + int(n)), Call: at + n, Return: at + n, Phase: history.Final, Input: in}
		switch s.r.IntN(3) {
		case 0:
			o.Outcome = history.Failed
		case 1:
			o.Outcome, o.Return = history.Unknown, history.Never
			s.write(in, s.r.IntN(2) == 0)
		default:
			o.Outcome, o.Return = history.Unknown, history.Never
		}
		ops = append(ops, o)
	}
	return ops
}

// random makes a history of a few clients, and of one who drains and reads afterwards.
func random(r *rand.Rand, w *outbox.Workload) []op {
	s := &store{r: r, ever: r.IntN(3) == 0}
	var asked []in
	for client := range 1 + r.IntN(6) {
		next := w.Generator(client)(r, nil)
		if r.IntN(8) == 0 {
			next = in{Kind: outbox.Published, Key: int32(r.IntN(2))}
		}
		asked = append(asked, next)
	}
	h := &hist{}
	for n, in := range asked {
		moment := time.Duration(4 * (n + 3))
		o := op{Client: int32(n), Input: in, Call: moment - time.Duration(r.IntN(6)), Return: moment + time.Duration(r.IntN(6))}
		switch r.IntN(12) {
		case 0:
			o.Outcome = history.Failed
			if s.wrong() && in.Kind == outbox.Write {
				s.write(in, false)
			}
		case 1:
			o.Outcome, o.Return = history.Unknown, history.Never
			if r.IntN(2) == 0 {
				s.do(in)
			}
		default:
			o.Output = s.do(in)
		}
		h.Ops = append(h.Ops, o)
	}
	for n, in := range w.Final() {
		at := time.Duration(100 + 10*n)
		if in.Kind == outbox.Write && len(asked) < 4 && r.IntN(3) == 0 { // else there would be too many orders
			h.Ops = append(h.Ops, s.vain(in, at-4)...)
		}
		h.Ops = append(h.Ops, op{Client: 9, Call: at, Return: at + 1, Phase: history.Final, Input: in, Output: s.do(in)})
	}
	slices.SortStableFunc(h.Ops, func(a, b op) int { return int(a.Call - b.Call) })
	return h.Ops
}

// alone gives the operations that an anomaly names, beside which all that others wrote may have been written at any time.
func alone(all []op, named []int) []op {
	keep := map[int]op{}
	for i, o := range all {
		switch kind := o.Input.Kind; {
		case slices.Contains(named, i):
			keep[i] = o
		case (kind == outbox.Write || kind == outbox.Crash) && o.Outcome != history.Failed:
			o.Outcome, o.Output, o.Call, o.Return, o.Client = history.Unknown, out{}, 0, history.Never, int32(100+i)
			keep[i] = o
		}
	}
	var ops []op
	for _, i := range slices.Sorted(maps.Keys(keep)) {
		ops = append(ops, keep[i])
	}
	return ops
}

// TestAgainstAllOrders compares the check with a search through all orders, and holds that the operations which an anomaly
// names are wrong by themselves.
func TestAgainstAllOrders(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	w, err := outbox.New(outbox.Config{Keys: workloads.Keys{N: 2, Hot: 0.6}})
	require.NoError(t, err)
	seen := map[string]int{}
	for n := range simulate.Volume(20_000) {
		h := &hist{Ops: random(r, w)}
		want := checkers.Valid
		if !bruteForce(h.Ops) {
			want = checkers.Invalid
		}
		v := w.Check(context.Background(), h)
		require.Equal(t, want, v.Status, "%d: %v: %+v", n, v.Text(), h.Ops)
		seen[want.String()]++
		for _, a := range v.Anomalies {
			seen[a.Name]++
			require.False(t, bruteForce(alone(h.Ops, a.Ops)), "%d: %s: %+v", n, a.Message, h.Ops)
		}
	}
	for _, what := range []string{
		"valid", "invalid", checkers.LostEvent, checkers.OutOfOrder, checkers.PhantomUpdate, checkers.LostUpdate,
	} {
		require.Greater(t, seen[what], simulate.Volume(200), "%s: %v", what, seen)
	}
	t.Log(seen)
}
