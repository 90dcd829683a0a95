package proxy

import (
	"context"
	"math/rand/v2"
	"time"
)

// Delay makes a gate that holds each answer for a time of at least d/2 and less than 3d/2, all equally likely. Requests pass at
// once, and so does what follows in an answer that has begun, so that an answer is held once, whatever its length. If d is 0
// or less, nothing is held.
//
// Each connection has a stream of chance of its own, so that connections drift apart: the same seed gives the same time to
// the same turn of the same connection. Which client gets which connection is the service's choice.
func Delay(d time.Duration, seed uint64) Gate { return delay{mean: d, seed: seed} }

type delay struct {
	mean time.Duration
	seed uint64
}

// Pass holds the beginning of an answer.
func (g delay) Pass(ctx context.Context, m Message) (held bool, err error) {
	if g.mean <= 0 || m.Direction != Answer || m.Part > 0 {
		return false, nil
	}
	return true, pause(ctx, g.draw(m.Conn, m.Turn))
}

// draw is a function of the place alone, so that no state is kept for connections that nobody says the end of.
func (g delay) draw(conn, turn int64) time.Duration {
	r := rand.New(rand.NewPCG(g.seed, uint64(conn)<<32^uint64(turn)))
	return g.mean/2 + time.Duration(r.Int64N(int64(g.mean)))
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
