package proxy

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/inetaf/tcpproxy"
)

// pair is a connection of the service, and the one that is made for it to the upstream.
type pair struct {
	proxy  *Proxy
	number int64
	client *side

	// ctx ends with the pair: whoever ends it closes both sides.
	ctx context.Context
	end context.CancelFunc

	mu   sync.Mutex
	last Message
	seq  [2]int64 // by direction: of the message that comes next
}

func newPair(p *Proxy, conn *net.TCPConn) *pair {
	made := &pair{proxy: p, number: p.tally.accepted()}
	made.ctx, made.end = context.WithCancel(p.ctx)
	made.client = newSide(made, conn, Request)
	return made
}

// serve returns when both directions have ended.
func (p *pair) serve() {
	defer p.proxy.pairs.Done()
	defer p.end()
	dial := tcpproxy.DialProxy{Addr: p.proxy.upstream, DialContext: p.dial, OnDialError: p.unreachable}
	dial.HandleConn(p.client)
}

// dial gives up when the pair ends, and else when its caller does.
func (p *pair) dial(ctx context.Context, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(p.ctx, cancel)()
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return newSide(p, conn.(*net.TCPConn), Answer), nil
}

func (p *pair) unreachable(client net.Conn, err error) {
	if p.ctx.Err() == nil {
		p.proxy.tally.unreachable(err)
	}
	_ = client.Close()
}

// pass asks the gate for what was read.
func (p *pair) pass(d Direction, b []byte) error {
	m := p.message(d, b)
	if p.proxy.gate != nil {
		began := time.Now()
		held, err := p.proxy.gate.Pass(p.ctx, m)
		if held {
			p.proxy.tally.held(time.Since(began))
		}
		if err != nil {
			return err
		}
	}
	p.proxy.tally.passed(d)
	return nil
}

func (p *pair) message(d Direction, b []byte) Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := Message{Conn: p.number, Direction: d, Seq: p.seq[d], Turn: p.last.Turn, Bytes: b}
	switch {
	case p.seq == [2]int64{}: // the first one of all
	case p.last.Direction == d:
		m.Part = p.last.Part + 1
	default:
		m.Turn++
	}
	p.seq[d]++
	p.last = m
	p.last.Bytes = nil
	return m
}

// side is one of a pair's two connections. What is read from it has passed the gate. It must not be a *net.TCPConn to those
// who copy: that would be read in other ways than by Read.
type side struct {
	net.Conn
	tcp       *net.TCPConn
	pair      *pair
	direction Direction // of what is read from it
	forget    func() bool
}

func newSide(p *pair, conn *net.TCPConn, d Direction) *side {
	s := &side{Conn: conn, tcp: conn, pair: p, direction: d}
	s.forget = context.AfterFunc(p.ctx, func() { _ = conn.Close() })
	return s
}

// Read gives a message that may pass. A connection that breaks takes the pair along: nobody is left whom what is held could
// reach, or who could answer it. Where writing fails, the reading that goes on finds that out.
func (s *side) Read(b []byte) (int, error) {
	n, err := s.Conn.Read(b)
	if n > 0 {
		if err := s.pair.pass(s.direction, b[:n]); err != nil {
			s.pair.end()
			return 0, err
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		s.pair.end()
	}
	return n, err
}

// CloseRead says that nobody reads any more what comes.
func (s *side) CloseRead() error { return s.tcp.CloseRead() }

// CloseWrite tells the other end that nothing more comes.
func (s *side) CloseWrite() error { return s.tcp.CloseWrite() }

// Close ends the connection, and what waits for its end.
func (s *side) Close() error {
	s.forget()
	return s.Conn.Close()
}
