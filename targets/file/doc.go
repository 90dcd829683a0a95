// Package file has the strategies of services that keep their state in files: a JSON document with many cells in it, a
// journal of changes, or one file a key.
//
// Every client opens the files by their names each time, as another process would: what keeps clients apart, if anything
// does, is what the operating system gives. Nothing is synced to the disk: what is tested is what clients do to each
// other, not what is left after a power cut.
package file
