// Package peer hands histories to Porcupine, the checker that this project measures and tests itself against.
//
// Models get a Hash, without which Porcupine would compare each state with all others. It is for tests and measurements: no
// part of the stress command imports it, which internal/arch holds.
package peer

import (
	"hash/maphash"
	"math"

	"github.com/anishathalye/porcupine"

	"github.com/lostupdate/stress/history"
)

// Asked is the input of an operation, as Porcupine's model gets it.
type Asked[I any] struct {
	In      I
	Unknown bool // the outcome is, and so is the output
}

// Model translates the functions of a sequential specification. An operation of unknown outcome has its effect where it can
// have one, and otherwise none.
func Model[S comparable, I, O any](
	start S, step func(state S, in I, out O) (S, bool), effect func(state S, in I) (S, bool),
) porcupine.Model {
	seed := maphash.MakeSeed()
	return porcupine.Model{
		Init: func() any { return start },
		Step: func(state, input, output any) (bool, any) {
			in := input.(Asked[I])
			if !in.Unknown {
				next, ok := step(state.(S), in.In, output.(O))
				return ok, next
			}
			if next, ok := effect(state.(S), in.In); ok {
				return true, next
			}
			return true, state
		},
		Hash: func(state any) uint64 { return maphash.Comparable(seed, state.(S)) },
	}
}

// Operations translates a history. An operation of unknown outcome returns at the end of time, where its effect harms
// nobody.
func Operations[I, O any](h *history.History[I, O]) []porcupine.Operation {
	var ops []porcupine.Operation
	for _, op := range h.Ops {
		o := porcupine.Operation{
			ClientId: int(op.Client), Input: Asked[I]{op.Input, op.Outcome == history.Unknown}, Output: op.Output,
			Call: int64(op.Call), Return: int64(op.Return),
		}
		if op.Outcome == history.Unknown {
			o.Return = math.MaxInt64
		}
		if op.Outcome != history.Failed {
			ops = append(ops, o)
		}
	}
	return ops
}

// By splits operations by the object that they are on, of which there are so many, numbered from zero.
func By[I any](objects int, object func(in I) int) func([]porcupine.Operation) [][]porcupine.Operation {
	return func(ops []porcupine.Operation) [][]porcupine.Operation {
		parts := make([][]porcupine.Operation, objects)
		for _, op := range ops {
			at := object(op.Input.(Asked[I]).In)
			parts[at] = append(parts[at], op)
		}
		some := parts[:0]
		for _, part := range parts {
			if len(part) > 0 {
				some = append(some, part)
			}
		}
		return some
	}
}
