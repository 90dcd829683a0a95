package repaired

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
		now, err := harness.Step(ctx, "add hit", func(context.Context) (int64, error) { return hits.Add(in.Delta), nil })
		return counter.Output{Before: now - in.Delta, Value: now, Seen: true}, err
	}
	harness.Test(t, harness.Func(page), counter.Single())
}
