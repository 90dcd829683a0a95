package file

import (
	"errors"
	"fmt"
	"strconv"
)

// What Open, NewReader, Read and ReadInfo say of a file that holds no history they can read. Test with errors.Is.
var (
	// ErrNotHistory means that the file is something else: it is empty, binary, or other JSON.
	ErrNotHistory = errors.New("not a history")
	// ErrVersion means that the file is a history in a version of the format that this package does not read.
	ErrVersion = errors.New("unknown version of the history format")
	// ErrTruncated means that the file was cut off inside its header, so that nothing of the run can be read.
	ErrTruncated = errors.New("cut off inside the header")
)

// LineError says which line of a file is wrong. Test with errors.As.
type LineError struct {
	Name   string // the file's name, as it was given
	Line   int64  // number of the line, from 1
	Offset int64  // where the line begins in the text, in bytes from 0; in a compressed file, of the text inside
	Err    error  // what was found and what was expected
}

// Error names the place and what was expected there.
func (e *LineError) Error() string {
	return fmt.Sprintf("%s: line %s (byte %s): %v", e.Name, thousands(e.Line), thousands(e.Offset), e.Err)
}

// Unwrap gives what is wrong with the line.
func (e *LineError) Unwrap() error { return e.Err }

// thousands writes a number with commas, as people read it.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
