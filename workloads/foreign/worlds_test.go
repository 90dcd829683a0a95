package foreign_test

import (
	"maps"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history/edn"
	"github.com/lostupdate/stress/history/jepsen"
)

// world is an object that a random history is about, as it is.
type world interface {
	step(o *op)  // an operation of its choice, answered as it should be
	spoil(o *op) // gives it another answer
}

func starting(m *maker) world {
	switch m.h.Type {
	case jepsen.Counter:
		return &counting{m: m, deltas: 1 + m.Int64N(2)}
	case jepsen.Set:
		return &growing{m: m, in: map[int64]bool{}, removes: m.IntN(4) == 0}
	case jepsen.Queue:
		return &queueing{m: m}
	case jepsen.Mutex:
		return &locking{m: m}
	case jepsen.KV:
		return &texts{m: m, appends: m.IntN(4) == 0}
	default:
		return &holding{m: m, value: jepsen.None}
	}
}

type holding struct {
	m     *maker
	value int64
}

func (w *holding) step(o *op) {
	kinds := []jepsen.F{jepsen.Read, jepsen.Read, jepsen.Write, jepsen.CAS, jepsen.CAS}
	if w.m.h.Type == jepsen.Register {
		kinds = kinds[:3]
	}
	o.Input.F = kinds[w.m.IntN(len(kinds))]
	switch o.Input.F {
	case jepsen.Read:
		o.Output.Value = w.value
	case jepsen.Write:
		o.Input.New = w.m.value()
		w.value = o.Input.New
	default:
		o.Input.Old, o.Input.New = w.value, w.m.value()
		o.Output.Seen, o.Output.Before = w.m.IntN(2) == 0, w.value
		if other := w.m.used(); other != w.value && w.m.IntN(3) == 0 {
			o.Input.Old, o.Output.Refused = other, true
			o.Output.Seen = w.m.IntN(6) > 0
			return
		}
		w.value = o.Input.New
	}
}

func (w *holding) spoil(o *op) {
	switch {
	case o.Input.F == jepsen.Read:
		o.Output.Value = w.m.used()
	case w.m.IntN(4) == 0:
		o.Output.Refused = !o.Output.Refused
	case o.Output.Seen:
		o.Output.Before = w.m.used()
	default:
		o.Input.Old = w.m.used()
	}
}

type counting struct {
	m             *maker
	deltas, value int64
}

func (w *counting) step(o *op) {
	o.Input.F, o.Output.Value = jepsen.Read, w.value
	if w.m.IntN(2) == 0 {
		o.Input.F, o.Input.New, o.Output.Value = jepsen.Add, 1+w.m.Int64N(w.deltas), 0
		if w.deltas > 1 && w.m.IntN(4) == 0 {
			o.Input.New *= -1
		}
		w.value += o.Input.New
	}
}

func (w *counting) spoil(o *op) {
	if o.Input.F == jepsen.Read {
		o.Output.Value += 1 - 2*w.m.Int64N(2)
	}
}

type growing struct {
	m       *maker
	in      map[int64]bool
	removes bool
}

func (w *growing) step(o *op) {
	o.Input.F = jepsen.Read
	switch n := w.m.IntN(8); {
	case n < 3:
		o.Input.F, o.Input.New = jepsen.Add, w.m.value()
		w.in[o.Input.New] = true
	case n == 3 && w.removes:
		o.Input.F, o.Input.New = jepsen.Remove, w.m.used()
		delete(w.in, o.Input.New)
	default:
		o.Output.Value = w.read(slices.Sorted(maps.Keys(w.in)))
	}
}

// read numbers a collection; a vector may name a member twice.
func (w *growing) read(numbers []int64) int64 {
	v := edn.Value{Kind: edn.Set}
	for _, n := range numbers {
		v.Items = append(v.Items, w.m.h.Values.Value(n))
	}
	slices.SortFunc(v.Items, edn.Compare)
	if w.m.IntN(3) == 0 {
		v.Kind = edn.Vector
		if len(numbers) > 0 && w.m.IntN(2) == 0 {
			v.Items = append(v.Items, v.Items[0])
		}
	}
	return w.m.h.Values.Of(v)
}

func (w *growing) spoil(o *op) {
	if o.Input.F != jepsen.Read {
		return
	}
	numbers := slices.Clone(w.m.h.Values.Items(o.Output.Value))
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	if other := w.m.used(); !slices.Contains(numbers, other) {
		numbers = append(numbers, other)
	} else {
		numbers = slices.DeleteFunc(numbers, func(n int64) bool { return n == other })
	}
	o.Output.Value = w.read(numbers)
}

type queueing struct {
	m  *maker
	in []int64
}

func (w *queueing) step(o *op) {
	o.Input.F, o.Output.Value = jepsen.Dequeue, jepsen.None
	switch {
	case w.m.IntN(2) == 0:
		o.Input.F, o.Input.New, o.Output.Value = jepsen.Enqueue, w.m.value(), 0
		w.in = append(w.in, o.Input.New)
	case len(w.in) > 0:
		o.Output.Value, w.in = w.in[0], w.in[1:]
	}
}

func (w *queueing) spoil(o *op) {
	if o.Input.F != jepsen.Dequeue {
		return
	}
	o.Output.Value = w.m.used()
	if w.m.IntN(3) == 0 {
		o.Output.Value = jepsen.None
	}
}

type locking struct {
	m    *maker
	held bool
}

func (w *locking) step(o *op) {
	o.Input.F = jepsen.Acquire
	if w.held {
		o.Input.F = jepsen.Release
	}
	w.held = !w.held
}

func (w *locking) spoil(o *op) { o.Input.F = jepsen.Acquire + jepsen.Release - o.Input.F }

// texts is a key's text, of which "0" to "11" are written, and "" is read first.
type texts struct {
	m       *maker
	appends bool
	text    string
}

func (w *texts) number() int64 {
	return w.m.h.Values.Of(edn.Value{Kind: edn.String, Text: w.text})
}

func (w *texts) step(o *op) {
	o.Input.F = jepsen.Get
	n := w.m.IntN(6)
	switch {
	case n < 2:
		o.Input.F, o.Input.New = jepsen.Put, w.m.value()
		w.text = w.m.h.Values.Value(o.Input.New).Text
	case n == 2 && w.appends:
		o.Input.F, o.Input.New = jepsen.Append, w.m.value()
		w.text += w.m.h.Values.Value(o.Input.New).Text
	default:
		o.Output.Value = w.number()
	}
}

func (w *texts) spoil(o *op) {
	if o.Input.F == jepsen.Get {
		o.Output.Value = w.m.used()
	}
}

// histories is how many each type gets: STRESS_HISTORIES, if it says.
func histories(t *testing.T) int {
	t.Helper()
	text := os.Getenv("STRESS_HISTORIES")
	if text == "" {
		return 4000
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, "STRESS_HISTORIES")
	return n
}
