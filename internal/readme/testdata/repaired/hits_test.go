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
	page := func(_ context.Context, in counter.Input) (counter.Output, error) {
		return counter.Output{Value: hits.Add(in.Delta)}, nil
	}
	harness.Test(t, harness.Func(page), counter.Single())
}
