package linear

import (
	"context"
	"slices"
	"time"
)

// settled is an object of a stream of which nothing can change any more: it has a violation, or was given up.
type settled[I, O any] struct {
	finding
	named []piece[I, O] // the operations that its anomaly names
}

// namedBy gives those operations that a finding names, each once.
func namedBy[I, O any](f finding, all []origin[I, O]) (named []piece[I, O]) {
	for _, from := range all {
		same := func(p piece[I, O]) bool { return p.Place == from.Place }
		if slices.Contains(f.anomaly.Ops, from.Place) && !slices.ContainsFunc(named, same) {
			named = append(named, from.piece)
		}
	}
	return named
}

func (l *settled[I, O]) take(piece[I, O]) {}

func (l *settled[I, O]) look(context.Context, time.Duration, []piece[I, O]) finding { return l.finding }

func (l *settled[I, O]) decide(context.Context, []piece[I, O]) finding { return l.finding }

func (l *settled[I, O]) untold() ([]piece[I, O], bool) { return nil, false }

func (l *settled[I, O]) proof() []piece[I, O] { return l.named }

func (l *settled[I, O]) bytes() int64 { return int64(len(l.named)) * opBytes[I, O]() }

func (l *settled[I, O]) settle(finding) {}
