package rediskeys

import (
	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/targets/keys"
)

// Strategies lists the ways in which this package makes one result a key, the broken ones first.
func Strategies() []keys.Strategy {
	return []keys.Strategy{
		{
			Name:    "exists-then-set",
			Summary: "EXISTS, and if the key is not there SET: of two that find none, both set, and the second overwrites.",
			Shows:   keys.Shows(checkers.DuplicateEffect),
			New:     newStore(existsThenSet),
		},
		{
			Name:    "get-then-set",
			Summary: "GET, and if the answer is nil SET: of two that find none, both set, and the second overwrites.",
			Shows:   keys.Shows(checkers.DuplicateEffect),
			New:     newStore(getThenSet),
		},
		{
			Name:    "setnx",
			Summary: "SET NX, which sets only what is not there; who set nothing reads by a GET.",
			New:     newStore(setOnce),
		},
		{
			Name:    "lua",
			Summary: "A script that looks and sets: the server runs one at a time.",
			New:     newStore(scriptedCreate),
		},
	}
}
