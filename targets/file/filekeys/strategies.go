package filekeys

import (
	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/targets/file/disk"
	"github.com/lostupdate/stress/targets/keys"
)

// Strategies lists the ways in which this package makes one result a key, the broken ones first.
func Strategies() []keys.Strategy { return append(broken(), correct()...) }

func broken() []keys.Strategy {
	return []keys.Strategy{
		{
			Name: "write-and-rename",
			Summary: "Reads the document of all keys, and if this one is missing adds it and renames a new document into place: " +
				"of two that miss a key, both add it, and one who adds another key takes this one away.",
			Shows: keys.Shows(checkers.DuplicateEffect),
			New:   newStore(fromDocument(disk.ReadWhole), intoDocument(disk.ReadThenWrite(disk.ReadWhole, disk.Replace))),
		}, {
			Name: "stat-then-create",
			Summary: "Looks whether the key's file exists, and if not puts one there: of two that find none, both do, and the " +
				"second replaces the first.",
			Shows: keys.Shows(checkers.DuplicateEffect),
			New:   newStore(fromFile, statThenRename),
		}, {
			Name: "o-excl-then-write",
			Summary: "Creates the key's file with O_EXCL and then writes the result into it: one creates, but who reads between " +
				"the two finds it empty, and answers nothing.",
			Shows: keys.Shows(checkers.LostResult),
			New:   newStore(fromFile, exclusiveCreate),
		},
	}
}

func correct() []keys.Strategy {
	return []keys.Strategy{
		{
			Name: "o-excl",
			Summary: "Creates the key's file with O_EXCL and then writes the result into it; who is not the first reads it again " +
				"until it is written.",
			New: newStore(fromFile, exclusiveCreateAndWait),
		}, {
			Name: "link",
			Summary: "Writes a temporary file and links it to the key's name, which fails if that exists: the result is there " +
				"whole or not at all.",
			New: newStore(fromFile, linkOrRead),
		}, {
			Name:    "flock",
			Summary: "Holds a lock from before it reads the document of all keys until it has renamed a new one into place.",
			New: newStore(fromDocument(disk.ReadWhole),
				intoDocument(disk.Under(disk.Exclusive, disk.ReadThenWrite(disk.ReadWhole, disk.Replace)))),
		},
	}
}
