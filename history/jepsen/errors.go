package jepsen

import "errors"

// What Open and Decode say of a file, besides [file.LineError]. Test with errors.Is.
var (
	// ErrType means that the events fit more than one data type, so that whoever has them must say which is meant.
	ErrType = errors.New("the data type can't be told from the events")
	// ErrModel means that a data type was named for a history that names its own.
	ErrModel = errors.New("the history says itself what it is of")
	// ErrOrder means that a history can't be read in batches, as an event comes too late for its time.
	ErrOrder = errors.New("goes too far back to be read in pieces")
	// ErrLog means that a log would tell a history otherwise than it was.
	ErrLog = errors.New("a log can't hold the history")
	// ErrFormat means that the text is in none of the formats.
	ErrFormat = errors.New("no history in a format that can be read")
)
