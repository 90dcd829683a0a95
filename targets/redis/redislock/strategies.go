package redislock

import (
	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/targets/locks"
)

// fiveServers are as many as the Redlock algorithm is described with.
const fiveServers = 5

// Strategies lists the ways in which this package locks, the broken ones first.
func Strategies() []locks.Strategy { return append(broken(), correct()...) }

func broken() []locks.Strategy {
	all := []locks.Strategy{
		{
			Name: "set-nx-del",
			Summary: "SET NX PX, and DEL when done: a holder that pauses for longer than its lease goes on beside the next " +
				"one, and then deletes that one's lock.",
			New: newWay(way{acquire: setIfAbsent, release: del}),
		},
		{
			Name: "set-nx-token",
			Summary: "The same with a DEL that checks whose lock it is: the holder that paused still goes on beside the next " +
				"one.",
			New: newWay(way{acquire: setIfAbsent, release: delOwn}),
		},
		{
			Name: "extend-then-use",
			Summary: "The same, and the lease is renewed before every use: between the renewal and the use a holder can pause " +
				"as well.",
			New: newWay(way{acquire: setIfAbsent, release: delOwn, keep: extendOwn}),
		},
		{
			Name: "redsync",
			Summary: "go-redsync over one server: careful with the lock, but what is done under it is not told when the lease " +
				"is over.",
			New: newWay(way{acquire: lockBySync, release: unlockBySync}),
		},
		{
			Name: "redsync-five",
			Summary: "go-redsync over five servers, the algorithm Redlock: more servers outlive the loss of one, and change " +
				"nothing for a holder that pauses. Of the five, the one at the DSN is real if there is one, and the others are in " +
				"this process.",
			New: newWay(way{acquire: lockBySync, release: unlockBySync, servers: fiveServers}),
		},
	}
	for i := range all {
		all[i].Shows = locks.Shows(checkers.MutualExclusion)
		all[i].Ops = 800
	}
	return all
}

func correct() []locks.Strategy {
	return []locks.Strategy{
		{
			Name: "fenced",
			Summary: "SET NX PX and INCR in one script, so that each grant has a token above those before: the resource " +
				"refuses a token below one that it has seen.",
			New: newWay(way{acquire: setAndCount, release: delOwn, fenced: true}),
		},
		{
			Name: "redsync-fenced",
			Summary: "go-redsync over one server, and a token by INCR, which counts only if the lease has lasted until it was " +
				"drawn: the resource refuses a token below one that it has seen.",
			New: newWay(way{acquire: lockAndCount, release: unlockBySync, fenced: true}),
		},
	}
}
