// Package web is the target that is a user's service, which is asked over HTTP as a file describes; see package spec.
//
// Each client has a connection of its own, which it keeps. Nothing is hidden: no request is sent a second time, no
// redirect is followed, no answer comes from a cache. A connection that can't be made proves that nothing was asked; one
// that breaks proves nothing.
package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/service/bridge"
	"github.com/lostupdate/stress/service/spec"
	"github.com/lostupdate/stress/service/words"
)

// Config says how a service is asked.
type Config struct {
	Service  *spec.Service
	Strategy spec.Named
	Port     int            // of ${port}; 0 if there is none
	Params   map[string]any // keys, and the constants of the workload
	Together *Together      // has clients send at the same moment; nil: as they come
}

// Target is a service. It implements harness.Target.
type Target[I, O any] struct {
	cfg       Config
	words     bridge.Bridge[I, O]
	scope     spec.Scope
	base      *url.URL
	transport *http.Transport
	names     *words.Identities
	labels    map[*spec.Call]string // of the operations
	headers   bool                  // some expression may ask for those of an answer
	reached   bool                  // something listens: there may be what teardown removes

	mu      sync.Mutex
	version string
}

// New makes the target.
func New[I, O any](cfg Config, told bridge.Bridge[I, O]) *Target[I, O] {
	return &Target[I, O]{cfg: cfg, words: told, names: words.NewIdentities()}
}

// Setup makes the requests under setup.
func (t *Target[I, O]) Setup(ctx context.Context) error {
	s := t.cfg.Service
	if err := s.Complete(); err != nil {
		return err
	}
	t.scope = Scope(t.cfg)
	t.prepare()
	address, err := s.Address.String(t.scope)
	if err != nil {
		return fmt.Errorf("%s: url: %w", s.Path, err)
	}
	if t.base, err = base(s, address); err != nil {
		return fmt.Errorf("%s: url: %w", s.Path, err)
	}
	if t.transport, err = transport(s, t.dial); err != nil {
		return fmt.Errorf("%s: %w", s.Path, err)
	}
	l := t.link(maps.Clone(t.scope))
	defer l.close()
	if err := l.once(ctx); err != nil {
		return err
	}
	t.reached = true
	return t.requests(ctx, "setup", s.SetUp, false)
}

// prepare finds out what is the same for all requests.
func (t *Target[I, O]) prepare() {
	t.headers = bytes.Contains(t.cfg.Service.Source, []byte("headers"))
	t.labels = map[*spec.Call]string{}
	for _, call := range t.cfg.Service.Calls {
		t.labels[call] = call.Label(t.shown())
	}
}

func (t *Target[I, O]) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if s, ok := ctx.Value(seatKey{}).(*seat); ok && err == nil {
		return &held{Conn: conn, seat: s}, nil
	}
	return conn, err
}

// Scope makes the values that all templates of a run may name.
func Scope(cfg Config) spec.Scope {
	scope := cfg.Service.Environment()
	maps.Copy(scope, cfg.Params)
	for name, v := range cfg.Strategy.Set {
		scope[name] = v
	}
	scope["run"] = strings.ToLower(rand.Text()[:12])
	scope["strategy"] = cfg.Strategy.Name
	scope["port"] = cfg.Port
	return scope
}

// Open connects a client, and makes the requests under open.
func (t *Target[I, O]) Open(ctx context.Context, client int) (harness.Client[I, O], error) {
	scope := maps.Clone(t.scope)
	scope["client"] = client
	c := &conn[I, O]{target: t, link: t.link(scope), inputs: map[string]any{}}
	if t.cfg.Together != nil {
		c.seat = t.cfg.Together.join()
	}
	if err := c.start(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// start connects, and makes the requests under open.
func (c *conn[I, O]) start(ctx context.Context) error {
	if err := c.connect(ctx); err != nil {
		return err
	}
	for _, call := range c.service.Opened {
		if err := c.connect(ctx); err != nil { // the answer before may have ended the connection
			return fmt.Errorf("open: %w", err)
		}
		if err := c.must(ctx, call); err != nil {
			return fmt.Errorf("open: %w", err)
		}
	}
	return nil
}

// Close makes the requests under teardown, all of them, also if some fail.
func (t *Target[I, O]) Close(ctx context.Context) error {
	if !t.reached {
		return nil
	}
	return t.requests(ctx, "teardown", t.cfg.Service.TornDown, true)
}

// shown are the values that requests have in reports: those that are the same in every run.
func (t *Target[I, O]) shown() spec.Scope { return spec.Scope{"strategy": t.cfg.Strategy.Name} }

// Version is what the service calls itself in its answers to the requests under setup, or "".
func (t *Target[I, O]) Version() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.version
}
