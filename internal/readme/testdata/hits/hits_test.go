package hits

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads/counter"
)

func TestHits(t *testing.T) {
	var hits atomic.Int64 // or a row, a key, a file
	page := func(ctx context.Context, in counter.Input) (counter.Output, error) {
		seen, err := harness.Step(ctx, "read hits", func(context.Context) (int64, error) { return hits.Load(), nil })
		if err == nil && in.Kind == counter.Add {
			hits.Store(seen + in.Delta)
		}
		return counter.Output{Before: seen, Value: seen + in.Delta, Seen: true}, err
	}
	harness.Test(t, harness.Func(page), counter.Single())
}
