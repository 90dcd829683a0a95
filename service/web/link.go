package web

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/service/spec"
)

// link is one connection with what requests on it are made of. It belongs to one goroutine.
type link struct {
	service   *spec.Service
	transport *http.Transport
	base      *url.URL
	scope     spec.Scope
	cookies   *cookies // nil without
	cc        carrier
	seat      *seat // nil unless clients send together
	made      request
	software  string         // what the service calls itself, of requests beside the operations
	kept      map[string]any // what the last of these kept
}

// link makes one whose scope is its own, and has all but what differs between requests.
func (t *Target[I, O]) link(scope spec.Scope) *link {
	t.cfg.Service.Guard(scope)
	l := &link{service: t.cfg.Service, transport: t.transport, base: t.base, scope: scope}
	if t.cfg.Service.Cookies {
		l.cookies = newCookies(t.base)
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
		if d := newDirect(conn, l.scope); d != nil {
			l.cc = d
			return nil
		}
		_ = conn.Close() // the transport makes its own
	}
	conn, err := l.transport.NewClientConn(ctx, l.base.Scheme, address)
	if err != nil {
		return secured(err)
	}
	l.cc = &transported{ClientConn: conn}
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

// send sends a request, and reads the answer as a whole.
func (l *link) send(ctx context.Context, r *request) (*answer, error) {
	got, err := l.cc.exchange(ctx, r)
	if err != nil {
		l.close()
		return nil, hide(err, l.scope)
	}
	if got.last {
		l.close()
	}
	if l.cookies != nil {
		if err := l.cookies.keep(r.url, got.header()); err != nil {
			return nil, fmt.Errorf("status %d, but %w", got.status, err)
		}
	}
	body, err := parse(got.contentType, got.body)
	if err != nil && got.status >= 200 && got.status <= 299 {
		return nil, fmt.Errorf("status %d, but %w", got.status, err)
	}
	return &answer{got.status, body, got.header}, nil
}

// must makes a request that is no operation, on a connection that there is; an answer that does not say that it went well is
// an error.
func (l *link) must(ctx context.Context, call *spec.Call) error {
	if err := l.mustAnswer(ctx, call); err != nil {
		return fmt.Errorf("%s: %w", call.Label(l.service.Shown(l.scope)), err)
	}
	return nil
}

func (l *link) mustAnswer(ctx context.Context, call *spec.Call) error {
	l.kept = nil
	r, err := l.request(call)
	if err != nil {
		return err
	}
	a, err := l.send(ctx, r)
	if err != nil {
		return err
	}
	if !call.Right(a.status) {
		return fmt.Errorf("status %d%s", a.status, spec.Excerpt(a.body, l.scope))
	}
	l.software = a.header().Get("Server")
	if len(call.Keep) == 0 {
		return nil
	}
	return l.keep(call, a)
}

// keep takes what is kept from an answer. What is one value for all the scope knows from now on.
func (l *link) keep(call *spec.Call, a *answer) (err error) {
	seen := maps.Clone(l.scope)
	seen["status"], seen["body"], seen["headers"] = a.status, a.body, headers(a.header())
	if l.kept, err = call.Kept(seen); err != nil || call.Each != "" {
		return err
	}
	maps.Copy(l.scope, l.kept)
	l.service.Guard(l.scope) // it may be a secret
	return nil
}
