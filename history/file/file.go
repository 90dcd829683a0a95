// Package file reads and writes histories as files.
//
// A file is JSON Lines in UTF-8: a header, then operations with checkpoints between them, then an end line. It is
// written while the run goes on, and it promises that a file cut off at any byte, by a kill or a full disk, can be read
// up to its last whole checkpoint: the operations above it, with those that it names as under way, are a history that is
// true as it stands. A name that ends in ".zst" gives the same text compressed with Zstandard.
//
// docs/history-format.md describes every line. Values of a workload are read and written by encoding/json.
package file

// Version is the version of the format that this package writes, and the only one that it reads.
const Version = 1

// MaxLine is the length in bytes of the longest line that is written or read: 64 MiB, the line's end not counted.
const MaxLine = 64 << 20

// compressed is how the names of compressed files end.
const compressed = ".zst"

// kind is what the member "stress" of a header says of a history.
const kind = "history"
