package targets

import (
	"fmt"
	"math"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/file"
	"github.com/lostupdate/stress/history/jepsen"
	"github.com/lostupdate/stress/workloads/counter"
	"github.com/lostupdate/stress/workloads/register"
)

// vocabulary tells a workload's operations in Jepsen's words, and back.
type vocabulary[I, O any] struct {
	of   jepsen.Type
	to   func(v *jepsen.Values, in I, out O) (jepsen.Input, jepsen.Output)
	from func(v *jepsen.Values, in jepsen.Input, out jepsen.Output) (I, O)
}

// read reads the rest of a history of the workload.
func (w *vocabulary[I, O]) read(r *file.Reader) (*jepsen.History, error) {
	own, err := file.ReadAll[I, O](r)
	if err != nil {
		return nil, err
	}
	return w.jepsen(own), nil
}

// jepsen tells a history in Jepsen's words. Its objects are keys.
func (w *vocabulary[I, O]) jepsen(own *history.History[I, O]) *jepsen.History {
	h := &jepsen.History{Values: jepsen.NewValues(), Type: w.of, Format: jepsen.EDN, Keys: jepsen.Tuples, Timed: true}
	info := own.Info
	h.Ours, h.Info, h.Notes, h.Interrupted, h.Missing = &info, info, own.Notes, own.Interrupted, own.Missing
	h.Ops = make([]history.Op[jepsen.Input, jepsen.Output], len(own.Ops))
	for i := range own.Ops {
		op, to := &own.Ops[i], &h.Ops[i]
		to.Call, to.Return, to.Client, to.Outcome = op.Call, op.Return, op.Client, op.Outcome
		to.Phase, to.Retries = op.Phase, op.Retries
		in, out := w.to(h.Values, op.Input, op.Output)
		if to.Input = in; op.Outcome == history.OK {
			to.Output = out
		}
	}
	return h
}

// own tells a history that jepsen told back in the workload's words.
func (w *vocabulary[I, O]) own(h *jepsen.History) (*history.History[I, O], error) {
	own := &history.History[I, O]{Info: h.Info, Notes: h.Notes, Interrupted: h.Interrupted, Missing: h.Missing}
	own.Ops = make([]history.Op[I, O], len(h.Ops))
	for i := range h.Ops {
		var err error
		if own.Ops[i], err = w.op(h, &h.Ops[i]); err != nil {
			return nil, fmt.Errorf("op #%d %w", i, err)
		}
	}
	return own, nil
}

// op tells an operation of a history that jepsen told back in the workload's words.
func (w *vocabulary[I, O]) op(
	h *jepsen.History, op *history.Op[jepsen.Input, jepsen.Output],
) (to history.Op[I, O], err error) {
	if op.Input.Key < 0 || op.Input.Key > math.MaxInt32 || h.Keys != jepsen.Tuples {
		return to, fmt.Errorf("concerns the key %s, and this workload numbers its keys from 0", h.Values.Text(op.Input.Key))
	}
	to.Call, to.Return, to.Client, to.Outcome = op.Call, op.Return, op.Client, op.Outcome
	to.Phase, to.Retries = op.Phase, op.Retries
	in, out := w.from(h.Values, op.Input, op.Output)
	if to.Input = in; op.Outcome == history.OK {
		to.Output = out
	}
	return to, nil
}

// batch tells a batch so.
func (w *vocabulary[I, O]) batch(h *jepsen.History, b jepsen.Batch) (to history.Batch[I, O], err error) {
	to = history.Batch[I, O]{At: b.At, Notes: b.Notes}
	if to.Done, err = w.ops(h, b.Done); err == nil {
		to.Open, err = w.ops(h, b.Open)
	}
	return to, err
}

func (w *vocabulary[I, O]) ops(
	h *jepsen.History, ops []history.Op[jepsen.Called, jepsen.Answered],
) ([]history.Op[I, O], error) {
	all := make([]history.Op[I, O], len(ops))
	for i := range ops {
		op := history.Op[jepsen.Input, jepsen.Output]{
			Call: ops[i].Call, Return: ops[i].Return, Client: ops[i].Client, Outcome: ops[i].Outcome, Phase: ops[i].Phase,
			Retries: ops[i].Retries, Input: ops[i].Input.Input, Output: ops[i].Output.Output,
		}
		var err error
		if all[i], err = w.op(h, &op); err != nil {
			return nil, fmt.Errorf("the operation of line %d %w", ops[i].Input.Line, err)
		}
	}
	return all, nil
}

func counterWords() *vocabulary[counter.Input, counter.Output] {
	return &vocabulary[counter.Input, counter.Output]{
		of: jepsen.Counter,
		to: func(v *jepsen.Values, in counter.Input, out counter.Output) (jepsen.Input, jepsen.Output) {
			to := jepsen.Input{F: jepsen.Read, Key: int64(in.Key)}
			if in.Kind == counter.Add {
				to.F, to.New = jepsen.Add, v.OfInt(in.Delta)
			}
			said := jepsen.Output{Value: v.OfInt(out.Value), Seen: out.Seen}
			if out.Seen {
				said.Before = v.OfInt(out.Before)
			}
			return to, said
		},
		from: func(v *jepsen.Values, in jepsen.Input, out jepsen.Output) (counter.Input, counter.Output) {
			from := counter.Input{Kind: counter.Read, Key: int32(in.Key)}
			if in.F == jepsen.Add {
				from.Kind, from.Delta = counter.Add, v.Int(in.New)
			}
			return from, counter.Output{Value: v.Int(out.Value), Before: v.Int(out.Before), Seen: out.Seen}
		},
	}
}

func registerWords() *vocabulary[register.Input, register.Output] {
	return &vocabulary[register.Input, register.Output]{of: jepsen.CASRegister, to: registerTo, from: registerFrom}
}

func registerTo(v *jepsen.Values, in register.Input, out register.Output) (jepsen.Input, jepsen.Output) {
	to := jepsen.Input{F: jepsen.Read, Key: int64(in.Key)}
	switch in.Kind {
	case register.Write:
		to.F, to.New = jepsen.Write, v.OfInt(in.New)
		return to, jepsen.Output{}
	case register.CompareAndSet:
		to.F, to.Old, to.New = jepsen.CAS, v.OfInt(in.Old), v.OfInt(in.New)
		said := jepsen.Output{Refused: !out.Swapped, Seen: out.Seen}
		if out.Seen {
			said.Before = v.OfInt(out.Value)
		}
		return to, said
	default:
		return to, jepsen.Output{Value: v.OfInt(out.Value)}
	}
}

func registerFrom(v *jepsen.Values, in jepsen.Input, out jepsen.Output) (register.Input, register.Output) {
	from := register.Input{Key: int32(in.Key)}
	switch in.F {
	case jepsen.Write:
		from.Kind, from.New = register.Write, v.Int(in.New)
		return from, register.Output{}
	case jepsen.CAS:
		from.Kind, from.Old, from.New = register.CompareAndSet, v.Int(in.Old), v.Int(in.New)
		return from, register.Output{Swapped: !out.Refused, Seen: out.Seen, Value: v.Int(out.Before)}
	default:
		return from, register.Output{Value: v.Int(out.Value)}
	}
}
