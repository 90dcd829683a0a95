package memcaches

import (
	"context"
	"errors"
	"strconv"

	"golang.org/x/sync/singleflight"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/memory/mem"
)

// landed is what all who wait for a flight are given.
type landed struct {
	version int64
	filled  bool
}

// flights has one caller a key load and fill, while others wait for what that one loads. A flight that took off before a
// write hands what it has loaded to those who come after it.
type flights struct {
	mapFill
	group singleflight.Group
}

func newFlights(s *source) keeper { return &flights{mapFill: mapFill{s, newEntries()}} }

func (c *flights) read(ctx context.Context, key int) (int64, bool, error) {
	found, err := c.find(ctx, key)
	if err != nil || found.held {
		return found.version, false, err
	}
	return fly(&c.group, key, func() (l landed, err error) {
		l.version, l.filled, err = c.loadAndFill(ctx, key)
		return l, err
	})
}

// fly waits for another caller's flight without looking at a context: that flight ends soon after its own caller's does.
func fly(group *singleflight.Group, key int, load func() (landed, error)) (version int64, filled bool, err error) {
	mine := false
	v, err, _ := group.Do(strconv.Itoa(key), func() (any, error) {
		mine = true
		return load()
	})
	l := v.(landed)
	return l.version, l.filled && mine, err
}

// errOvertaken says that what a flight has loaded may be older than a write that is over.
var errOvertaken = errors.New("memory: a write has come in between")

func isOvertaken(err error) bool { return errors.Is(err, errOvertaken) }

// forgetting has each write forget the flight, so that who comes later takes a new one, and refuses what an old one brings:
// who waited for it reads again.
type forgetting struct {
	flights
	writes map[int]int64 // by key, under the lock of the entries
}

func newForgetting(s *source) keeper {
	return &forgetting{flights: flights{mapFill: mapFill{s, newEntries()}}, writes: map[int]int64{}}
}

func (c *forgetting) read(ctx context.Context, key int) (int64, bool, error) {
	l, err := harness.Retry(ctx, isOvertaken, func(ctx context.Context) (l landed, err error) {
		found, err := c.find(ctx, key)
		if err != nil || found.held {
			return landed{version: found.version}, err
		}
		l.version, l.filled, err = fly(&c.group, key, func() (landed, error) { return c.flight(ctx, key) })
		return l, err
	})
	return l.version, l.filled, err
}

func (c *forgetting) flight(ctx context.Context, key int) (landed, error) {
	before, err := mem.Step(ctx, "count writes", func() int64 { return c.written(key) })
	if err != nil {
		return landed{}, err
	}
	version, err := c.load(ctx, key)
	if err != nil {
		return landed{}, err
	}
	filled, err := mem.Step(ctx, "fill cache", func() bool { return c.fillUnless(key, version, before) })
	if err == nil && !filled {
		err = errOvertaken
	}
	return landed{version, filled}, err
}

func (c *forgetting) written(key int) int64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.writes[key]
}

// fillUnless fills the cache unless there was a write since there were so many.
func (c *forgetting) fillUnless(key int, version, writes int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.writes[key] != writes {
		return false
	}
	c.held[key] = version
	return true
}

func (c *forgetting) write(ctx context.Context, key int) (int64, bool, error) {
	version, err := c.store(ctx, key)
	if err != nil {
		return 0, false, err
	}
	return version, false, then(ctx, "forget", func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.writes[key]++
		delete(c.held, key)
		c.group.Forget(strconv.Itoa(key))
	})
}
