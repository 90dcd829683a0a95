package aside

import (
	"time"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/workloads/cache"
)

// live is how long an entry lives that nobody deletes. Real ones live for minutes.
const live = 20 * time.Millisecond

// Strategies lists the ways in which this package keeps a cache, the broken ones first.
func (p Pair) Strategies() []Strategy { return append(p.broken(), p.correct()...) }

func (p Pair) broken() []Strategy {
	return []Strategy{
		{
			Name: "delete-then-write",
			Summary: "DEL, then the UPDATE; who finds nothing loads and SETs: a reader that comes in between puts the old " +
				"version back, where it stays.",
			Shows: shows(checkers.StaleCache), Ops: 1600,
			New: p.newTarget(plan{read: readThrough(0), write: deleteThenWrite}),
		}, {
			Name: "write-then-delete",
			Summary: "The UPDATE, then DEL; who finds nothing loads and SETs: a reader that has loaded before the UPDATE and " +
				"SETs after the DEL leaves the old version there.",
			Shows: shows(checkers.StaleCache), Ops: 2000,
			New: p.newTarget(plan{read: readThrough(0), write: writeThenDelete}),
		}, {
			Name: "write-then-set",
			Summary: "The UPDATE, then a SET of what it made: of two writers, the one that was first in the database can be " +
				"the last in the cache.",
			Shows: shows(checkers.StaleCache), Ops: 1600,
			New: p.newTarget(plan{read: readThrough(0), write: writeThenSet}),
		}, {
			Name: "double-delete",
			Summary: "DEL, the UPDATE, and DEL again after a delay for readers that have loaded before it: one that takes " +
				"longer than the delay still SETs the old version after all.",
			Shows: shows(checkers.StaleCache), Ops: 2000,
			New: p.newTarget(plan{read: readThrough(0), write: doubleDelete}),
		}, {
			Name: "expire-only",
			Summary: "Writes leave the cache alone, whose entries expire: until then, readers are given what was there before " +
				"a write that is long acknowledged.",
			Shows: shows(checkers.StaleRead),
			New:   p.newTarget(plan{read: readThrough(live), write: writeOnly}),
		},
	}
}

func (p Pair) correct() []Strategy {
	return []Strategy{
		{
			Name: "set-if-newer",
			Summary: "Readers and writers fill by a script that compares versions, and never puts an older one over a newer " +
				"one; nothing is deleted.",
			New: p.newTarget(plan{read: readAndRaise, write: writeAndRaise}),
		}, {
			Name: "lease",
			Summary: "Who finds nothing is given a token, and may fill only with it; the DEL after the UPDATE revokes it, and " +
				"whose token was revoked reads again.",
			New: p.newTarget(plan{read: readUnderLease, write: writeThenRevoke}),
		}, {
			Name:    "no-cache",
			Summary: "Reads go to the database: nothing to keep.",
			New:     p.newTarget(plan{read: readSource, write: writeOnly}),
		},
	}
}

func shows(anomaly string) map[string]string { return map[string]string{cache.Name: anomaly} }
