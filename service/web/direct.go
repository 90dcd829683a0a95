package web

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/lostupdate/stress/service/spec"
)

const (
	// mostHead bounds the headers of an answer, in bytes.
	mostHead = 32 << 10
	// mostKept bounds the room for an answer that a connection keeps, in bytes.
	mostKept = 1 << 20
	// mostRead bounds what is read for one request, in bytes: the largest answer, with headers and the frames of chunks.
	mostRead = 2 * mostAnswer
)

// direct is a connection of HTTP/1.1 without TLS that the client writes and reads by itself. A transport has two goroutines
// for each connection, and to hand requests and answers over to them takes longer than all the rest of a small request.
type direct struct {
	wire  wire
	alive func() bool
	hide  spec.Scope // whose secrets errors must not show
	in    *bufio.Reader
	out   []byte
	head  fasthttp.RequestHeader
	resp  fasthttp.Response
	spent bool
	// measured is whether the answer has told how long it is.
	measured bool
}

// newDirect makes one, or nil where nobody can tell without reading whether a connection was closed at the other end.
func newDirect(conn net.Conn, hide spec.Scope) *direct {
	alive := watch(conn)
	if alive == nil {
		return nil
	}
	if h, ok := conn.(*held); ok {
		h.silent = alive
	}
	d := &direct{wire: wire{Conn: conn}, alive: alive, hide: hide}
	d.in = bufio.NewReaderSize(&d.wire, mostHead)
	return d
}

func (d *direct) usable() bool {
	return !d.spent && d.in.Buffered() == 0 && d.alive()
}

func (d *direct) Close() error { return d.wire.Close() }

// exchange ends when the context does.
func (d *direct) exchange(ctx context.Context, r *request) (reply, error) {
	stop := context.AfterFunc(ctx, func() { _ = d.wire.SetDeadline(time.Unix(1, 0)) })
	a, err := d.ask(r)
	d.spent = !stop() || err != nil || a.last // if it is too late to stop, the deadline is over
	if cause := context.Cause(ctx); err != nil && cause != nil {
		return reply{}, cause
	}
	return a, err
}

// ask writes a request, and reads the answer. A service may answer, and close, before it has all of the request: so the answer
// is read also where not all could be written.
func (d *direct) ask(r *request) (reply, error) {
	d.write(r)
	_, wrote := d.wire.Write(d.out)
	if errors.Is(wrote, errEarly) {
		return reply{}, wrote
	}
	d.wire.left, d.wire.err = mostRead, nil
	status, err := d.readHead()
	if err != nil {
		return reply{}, errors.Join(wrote, d.told(err))
	}
	if err := d.readBody(r.method, status); err != nil {
		return reply{}, broken(status, d.told(err))
	}
	return reply{ //nolint:nilerr // what was answered tells more than that not all of the request was taken
		status: status, contentType: string(d.resp.Header.ContentType()), body: d.resp.Body(), header: d.header,
		last: d.resp.Header.ConnectionClose() || wrote != nil || status == http.StatusSwitchingProtocols ||
			len(d.resp.Body()) > mostKept,
	}, nil
}

// write makes the bytes of a request. All of them go out at once.
func (d *direct) write(r *request) {
	h := &d.head
	h.Reset()
	h.DisableNormalizing()
	h.DisableSpecialHeader() // it would add some, and leave others out
	h.SetNoDefaultContentType(true)
	h.SetMethod(r.method)
	h.SetRequestURI(r.url.RequestURI())
	h.Add("Host", r.host)
	for _, f := range r.headers {
		h.Add(f.Name, f.Value)
	}
	if len(r.body) > 0 || r.takesBody() {
		h.Add("Content-Length", strconv.Itoa(len(r.body)))
	}
	d.out = append(h.AppendBytes(d.out[:0]), r.body...)
}

// readHead reads the headers of an answer, and skips those that say that it will come.
func (d *direct) readHead() (status int, err error) {
	for {
		d.resp.Reset()
		d.resp.Header.DisableNormalizing()
		d.resp.Header.SetNoDefaultContentType(true)
		if err := d.resp.Header.Read(d.in); err != nil {
			return 0, err
		}
		status := d.resp.StatusCode()
		d.measured = d.resp.Header.ContentLength() >= 0
		if status >= http.StatusOK || status == http.StatusSwitchingProtocols {
			return status, nil
		}
	}
}

// readBody reads what follows the headers.
func (d *direct) readBody(method string, status int) error {
	switch {
	case method == http.MethodHead, status < http.StatusOK, status == http.StatusNoContent, status == http.StatusNotModified:
		return nil
	}
	chunked := d.resp.Header.ContentLength() == -1
	if err := d.resp.ReadBody(d.in, mostAnswer); err != nil || !chunked {
		return err
	}
	return d.resp.Header.ReadTrailer(d.in)
}

// told is an error of reading for people: that of the connection if there is one, else what is wrong with the answer.
func (d *direct) told(err error) error {
	var small *fasthttp.ErrSmallBuffer
	switch {
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		return errTooLarge
	case errors.As(err, &small):
		return errors.New("the headers of the answer are larger than 32 kB")
	case errors.Is(d.wire.err, io.EOF):
		return io.ErrUnexpectedEOF
	case d.wire.err != nil:
		return d.wire.err
	}
	text, _, _ := strings.Cut(err.Error(), ": buffer size=") // what follows may begin within a secret
	return errors.New("the answer is no HTTP/1.1" + spec.Excerpt(text, d.hide))
}

// header gives the headers of the answer.
func (d *direct) header() http.Header {
	all := http.Header{}
	for name, value := range d.resp.Header.All() {
		all.Add(string(name), string(value))
	}
	if !d.measured {
		all.Del("Content-Length") // which the library adds
	}
	return all
}

// wire is a connection that reads no more than is left, and remembers why it reads no more.
type wire struct {
	net.Conn

	left int
	err  error
}

func (w *wire) Read(p []byte) (int, error) {
	if w.left <= 0 {
		w.err = errTooLarge
		return 0, w.err
	}
	n, err := w.Conn.Read(p[:min(len(p), w.left)])
	w.left -= n
	if err != nil {
		w.err = err
	}
	return n, err
}
