package jepsen

import (
	"errors"
	"math"
)

// clients gives processes their identities. A process that goes on after an operation whose outcome nobody knows is
// another client from then on, as that operation may still be under way.
type clients struct {
	of   map[int64]int32
	used map[int32]bool
	next int32 // above all that are used
}

// who gives the identity of a process: its own number, if nobody has it.
func (c *clients) who(process int64) (int32, error) {
	if id, known := c.of[process]; known {
		return id, nil
	}
	id := int32(process)
	if int64(id) != process || c.used[id] {
		id = c.next
	}
	if id == math.MaxInt32 {
		return 0, errors.New("there are more processes than 31 bits can number")
	}
	c.of[process], c.used[id] = id, true
	c.next = max(c.next, id+1)
	return id, nil
}

// crashed says that the process, if it goes on, does so as another client.
func (c *clients) crashed(process int64) { delete(c.of, process) }
