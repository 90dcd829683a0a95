package memcells

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/lostupdate/stress/targets/cells"
)

// grouped has a group of goroutines read the cells of a change, each under the lock, and writes under the lock what it
// computes of that: it is let go of in between.
type grouped struct{ lockUpgrade }

func newGrouped(initial []int64) cells.Session {
	return &grouped{lockUpgrade{values: initial}}
}

func (s *grouped) Apply(ctx context.Context, c cells.Change) (cells.Effect, error) {
	var before cells.Pair
	g, reading := errgroup.WithContext(ctx)
	for i := range c.Cells() {
		g.Go(func() (err error) {
			before[i], err = s.Read(reading, c.Cell(i))
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return cells.Effect{}, err
	}
	e := c.Saw(before)
	if !e.Applied {
		return e, nil
	}
	return e, write(ctx, s, c, e.After)
}
