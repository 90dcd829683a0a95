package redisdoctors

import (
	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/workloads/doctors"
)

// Strategies lists the ways in which this package lets doctors go, the broken ones first.
func Strategies() []Strategy {
	skew := map[string]string{doctors.Name: checkers.WriteSkew}
	return []Strategy{
		{
			Name:    "get-then-set",
			Summary: "MGET of all doctors, and if another is on call SET of the own key: two who see each other both go.",
			Shows:   skew,
			New:     newTarget(getThenSet),
		},
		{
			Name: "watch-own-key",
			Summary: "WATCH of the key that is written, MGET of all, MULTI/EXEC: nobody else writes that key, and the others' keys, " +
				"which decided, may change unnoticed.",
			Shows: skew,
			New:   newTarget(watchOwn),
		},
		{
			Name:    "watch-all-keys",
			Summary: "WATCH of all keys that are read, MGET, MULTI/EXEC, repeated when one of them has changed.",
			New:     newTarget(watchAll),
		},
		{
			Name:    "lua",
			Summary: "A script that looks and sets: the server runs one at a time.",
			New:     newTarget(scripted),
		},
	}
}
