package filecells

import (
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/file/disk"
)

// Strategies lists the ways in which this package updates cells, the broken ones first.
func Strategies() []cells.Strategy { return slices.Concat(unlocked(), halfLocked(), correct()) }

// unlocked are the strategies in which nothing keeps writers apart.
func unlocked() []cells.Strategy {
	return []cells.Strategy{
		{
			Name: "read-modify-write",
			Summary: "Reads the document, changes a cell, and writes the file anew, which empties it first: others' changes are " +
				"overwritten, and who finds the file empty begins a fresh document, without all that was in it.",
			Shows: cells.Everywhere(checkers.LostUpdate),
			New:   newStore(inDocument(disk.ReadOrFresh, disk.ReadThenWrite(disk.ReadOrFresh, disk.Overwrite))),
		}, {
			Name: "write-and-rename",
			Summary: "Reads the document, writes a changed one to a temporary file, and renames that: nobody sees half of one, " +
				"but what another client renamed in between is gone.",
			Shows: cells.Everywhere(checkers.LostUpdate),
			New:   newStore(inDocument(disk.ReadWhole, disk.ReadThenWrite(disk.ReadWhole, disk.Replace))),
		}, {
			Name: "check-then-rename",
			Summary: "Reads the file again before the rename, and begins anew if it has changed: it can still change between " +
				"this look and the rename.",
			Shows: cells.Everywhere(checkers.LostUpdate),
			New:   newStore(inDocument(disk.ReadWhole, disk.LookAgain)),
		}, {
			Name: "check-then-append",
			Summary: "Decides by reading a journal whether a change is to be refused, and then appends it: no line is ever lost, " +
				"but of two that find enough, or the value that they expect, both append.",
			Shows: map[string]string{
				cells.RegisterWorkload: checkers.LostUpdate, cells.WalletWorkload: checkers.Overdraft,
			},
			Workloads: []string{cells.RegisterWorkload, cells.WalletWorkload},
			Ops:       1200,
			New:       newStore(inJournal(true)),
		},
	}
}

// halfLocked are the strategies that lock, but not what they should or not for as long.
func halfLocked() []cells.Strategy {
	return []cells.Strategy{
		{
			Name: "lock-after-read",
			Summary: "Reads the document, and takes the lock only to write it: the file is whole, but what was read is old by " +
				"then.",
			Shows: cells.Everywhere(checkers.LostUpdate),
			New:   newStore(inDocument(disk.ReadWhole, disk.ReadThenWrite(disk.ReadWhole, disk.WriteUnder(disk.Exclusive, disk.Replace)))),
		}, {
			Name: "flock-on-renamed-file",
			Summary: "Locks the document's file itself from before the read until after the rename, which puts another file in its " +
				"place: who waited has a lock of the old file, and who comes next one of the new.",
			Shows: map[string]string{
				cells.CounterWorkload: checkers.LostUpdate, cells.WalletWorkload: checkers.LostUpdate,
			},
			Workloads: []string{cells.CounterWorkload, cells.WalletWorkload}, // few compare-and-sets succeed
			New:       newStore(renamedUnder(disk.TheDocumentItself)),
		}, {
			Name: "lock-file-stale",
			Summary: "Makes a lock file with O_EXCL, and removes one that is old as left by a crash: its holder may only be slow, " +
				"and writes what it read before another client had the lock.",
			Shows: cells.Everywhere(checkers.LostUpdate),
			New: newStore(inDocument(
				disk.ReadWhole, disk.Under(disk.StolenLockFile, disk.ReadThenWrite(disk.ReadWhole, disk.Stalling(disk.Replace))),
			)),
		}, {
			Name: "flock-writers-only",
			Summary: "Writers lock a file of its own and write the document in place, now and then slowly, but readers don't lock: " +
				"they find it empty, and take that for a fresh document.",
			Shows: map[string]string{
				cells.CounterWorkload: checkers.StaleRead, cells.RegisterWorkload: checkers.StaleRead,
				cells.WalletWorkload: checkers.NonLinearizable,
			},
			New: newStore(inDocument(
				disk.ReadOrFresh, disk.Under(disk.Exclusive, disk.ReadThenWrite(disk.ReadOrFresh, disk.OverwriteSlowly)),
			)),
		},
	}
}

func correct() []cells.Strategy {
	return []cells.Strategy{
		{
			Name:    "flock",
			Summary: "Locks a file of its own, which nobody replaces, from before the read until after the rename.",
			New:     newStore(renamedUnder(disk.Exclusive)),
		}, {
			Name:    "flock-shared",
			Summary: "Writes the document in place under an exclusive lock; readers lock too, all together.",
			New: newStore(inDocument(
				disk.ReadUnder(disk.Shared, disk.ReadWhole),
				disk.Under(disk.Exclusive, disk.ReadThenWrite(disk.ReadWhole, disk.OverwriteAtOnce)),
			)),
		}, {
			Name: "lock-file",
			Summary: "Makes a lock file with O_EXCL before the read and removes it after the rename; who finds one tries again. " +
				"One that a crash left must be removed by hand.",
			New: newStore(renamedUnder(disk.LockFile)),
		}, {
			Name: "optimistic",
			Summary: "Every version of the document is a file of its own, which a link makes if nobody else has made it; else the " +
				"client begins anew with that one.",
			New: newStore(inVersions()),
		}, {
			Name: "append-log",
			Summary: "Appends every change to a journal with its condition, and reads up to its own line: what is refused, the " +
				"order of the lines decides.",
			New: newStore(inJournal(false)),
		},
	}
}
