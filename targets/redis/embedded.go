package redis

import (
	"fmt"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// embedded is a server in this process, for a run without any other.
type embedded struct {
	server *miniredis.Miniredis
	stop   chan struct{}
	ended  chan struct{}
}

func startEmbedded() (*embedded, error) {
	m := miniredis.NewMiniRedis()
	if err := m.Start(); err != nil {
		return nil, fmt.Errorf("starting the embedded Redis, which needs a free port on 127.0.0.1: %w", err)
	}
	e := &embedded{server: m, stop: make(chan struct{}), ended: make(chan struct{})}
	go e.passTime()
	return e, nil
}

// passTime makes keys expire: miniredis' own clock stands still until it is told.
func (e *embedded) passTime() {
	defer close(e.ended)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	last := time.Now()
	for {
		select {
		case now := <-tick.C:
			// What has passed, not the tick: a busy machine drops ticks, and leases would last longer than they say.
			e.server.FastForward(now.Sub(last))
			last = now
		case <-e.stop:
			return
		}
	}
}

func (e *embedded) address() address { return address{network: "tcp", host: e.server.Addr()} }

func (e *embedded) close() {
	close(e.stop)
	<-e.ended
	e.server.Close()
}
