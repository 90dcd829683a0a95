package contest

import (
	"errors"
	"slices"

	"github.com/lostupdate/stress/internal/gauge"
)

// Named is a contender with its name.
type Named struct {
	Name string
	Run  func() error
}

// Contenders gives those that take part, under the names verdict, proof, search, stream and
// porcupine.
func (b Bout) Contenders() []Named {
	var all []Named
	for _, n := range [...]Named{
		{"verdict", b.Verdict}, {"proof", b.Proof}, {"search", b.Search}, {"stream", b.Stream},
		{"porcupine", b.Other},
	} {
		if n.Run != nil {
			all = append(all, n)
		}
	}
	return all
}

// Cost is what one contender took.
type Cost struct {
	gauge.Cost
	Stopped bool   // and has not come to a verdict
	Peak    uint64 // live at the most; only if it was asked for
}

// worth is how much a contender must allocate before it is worth asking how much of it was live.
const worth = 1_000_000

// Measure has the contenders take turns for so many rounds, and gives what each cost. Those that peaks names run once more for
// the memory that is live, unless that is next to nothing. A wrong verdict is an error.
func (b Bout) Measure(rounds int, peaks ...string) (map[string]Cost, error) {
	all := b.Contenders()
	run := make([]gauge.Contender, len(all))
	for i, n := range all {
		run[i] = n.Run
	}
	costs, errs := gauge.Side(rounds, run...)
	out := make(map[string]Cost, len(all))
	for i, n := range all {
		c := Cost{Cost: costs[i], Stopped: errors.Is(errs[i], ErrStopped)}
		if errs[i] != nil && !c.Stopped {
			return nil, errs[i]
		}
		if slices.Contains(peaks, n.Name) && !c.Stopped && c.Bytes >= worth {
			var err error
			if c.Peak, err = gauge.Peak(n.Run); err != nil && !errors.Is(err, ErrStopped) {
				return nil, err
			}
		}
		out[n.Name] = c
	}
	return out, nil
}
