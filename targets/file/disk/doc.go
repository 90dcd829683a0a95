// Package disk is what stores in files have in common, whatever they hold: a folder, a JSON document in it that clients read,
// change and write, and the locks that keep them apart. The stores, with their strategies, are packages beside this one:
// filecells, and filekeys, which is the shortest.
//
// Every client opens the files by their names each time, as another process would: what keeps clients apart, if anything
// does, is what the operating system gives. Nothing is synced to the disk: what is tested is what clients do to each
// other, not what is left after a power cut.
//
// # Writing a strategy
//
// How the document is updated is an [Updater], which is put together, such as
//
//	disk.Under(disk.Exclusive, disk.ReadThenWrite(disk.ReadWhole, disk.Replace))
//
// and called with what is to become of the document. What a step is decides what its error means: [Look] by itself changes
// nothing that others read, [Commit] makes the operation's effect, and [Always] is done even when the operation's time is up.
package disk
