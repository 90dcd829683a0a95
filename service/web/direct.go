package web

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"time"
)

// carrier is a connection that takes requests one after the other.
type carrier interface {
	http.RoundTripper
	io.Closer
	// usable reports whether the next request can be made, as far as anybody knows.
	usable() bool
}

// transported is a connection of a transport.
type transported struct{ *http.ClientConn }

func (t transported) usable() bool { return t.Err() == nil && t.Available() > 0 }

// mostRead bounds what is read for one request, in bytes: the largest answer, with headers and the frames of chunks.
const mostRead = 2 * mostAnswer

// direct is a connection of HTTP/1.1 without TLS that the client writes and reads by itself. A transport has two goroutines
// for each connection, and to hand requests and answers over to them takes longer than all the rest of a small request.
type direct struct {
	conn  net.Conn
	alive func() bool
	limit io.LimitedReader
	in    *bufio.Reader
	out   *bufio.Writer
	spent bool
}

// newDirect makes one, or nil where nobody can tell without reading whether a connection was closed at the other end.
func newDirect(conn net.Conn) *direct {
	alive := watch(conn)
	if alive == nil {
		return nil
	}
	d := &direct{conn: conn, alive: alive, limit: io.LimitedReader{R: conn}, out: bufio.NewWriterSize(conn, writeBuffer)}
	d.in = bufio.NewReader(&d.limit)
	return d
}

func (d *direct) usable() bool { return !d.spent && d.in.Buffered() == 0 && d.alive() }

func (d *direct) Close() error { return d.conn.Close() }

// RoundTrip makes a request. It ends when the request's context does, as does the reading of the answer's body.
func (d *direct) RoundTrip(r *http.Request) (*http.Response, error) {
	stop := context.AfterFunc(r.Context(), func() { _ = d.conn.SetDeadline(time.Unix(1, 0)) })
	resp, err := d.exchange(r)
	if err != nil {
		stop()
		d.spent = true
		if cause := context.Cause(r.Context()); cause != nil {
			err = cause
		}
		return nil, err
	}
	resp.Body = &body{resp.Body, d, stop}
	return resp, nil
}

// exchange writes a request, and reads the answer up to its body. A service may answer, and close, before it has all of the
// request: so the answer is read in any case.
func (d *direct) exchange(r *http.Request) (*http.Response, error) {
	wrote := r.Write(d.out)
	if wrote == nil {
		wrote = d.out.Flush()
	}
	d.limit.N = mostRead
	for {
		resp, err := http.ReadResponse(d.in, r)
		if err != nil {
			return nil, errors.Join(wrote, err)
		}
		if resp.StatusCode >= http.StatusOK || resp.StatusCode == http.StatusSwitchingProtocols {
			resp.Close = resp.Close || wrote != nil || resp.StatusCode == http.StatusSwitchingProtocols
			return resp, nil //nolint:nilerr // what was answered tells more than that not all of the request was taken
		}
	}
}

// body is that of an answer.
type body struct {
	io.ReadCloser
	from *direct
	stop func() bool
}

func (b *body) Close() error {
	if !b.stop() {
		b.from.spent = true // its deadline is over
	}
	return b.ReadCloser.Close()
}
