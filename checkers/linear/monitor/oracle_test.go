package monitor_test

import (
	"fmt"
	"hash/maphash"
	"math"
	"math/bits"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/checkers/linear/monitor"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// spec is a data type for random tests: what a right object does, and how to ask and how to lie.
type spec[S comparable] struct {
	name    string
	start   S
	initial int64                   // Part.Start
	from    func(p *monitor.Part) S // the state that a part begins in, where that is not always start

	// tell and heed say in the monitor's terms what the oracles have in theirs, and back, where these differ.
	tell, heed func(p *monitor.Part) *monitor.Part

	// do gives the state after an act, and the act with what a right object would have answered; false where the object
	// cannot do it at all. What the act says that the object answered is ignored.
	do     func(state S, a monitor.Act) (S, monitor.Act, bool)
	draw   func(r *rand.Rand, n int) monitor.Act         // what the n-th operation asks for
	wrong  func(r *rand.Rand, a monitor.Act) monitor.Act // another answer; may give the act back
	forget func(a monitor.Act) monitor.Act               // puts nonsense in place of the answer
	check  func(p *monitor.Part) monitor.Result
	accept float64 // at least this share of the histories must suit the monitor
	less   int     // by how much less it is tried to forget, where there are many specs of a kind; 0 is as 1
}

// legal gives the state after an operation, if it is legal. One of unknown outcome is whenever it can take effect.
func (s *spec[S]) legal(state S, op *monitor.Op) (S, bool) {
	next, right, ok := s.do(state, op.Act)
	return next, ok && (op.Return == monitor.Never || right == op.Act)
}

// linearizable tries all orders of the operations that are in, of which those that are bound must be in the order. It
// remembers what it tried, and is otherwise as simple as can be, to be right at sight. Those that are not bound may be left
// out, so they are where they would change nothing, and of those that are alike, those that were called last are.
func (s *spec[S]) linearizable(ops []monitor.Op, in, bound func(i int) bool) bool {
	type tried struct {
		taken uint64
		state S
	}
	var due uint64 // those that are bound
	var able []int
	for i := range ops {
		if in(i) {
			if able = append(able, i); bound(i) {
				due |= 1 << i
			}
		}
	}
	twins := s.twins(ops, able, due)
	vain := map[tried]bool{}
	var extend func(taken uint64, state S) bool
	extend = func(taken uint64, state S) bool {
		if due&^taken == 0 {
			return true
		}
		if vain[tried{taken, state}] {
			return false
		}
		vain[tried{taken, state}] = true
		deadline := monitor.Never
		for rest := due &^ taken; rest != 0; rest &= rest - 1 {
			deadline = min(deadline, ops[bits.TrailingZeros64(rest)].Return)
		}
		for _, i := range able {
			if taken>>i&1 == 1 || ops[i].Call > deadline || twins[i]&^taken != 0 {
				continue
			}
			next, ok := s.legal(state, &ops[i])
			if ok && (next != state || due>>i&1 == 1) && extend(taken|1<<i, next) {
				return true
			}
		}
		return false
	}
	return extend(0, s.start)
}

// twins gives for each operation that need not be in an order those like it that were called earlier. It can change places
// with one of them.
func (s *spec[S]) twins(ops []monitor.Op, able []int, due uint64) []uint64 {
	twins := make([]uint64, len(ops))
	for _, i := range able {
		for _, j := range able {
			a, b := &ops[i], &ops[j]
			if due>>i&1 == 0 && due>>j&1 == 0 && a.Act == b.Act && (a.Return == monitor.Never) == (b.Return == monitor.Never) &&
				(b.Call < a.Call || b.Call == a.Call && j < i) {
				twins[i] |= 1 << j
			}
		}
	}
	return twins
}

// porcupine asks the peer. An operation of unknown outcome returns at the end of time, where its effect harms nobody.
func (s *spec[S]) porcupine(ops []monitor.Op) bool {
	seed := maphash.MakeSeed()
	model := porcupine.Model{
		Init: func() any { return s.start },
		Step: func(state, input, _ any) (bool, any) {
			op := input.(monitor.Op)
			next, ok := s.legal(state.(S), &op)
			if op.Return == monitor.Never && !ok {
				return true, state
			}
			return ok, next
		},
		Hash: func(state any) uint64 { return maphash.Comparable(seed, state.(S)) },
	}
	all := make([]porcupine.Operation, len(ops))
	for i, op := range ops {
		all[i] = porcupine.Operation{ClientId: i, Input: op, Call: op.Call, Return: min(op.Return, math.MaxInt64)}
	}
	return porcupine.CheckOperations(model, all)
}

// random makes a history of up to 9 operations with many ties in time, unknown outcomes, and sometimes wrong answers.
func (s *spec[S]) random(r *rand.Rand) []monitor.Op {
	unknown, wrong := []float64{0, 0.15, 0.35}[r.IntN(3)], []float64{0, 0.3, 0.6}[r.IntN(3)]
	free := make([]int64, 1+r.IntN(5))
	var ops []monitor.Op
	var at []int64 // when each takes effect
	for n := range 2 + r.IntN(8) {
		c := r.IntN(len(free))
		op := monitor.Op{Act: s.draw(r, n), Call: free[c] + int64(r.IntN(4))}
		op.Return = op.Call + int64(r.IntN(8))
		point := op.Call + r.Int64N(op.Return-op.Call+1)
		free[c] = op.Return
		if r.Float64() < unknown {
			op.Return, point = monitor.Never, op.Call+r.Int64N(30)
			if r.IntN(2) == 0 {
				point = monitor.Never
			}
		}
		ops, at = append(ops, op), append(at, point)
	}
	s.answer(r, ops, at)
	for range 2 {
		if i := r.IntN(len(ops)); r.Float64() < wrong && ops[i].Return != monitor.Never {
			ops[i].Act = s.wrong(r, ops[i].Act)
		}
	}
	slices.SortStableFunc(ops, func(a, b monitor.Op) int { return int(a.Call - b.Call) })
	return ops
}

// answer fills in what a right object would have said if operations took effect at these times.
func (s *spec[S]) answer(r *rand.Rand, ops []monitor.Op, at []int64) {
	order := r.Perm(len(ops))
	slices.SortStableFunc(order, func(i, j int) int { return int(min(at[i], 1000) - min(at[j], 1000)) })
	state := s.start
	for _, i := range order {
		if at[i] == monitor.Never {
			continue
		}
		next, right, ok := s.do(state, ops[i].Act)
		if !ok {
			continue
		}
		state = next
		if ops[i].Return != monitor.Never {
			ops[i].Act = right
		}
	}
	for i := range ops {
		if ops[i].Return == monitor.Never && s.forget != nil {
			ops[i].Act = s.forget(ops[i].Act)
		}
	}
}

// histories is how many random histories each monitor is tried on.
func histories(t *testing.T) int {
	t.Helper()
	if text := os.Getenv("STRESS_HISTORIES"); text != "" {
		n, err := strconv.Atoi(text)
		require.NoError(t, err, "STRESS_HISTORIES")
		return n
	}
	if testing.Short() {
		return volume / 10
	}
	return volume
}

// seeded names a history, but only to those who ask: it takes long.
type seeded struct {
	seed int
	ops  []monitor.Op
}

func (s seeded) String() string { return fmt.Sprintf("seed %d: %+v", s.seed, s.ops) }

// agree holds a monitor to the oracles on random histories, and its cores to what they promise.
func agree[S comparable](t *testing.T, s spec[S]) {
	t.Run(s.name, func(t *testing.T) {
		t.Parallel()
		count := histories(t)
		seen := map[monitor.Status]int{}
		for seed := range count {
			ops := s.random(rand.New(rand.NewPCG(uint64(seed), 1)))
			before := slices.Clone(ops)
			got := s.check(&monitor.Part{Ops: ops, Start: s.initial, Witness: true})
			require.True(t, slices.Equal(before, ops), "a monitor must not change what it is given")
			seen[got.Status]++
			s.judge(t, seeded{seed, ops}, ops, got, seed%10 == 0)
		}
		t.Logf("%d histories: %d legal, %d illegal, %d unsuited", count,
			seen[monitor.Legal], seen[monitor.Illegal], seen[monitor.Unsuited])
		require.Greater(t, seen[monitor.Legal], count/20, "too few legal histories to mean anything")
		require.Greater(t, seen[monitor.Illegal], count/20, "too few illegal histories to mean anything")
		require.GreaterOrEqual(t, float64(count-seen[monitor.Unsuited]), s.accept*float64(count), "too few suit the monitor")
	})
}

func all(int) bool { return true }

func (s *spec[S]) judge(t *testing.T, name any, ops []monitor.Op, got monitor.Result, peer bool) {
	t.Helper()
	known := func(i int) bool { return ops[i].Return != monitor.Never }
	want := s.linearizable(ops, all, known)
	if peer && s.porcupine(ops) != want {
		require.FailNow(t, "brute force and Porcupine disagree", name)
	}
	switch {
	case got.Status == monitor.Unsuited && got.Reason == "":
		require.FailNow(t, "unsuited without a reason", name)
	case got.Status == monitor.Unsuited:
		return
	case (got.Status == monitor.Legal) != want:
		require.FailNow(t, "wrong verdict", "%+v, but legal is %t: %s", got, want, name)
	}
	if got.Status == monitor.Illegal {
		s.coreHolds(t, name, ops, got)
	} else {
		s.replay(t, name, ops, got.Order)
	}
}

// replay holds that a witness is a legal order.
func (s *spec[S]) replay(t *testing.T, name any, ops []monitor.Op, order []int32) {
	t.Helper()
	state, latest, taken := s.start, int64(math.MinInt64), map[int32]bool{}
	for _, i := range order {
		op := &ops[i]
		next, ok := s.legal(state, op)
		latest = max(latest, op.Call)
		if !ok || taken[i] || latest > op.Return {
			require.FailNow(t, "the witness is no legal order", "%v at %d: %s", order, i, name)
		}
		state, taken[i] = next, true
	}
	for i := range ops {
		if ops[i].Return != monitor.Never && !taken[int32(i)] {
			require.FailNow(t, "the witness lacks an operation", "%v lacks %d: %s", order, i, name)
		}
	}
}

// coreHolds holds that a core proves what it says: alone with its support, and with every other operation let loose,
// so that it may take effect at any time after its call, with the answer that it had, or never.
func (s *spec[S]) coreHolds(t *testing.T, name any, ops []monitor.Op, got monitor.Result) {
	t.Helper()
	named := func(i int) bool { return slices.Contains(got.Core, int32(i)) }
	near := func(i int) bool { return named(i) || slices.Contains(got.Support, int32(i)) }
	core := func(i int) bool { return named(i) && ops[i].Return != monitor.Never }
	switch {
	case got.Rule == "" || len(got.Core) == 0 || !slices.IsSorted(got.Core) || !slices.IsSorted(got.Support):
		require.FailNow(t, "no proper core", "%+v: %s", got, name)
	case s.linearizable(ops, near, core):
		require.FailNow(t, "the core proves nothing", "%+v: %s", got, name)
	case s.linearizable(ops, all, core):
		require.FailNow(t, "the core is explained by what it leaves out", "%+v: %s", got, name)
	}
}
