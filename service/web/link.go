package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/service/bridge"
	"github.com/lostupdate/stress/service/spec"
)

// mostAnswer bounds what is read of an answer, in bytes.
const mostAnswer = 16 << 20

// link is one connection with what requests on it are made of. It belongs to one goroutine.
type link struct {
	service   *spec.Service
	transport *http.Transport
	base      *url.URL
	scope     spec.Scope
	jar       http.CookieJar // nil without cookies
	cc        carrier
	seat      *seat // nil unless clients send together
	buffer    bytes.Buffer
	software  string // what the service calls itself, of requests beside the operations
}

func (t *Target[I, O]) link(scope spec.Scope) *link {
	l := &link{service: t.cfg.Service, transport: t.transport, base: t.base, scope: scope}
	if t.cfg.Service.Cookies {
		l.jar, _ = cookiejar.New(nil) // it fails for options alone
	}
	return l
}

// connect makes the connection, if there is none that can be used. Its errors are harness.ErrNotApplied.
func (l *link) connect(ctx context.Context) error {
	if l.cc != nil && l.cc.usable() {
		return nil
	}
	l.close()
	if l.seat != nil {
		ctx = context.WithValue(ctx, seatKey{}, l.seat)
	}
	_, err := harness.Reconnect(ctx, errHopeless, func(ctx context.Context) (struct{}, error) { return struct{}{}, l.dial(ctx) })
	if err != nil {
		return fmt.Errorf("connecting to %s: %w", shownHost(l.base), err)
	}
	return nil
}

// dial tries once to connect.
func (l *link) dial(ctx context.Context) error {
	address := hostPort(l.base.Host, l.base.Scheme)
	if l.base.Scheme == "http" && l.transport.Protocols.HTTP1() {
		conn, err := l.transport.DialContext(ctx, "tcp", address)
		if err != nil {
			return err
		}
		if d := newDirect(conn); d != nil {
			l.cc = d
			return nil
		}
		_ = conn.Close() // the transport makes its own
	}
	conn, err := l.transport.NewClientConn(ctx, l.base.Scheme, address)
	if err != nil {
		return secured(err)
	}
	l.cc = transported{conn}
	return nil
}

// once connects like connect, but does not wait for a service that is not there.
func (l *link) once(ctx context.Context) error {
	if l.cc != nil && l.cc.usable() {
		return nil
	}
	l.close()
	if err := l.dial(ctx); err != nil {
		return unreached(l.base, err)
	}
	return nil
}

func (l *link) close() {
	if l.cc != nil {
		_ = l.cc.Close() // it may be what broke
		l.cc = nil
	}
}

// request makes a request of a call.
func (l *link) request(ctx context.Context, call *spec.Call) (*http.Request, error) {
	target, err := call.Target.Path(l.scope)
	if err != nil {
		return nil, err
	}
	u, err := address(l.base, target)
	if err != nil {
		return nil, fmt.Errorf("%s: it makes no address", call.Label(l.scope)) // which may hold a secret
	}
	r := &http.Request{Method: call.Method, URL: u, Host: u.Host, Header: http.Header{}}
	if err := call.Header(r.Header, l.service, l.scope); err != nil {
		return nil, err
	}
	if call.Body != nil {
		body, err := call.Body.Bytes(l.scope)
		if err != nil {
			return nil, err
		}
		if r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body)); len(body) == 0 {
			r.Body = http.NoBody // it would be sent in chunks
		}
	}
	if host := r.Header.Get("Host"); host != "" {
		r.Host = host
	}
	if l.jar != nil {
		for _, c := range l.jar.Cookies(u) {
			r.AddCookie(c)
		}
	}
	return r.WithContext(ctx), nil
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   any
}

// send sends a request, and reads the answer as a whole.
func (l *link) send(r *http.Request) (*answer, error) {
	resp, err := l.cc.RoundTrip(r)
	if err != nil {
		l.close()
		return nil, err
	}
	l.buffer.Reset()
	n, err := io.Copy(&l.buffer, io.LimitReader(resp.Body, mostAnswer+1))
	if n > mostAnswer {
		l.close() // else what is left of it would be read
	}
	if err = errors.Join(err, resp.Body.Close()); n > mostAnswer {
		err = errors.New("the answer is larger than 16 MB")
	}
	if err != nil {
		l.close()
		return nil, fmt.Errorf("status %d, but reading the answer: %w", resp.StatusCode, err)
	}
	if l.jar != nil {
		l.jar.SetCookies(r.URL, resp.Cookies())
	}
	if resp.Close {
		l.close()
	}
	body, err := parse(resp.Header.Get("Content-Type"), l.buffer.Bytes())
	if err != nil {
		return nil, fmt.Errorf("status %d, but %w", resp.StatusCode, err)
	}
	return &answer{resp.StatusCode, resp.Header, body}, nil
}

// parse reads a body: JSON if it says or looks so, else a text.
func parse(contentType string, body []byte) (any, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	if err == nil {
		if _, end := d.Token(); !errors.Is(end, io.EOF) {
			err = errors.New("something follows its value")
		}
	}
	switch {
	case err == nil:
		return bridge.Exact(v), nil
	case strings.Contains(strings.ToLower(contentType), "json"):
		return nil, fmt.Errorf("the answer is no JSON: %w", err)
	}
	return string(body), nil
}

// must makes a request that is no operation, on a connection that there is; an answer that does not say that it went well is
// an error.
func (l *link) must(ctx context.Context, call *spec.Call) error {
	r, err := l.request(ctx, call)
	if err != nil {
		return err
	}
	a, err := l.send(r)
	if err != nil {
		return fmt.Errorf("%s: %w", call.Label(l.scope), err)
	}
	if !call.Right(a.status) {
		return fmt.Errorf("%s: status %d%s", call.Label(l.scope), a.status, spec.Excerpt(a.body, l.scope))
	}
	l.software = a.header.Get("Server")
	return nil
}
