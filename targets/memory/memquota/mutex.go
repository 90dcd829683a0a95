package memquota

import (
	"context"
	"math/rand/v2"
	"sync"

	"github.com/lostupdate/stress/targets/memory/mem"
)

// guarded is a quota under a lock.
type guarded struct {
	limit int64
	mu    sync.Mutex
	n     int64
}

func newGuarded(limit int64) room { return &guarded{limit: limit} }

func (g *guarded) used(ctx context.Context) (int64, error) {
	return mem.Step(ctx, "read under lock", func() int64 {
		g.mu.Lock()
		defer g.mu.Unlock()
		return g.n
	})
}

func (g *guarded) take(ctx context.Context, amount int64, _ *rand.Rand) (bool, error) {
	return mem.Step(ctx, "look and take under lock", func() bool {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.n+amount > g.limit {
			return false
		}
		g.n += amount
		return true
	})
}

// between looks under the lock, lets go of it, and takes under the lock.
type between struct{ guarded }

func newBetween(limit int64) room { return &between{guarded{limit: limit}} }

func (b *between) take(ctx context.Context, amount int64, _ *rand.Rand) (bool, error) {
	used, err := b.used(ctx)
	if err != nil || used+amount > b.limit {
		return false, err
	}
	return mem.Step(ctx, "take under lock", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.n += amount
		return true
	})
}
