package targets

import (
	"errors"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/strategy"
	"github.com/lostupdate/stress/workloads/cache"
)

// caching is one way in which an engine keeps a cache.
type caching = strategy.For[*cache.Workload, cache.Input, cache.Output]

func cacheBinding() binding {
	return bind(cache.Name, func(e Engine) []caching { return e.cache }, newCache,
		func(target func(*cache.Workload) harness.Target[cache.Input, cache.Output], w *cache.Workload,
		) harness.Target[cache.Input, cache.Output] {
			return target(w)
		}, nil)
}

func newCache(p Params) (*cache.Workload, error) {
	if p.Hot != 0 || p.Skew != 0 {
		return nil, errors.New("cache: hot and skew must be 0: clients go through the keys one after the other")
	}
	return cache.New(cache.Config{Keys: p.Keys})
}
