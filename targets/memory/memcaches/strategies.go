package memcaches

import (
	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/workloads/cache"
)

// Strategies lists the ways in which this package keeps a cache, the broken ones first.
func Strategies() []Strategy {
	return []Strategy{
		{
			Name: "map-fill",
			Summary: "A map under a lock; who finds nothing loads from the source and fills, and a write deletes from the map " +
				"after it: what was loaded before the write can be put there after the delete, and stays.",
			Shows: shows(checkers.StaleCache), Ops: 2000, New: newTarget(newMapFill),
		},
		{
			Name: "singleflight-fill",
			Summary: "One caller a key loads and fills, and who comes meanwhile waits for its result: a flight that took off " +
				"before a write hands the old version to those who come after it.",
			Shows: shows(checkers.StaleRead), Ops: 1200, New: newTarget(newFlights),
		},
		{
			Name: "singleflight-forget",
			Summary: "A write forgets the key's flight as it deletes, so that who comes later takes a new one, and the cache " +
				"refuses what a forgotten flight brings: who waited for it reads again.",
			New: newTarget(newForgetting),
		},
		{
			Name: "versioned-fill",
			Summary: "Whoever fills, reader or writer, brings the version along, and an older one is never put over a newer " +
				"one; nothing is deleted.",
			New: newTarget(newVersionedFill),
		},
		{
			Name: "mutex",
			Summary: "A lock for each key, which a reader holds from the look into the cache until it has filled it, and a " +
				"writer from before the source is written until the cache is told.",
			New: newTarget(newHeldThrough),
		},
	}
}

func shows(anomaly string) map[string]string { return map[string]string{cache.Name: anomaly} }
