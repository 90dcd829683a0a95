package memcaches

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/memory/mem"
)

const (
	// stall is how long a load takes that is slow, as a garbage collection, a busy disk or a long way make it.
	stall = 10 * time.Millisecond
	// stalls is one in how many loads that is.
	stalls = 3
)

// source is the truth: the version of each key. Every now and then its answer takes long to arrive.
type source struct {
	versions []atomic.Int64
	drawing  sync.Mutex
	chance   *rand.Rand
}

func newSource(keys int, seed uint64) *source {
	return &source{versions: make([]atomic.Int64, keys), chance: rand.New(rand.NewPCG(seed, 0))}
}

func (s *source) stored(key int) int64 { return s.versions[key].Load() }

func (s *source) load(ctx context.Context, key int) (int64, error) {
	version, err := mem.Step(ctx, "load from source", func() int64 { return s.stored(key) })
	if err != nil {
		return 0, err
	}
	return version, s.pause(ctx)
}

// pause is what happens to one answer in three on its way.
func (s *source) pause(ctx context.Context) error {
	if !s.slow() {
		return nil
	}
	return harness.NotApplied(harness.Pause(ctx, stall))
}

func (s *source) slow() bool {
	s.drawing.Lock()
	defer s.drawing.Unlock()
	return s.chance.IntN(stalls) == 0
}

func (s *source) store(ctx context.Context, key int) (int64, error) {
	return mem.Step(ctx, "write source", func() int64 { return s.versions[key].Add(1) })
}

// then tells the cache of a write that the source has made. If that fails, nobody knows what the cache holds, and the write
// is one of unknown outcome: it is no longer harness.ErrNotApplied.
func then(ctx context.Context, name string, act func()) error {
	_, err := mem.Step(ctx, name, func() struct{} { act(); return struct{}{} })
	if err != nil {
		return fmt.Errorf("memory: the source was written, and the cache not told: %v", err) //nolint:errorlint // see above
	}
	return nil
}
