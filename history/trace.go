package history

import (
	"encoding/binary"
	"encoding/hex"
)

// TraceID names the trace of an operation, as W3C Trace Context and OpenTelemetry have it: eight bytes of the run, four of the
// client, four of the operation's place among those of this client, big-endian. So the trace of any operation can be named
// that is in a history, and none is recorded with it.
type TraceID [16]byte

// String gives the 32 hexadecimal digits.
func (t TraceID) String() string { return hex.EncodeToString(t[:]) }

// TraceID names the trace of the n-th operation of a client, from 0 and over all phases. It gives false for a run whose
// operations have no traces.
func (i *Info) TraceID(client int32, n int) (t TraceID, ok bool) {
	var run [8]byte
	if len(i.Trace) != hex.EncodedLen(len(run)) {
		return t, false
	}
	if _, err := hex.Decode(run[:], []byte(i.Trace)); err != nil {
		return t, false
	}
	copy(t[:], run[:])
	binary.BigEndian.PutUint32(t[8:], uint32(client))
	binary.BigEndian.PutUint32(t[12:], uint32(n))
	return t, true
}

// Nth is which of its client's operations one is, by its place in Ops: 0 for the first.
func (h *History[I, O]) Nth(place int) int {
	n := 0
	for i := range h.Ops[:place] {
		if h.Ops[i].Client == h.Ops[place].Client {
			n++
		}
	}
	return n
}
