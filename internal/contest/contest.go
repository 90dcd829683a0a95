// Package contest has the works on which this project's check of linearizability is measured beside Porcupine: which
// histories, with which models for either, and which verdict is right. Benchmarks and the command that prints the tables of
// docs/benchmarks.md measure the same works.
package contest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/internal/peer"
)

// Terms are the conditions of a contest.
type Terms struct {
	Data  string        // the folder of the test data, for works that need it
	Limit time.Duration // how long Porcupine may try one history; 0 means that it is not stopped
	Most  int           // no made history has more operations than that; 0 means that they are as long as they should be
}

func (t Terms) count(n int) int {
	if t.Most > 0 {
		return min(n, t.Most)
	}
	return n
}

// Work is one or several histories to decide.
type Work struct {
	Name string // names it among the works of the same list
	Text string // says what it is, for a table
	// Endless says that Porcupine would not decide it in the time that people have.
	Endless bool
	// Files says that it needs the test data.
	Files bool
	// Load makes or reads the histories.
	Load func(Terms) (Bout, error)
}

// Bout is who may decide the histories of a work. Each gives an error if its verdict is wrong. Those that do not take part are
// nil.
type Bout struct {
	Verdict func() error // this project's check, with nothing but a verdict
	Proof   func() error // the same as it is without being asked for more: if there is a violation, with what proves it
	Search  func() error // the verdict without the monitors
	Stream  func() error // the verdict on a history that comes in batches
	Other   func() error // Porcupine, which gives ErrStopped if it reached the limit
	Small   string       // what Other gets instead, if it is a smaller history than the others'
	Ops     int          // in all histories

	// Remembered is the most that Stream remembered between two batches, once it has run, in bytes.
	Remembered *int64
}

// ErrStopped means that a checker was stopped before it came to a verdict.
var ErrStopped = errors.New("stopped without a verdict")

// game is a history, the models for it, and what is right of it.
type game[S comparable, I, O any] struct {
	model   linear.Model[S, I, O]
	split   func([]porcupine.Operation) [][]porcupine.Operation // or nil
	history *history.History[I, O]
	small   *history.History[I, O] // for Porcupine in its place, or nil
	illegal bool
}

func (g game[S, I, O]) bout(t Terms) Bout {
	untyped := g.model
	untyped.Type = nil
	b := Bout{
		Verdict: g.check(g.model, linear.WithoutProofs()),
		Proof:   g.check(g.model),
		Other:   g.other(t),
		Ops:     len(g.history.Ops),
	}
	if g.model.Type != nil {
		b.Search = g.check(untyped, linear.WithoutProofs())
	}
	return b
}

func (g game[S, I, O]) check(m linear.Model[S, I, O], opts ...linear.Option) func() error {
	want := checkers.Valid
	if g.illegal {
		want = checkers.Invalid
	}
	return func() error {
		if v := linear.Check(context.Background(), m, g.history, opts...); v.Status != want {
			return fmt.Errorf("the verdict is %v, not %v: %s", v.Status, want, v.Reason)
		}
		return nil
	}
}

func (g game[S, I, O]) other(t Terms) func() error {
	var start S
	if g.model.Init != nil {
		start = g.model.Init(0)
	}
	model, want, h := peer.Model(start, g.model.Step, g.model.Effect), porcupine.Ok, g.history
	model.Partition = g.split
	if g.illegal {
		want = porcupine.Illegal
	}
	if g.small != nil {
		h = g.small
	}
	var ops []porcupine.Operation
	return func() error {
		if ops == nil {
			ops = peer.Operations(h) // not before it is asked, since it takes more memory than the history
		}
		switch got := porcupine.CheckOperationsTimeout(model, ops, t.Limit); got {
		case want:
			return nil
		case porcupine.Unknown:
			return ErrStopped
		default:
			return fmt.Errorf("the verdict of Porcupine is %v, not %v", got, want)
		}
	}
}

// together makes one bout of several.
func together(bouts []Bout) Bout {
	all := func(of func(Bout) func() error) func() error {
		return func() error {
			for _, b := range bouts {
				if err := of(b)(); err != nil {
					return err
				}
			}
			return nil
		}
	}
	sum := Bout{
		Verdict: all(func(b Bout) func() error { return b.Verdict }),
		Proof:   all(func(b Bout) func() error { return b.Proof }),
		Other:   all(func(b Bout) func() error { return b.Other }),
	}
	for _, b := range bouts {
		sum.Ops += b.Ops
	}
	return sum
}
