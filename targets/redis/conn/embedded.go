package conn

import (
	"fmt"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// Embedded is a server in this process, for a run without any other.
type Embedded struct {
	Server *miniredis.Miniredis
	stop   chan struct{}
	ended  chan struct{}
}

// StartEmbedded starts a server on a free port. [Base.Begin] does so itself where it is given no address; a test calls it to
// have the address.
func StartEmbedded() (*Embedded, error) {
	m := miniredis.NewMiniRedis()
	if err := m.Start(); err != nil {
		return nil, fmt.Errorf("starting the embedded Redis, which needs a free port on 127.0.0.1: %w", err)
	}
	e := &Embedded{Server: m, stop: make(chan struct{}), ended: make(chan struct{})}
	go e.passTime()
	return e, nil
}

// passTime makes keys expire: miniredis' own clock stands still until it is told.
func (e *Embedded) passTime() {
	defer close(e.ended)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	last := time.Now()
	for {
		select {
		case now := <-tick.C:
			// What has passed, not the tick: a busy machine drops ticks, and leases would last longer than they say.
			e.Server.FastForward(now.Sub(last))
			last = now
		case <-e.stop:
			return
		}
	}
}

// DSN is its address.
func (e *Embedded) DSN() string { return "redis://" + e.Server.Addr() }

func (e *Embedded) address() address { return address{network: "tcp", host: e.Server.Addr()} }

// Close stops the server.
func (e *Embedded) Close() {
	close(e.stop)
	<-e.ended
	e.Server.Close()
}
