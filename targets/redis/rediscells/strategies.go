package rediscells

import (
	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/targets/cells"
)

// Strategies lists the ways in which this package updates cells, the broken ones first.
func Strategies() []cells.Strategy { return append(broken(), correct()...) }

func broken() []cells.Strategy {
	all := []cells.Strategy{
		{
			Name:    "read-modify-write",
			Summary: "GET, compute in the client, SET: what others set in between is overwritten.",
			New:     newStore(blindSet(readThenWrite(job.put))),
		},
		{
			Name: "multi-of-client-value",
			Summary: "GET, then the SET in MULTI/EXEC: the transaction keeps others out while it writes, not since " +
				"the value was read.",
			New: newStore(blindSet(readThenWrite(job.exec))),
		},
		{
			Name: "watch-nil-exec-swallowed",
			Summary: "WATCH, GET, MULTI/EXEC, but nobody looks whether EXEC answered nil, which says that nothing " +
				"was written.",
			New: newStore(blindSet(unnoticed(watched))),
		},
		{
			Name: "watch-after-get",
			Summary: "GET, then WATCH, then MULTI/EXEC with a retry: what others set between the GET and the WATCH is " +
				"overwritten.",
			New: newStore(blindSet(again(readThenWrite(job.watchThenExec)))),
		},
		{
			Name: "watch-on-another-connection",
			Summary: "WATCH over one connection of a pool, EXEC over another: it is the first whose transaction would " +
				"have failed.",
			New: newStore(blindSet(again(watchedElsewhere))),
		},
		{
			Name: "expiring-lock",
			Summary: "SET NX PX, GET, SET, DEL: a holder that pauses longer than its lease writes over the next one's " +
				"value, and then deletes that one's lock.",
			Ops: 1200, New: newStore(leased(plainLocks())),
		},
		{
			Name: "expiring-lock-token",
			Summary: "The same with a DEL that checks whose lock it is: the holder that paused still writes over the " +
				"next one's value.",
			Ops: 1200, New: newStore(leased(tokenLocks())),
		},
	}
	for i := range all {
		all[i].Shows = cells.Everywhere(checkers.LostUpdate)
	}
	return all
}

func correct() []cells.Strategy {
	return []cells.Strategy{
		{
			Name:      "atomic",
			Summary:   "INCRBY: the server adds.",
			Workloads: []string{cells.CounterWorkload},
			New:       newStore(increment),
		},
		{
			Name:    "lua",
			Summary: "A script that checks and writes: the server runs one at a time.",
			New:     newStore(scripted),
		},
		{
			Name: "optimistic",
			Summary: "WATCH, GET, MULTI/EXEC, and again from the start when EXEC answers nil since somebody else was " +
				"faster.",
			New: newStore(blindSet(again(watched))),
		},
		{
			Name: "fenced-lock",
			Summary: "SET NX PX, and a token that rises: the value itself refuses reads and writes under an older token " +
				"than it has seen.",
			New: newStore(fenced),
		},
	}
}
