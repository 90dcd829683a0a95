package linear

import (
	"fmt"
	"math"
	"time"

	"github.com/lostupdate/stress/history"
)

// malformed says what makes the history impossible as a record, or nothing; its operations are given in order of call.
// Such a record says nothing about the system, so it must never become a violation.
func malformed[I, O any](h *history.History[I, O], places []int32) string {
	c := newClients(h)
	for _, i := range places {
		op := &h.Ops[i]
		if op.Outcome > history.Unknown {
			return fmt.Sprintf("operation #%d has the outcome %v", i, op.Outcome)
		}
		if op.Return < op.Call {
			return fmt.Sprintf("operation #%d of client %d returns %v before its call", i, op.Client, op.Call-op.Return)
		}
		if before, ret, ok := c.busy(op.Client, i, op.Return); ok && ret > op.Call {
			return fmt.Sprintf("client %d calls operation #%d before its operation #%d returned", op.Client, i, before)
		}
	}
	return ""
}

// clients remembers the last operation of each client: in a list if their numbers are small, as they mostly are.
type clients struct {
	least  int32
	list   []last
	sparse map[int32]last
}

type last struct {
	place int32
	ret   time.Duration
	is    bool
}

func newClients[I, O any](h *history.History[I, O]) clients {
	least, most := int32(math.MaxInt32), int32(math.MinInt32)
	for i := range h.Ops {
		least, most = min(least, h.Ops[i].Client), max(most, h.Ops[i].Client)
	}
	if int64(most)-int64(least) <= 4*int64(len(h.Ops)) {
		return clients{least: least, list: make([]last, max(0, int64(most)-int64(least)+1))}
	}
	return clients{sparse: map[int32]last{}}
}

// busy notes a client's operation and gives the one before it, if there was one.
func (c *clients) busy(client, place int32, ret time.Duration) (before int32, until time.Duration, ok bool) {
	now := last{place, ret, true}
	if c.list == nil {
		l := c.sparse[client]
		c.sparse[client] = now
		return l.place, l.ret, l.is
	}
	l := c.list[client-c.least]
	c.list[client-c.least] = now
	return l.place, l.ret, l.is
}
