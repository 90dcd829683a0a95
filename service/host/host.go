// Package host runs a user's service for as long as it is tested: it prepares and starts it, has it reach its dependencies
// through proxies that slow their answers down, waits until it is well, and ends everything again.
package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/lostupdate/stress/service/daemon"
	"github.com/lostupdate/stress/service/proxy"
	"github.com/lostupdate/stress/service/spec"
	"github.com/lostupdate/stress/service/web"
)

// Config says what is run.
type Config struct {
	Service *spec.Service
	Start   string                   // the command, in place of the file's
	Dir     string                   // where Start runs; the file's folder if ""
	Log     string                   // path of the file for the service's output; "" for none
	Delays  map[string]time.Duration // by variable of the service that has a dependency's address, beside the file's
	Seed    uint64                   // of the delays
	Port    int                      // of ${port}; 0: a free one, if the file names it
	// Preparing is told before what may take long.
	Preparing func(what string)
}

// Host is a service that runs, or one that ran already, with the proxies before its dependencies.
type Host struct {
	port    int
	local   bool           // the service runs on this machine
	daemon  *daemon.Daemon // nil if the service was not started
	proxies []slowed
}

// slowed is a dependency with the proxy before it.
type slowed struct {
	variable string
	upstream string
	delay    time.Duration
	proxy    *proxy.Proxy
}

// Start makes all ready, or leaves nothing behind.
func Start(ctx context.Context, cfg Config) (h *Host, err error) {
	h = &Host{}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.Stop(context.WithoutCancel(ctx)))
			h = nil
		}
	}()
	s := cfg.Service
	if err := s.Complete(); err != nil { // before anything of the user's is run, which may take long
		return h, err
	}
	if cfg.Start == "" {
		cfg.Start = s.Start
	}
	if h.port = cfg.Port; h.port == 0 && s.UsesPort() {
		if h.port, err = freePort(ctx); err != nil {
			return h, err
		}
	}
	h.local = cfg.Start != "" || web.Local(web.Config{Service: s, Strategy: s.Named[0], Port: h.port})
	env, err := h.environment(ctx, cfg)
	if err != nil || cfg.Start == "" {
		return h, err
	}
	if err := prepare(ctx, cfg, env); err != nil {
		return h, fmt.Errorf("prepare: %w", err)
	}
	err = h.start(ctx, cfg, env)
	return h, err
}

// Port is that of ${port}, or 0.
func (h *Host) Port() int { return h.port }

// Local reports whether the service runs on this machine, as far as its address tells.
func (h *Host) Local() bool { return h.local }

// Done is closed when a service that was started has ended; of one that was not, it is nil.
func (h *Host) Done() <-chan struct{} {
	if h.daemon == nil {
		return nil
	}
	return h.daemon.Done()
}

// Err says why a service that was started has ended by itself, or is nil.
func (h *Host) Err() error {
	if h.daemon == nil {
		return nil
	}
	return h.daemon.Err()
}

// errEnded is why a run ends whose service does.
var errEnded = errors.New("the service ended")

// Context gives a context that ends also when a service that was started does.
func (h *Host) Context(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	done := h.Done() // now: the run may be over, and the host without a service, before the goroutine begins
	if done == nil {
		return ctx, func() { cancel(nil) }
	}
	go func() {
		select {
		case <-done:
			cancel(errEnded)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}

// Stop ends the service and the proxies. That it had ended before is an error.
func (h *Host) Stop(ctx context.Context) error {
	var errs []error
	if h.daemon != nil {
		errs = append(errs, h.daemon.Stop(ctx))
	}
	for _, p := range h.proxies {
		errs = append(errs, p.proxy.Close())
	}
	h.daemon, h.proxies = nil, nil
	return errors.Join(errs...)
}

// freePort finds a port that nobody listens on. Who takes it before the service does makes the service fail, which tells so.
func freePort(ctx context.Context) (int, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("finding a free port: %w", err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}

// environment starts the proxies, and gives the variables of the service.
func (h *Host) environment(ctx context.Context, cfg Config) ([]string, error) {
	s := cfg.Service
	variables, err := s.Variables(web.Scope(web.Config{Service: s, Strategy: s.Named[0], Port: h.port}))
	if err != nil {
		return nil, err
	}
	if _, told := variables["PORT"]; h.port != 0 && !told {
		variables["PORT"] = strconv.Itoa(h.port)
	}
	for name, d := range s.Dependencies {
		if d.Address != "" {
			variables[name] = d.Address
		}
	}
	delays := map[string]time.Duration{}
	maps.Copy(delays, s.Delays)
	maps.Copy(delays, cfg.Delays)
	for _, name := range slices.Sorted(maps.Keys(delays)) {
		address, told := variables[name]
		if !told {
			address = os.Getenv(name)
		}
		switch {
		case delays[name] == 0:
			continue
		case address == "" && s.Needed(name):
			continue // strategies that need it can't be run, and say so
		case address == "":
			return nil, fmt.Errorf("dependencies.%s: nobody knows where it is, so that nothing would be held: set %s, or say its address",
				name, name)
		}
		if variables[name], err = h.slow(ctx, name, address, delays[name], cfg); err != nil {
			return nil, fmt.Errorf("dependencies.%s: %w", name, err)
		}
	}
	var env []string
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		env = append(env, name+"="+variables[name])
	}
	return env, nil
}

// slow puts a proxy before the dependency at an address, and gives the proxy's in the same form.
func (h *Host) slow(ctx context.Context, name, address string, delay time.Duration, cfg Config) (string, error) {
	upstream, _, err := proxy.Redirect(address, "127.0.0.1:1")
	if err != nil {
		return "", err
	}
	p, err := proxy.Start(ctx, proxy.Config{
		Upstream: upstream, Listen: cfg.Service.Dependencies[name].Listen, Gate: proxy.Delay(delay, cfg.Seed),
	})
	if err != nil {
		return "", err
	}
	h.proxies = append(h.proxies, slowed{name, upstream, delay, p})
	_, rewritten, err := proxy.Redirect(address, p.Addr())
	return rewritten, err
}

// prepare runs the command that comes before the service.
func prepare(ctx context.Context, cfg Config, env []string) error {
	if cfg.Service.Prepare == "" {
		return nil
	}
	if cfg.Preparing != nil {
		cfg.Preparing("prepares: " + cfg.Service.Prepare)
	}
	d, err := daemon.Start(ctx, daemon.Config{
		// Its output goes where errors go, so that the log and the last lines have it. It begins when its input is closed: one
		// that ended before would be taken for a service that has ended by itself.
		Command: "exec 1>&2; read -r _; " + cfg.Service.Prepare, Dir: cfg.Service.Dir, Env: env, Log: cfg.Log, Pipes: true,
	})
	if err != nil {
		return err
	}
	_ = d.Stdin().Close()
	_, _ = io.Copy(io.Discard, d.Stdout()) // until it has ended
	select {
	case <-d.Done():
	case <-ctx.Done():
	}
	err = d.Stop(context.WithoutCancel(ctx))
	if ctx.Err() != nil { // it was cut short, which is no failure of its own
		return context.Cause(ctx)
	}
	return err
}

func (h *Host) start(ctx context.Context, cfg Config, env []string) (err error) {
	s := cfg.Service
	health, address, err := web.Health(s, web.Config{Service: s, Strategy: s.Named[0], Port: h.port})
	if err != nil {
		return err
	}
	if cfg.Preparing != nil {
		cfg.Preparing("starts the service") // a command that was typed may hold a password
	}
	dir := cfg.Dir
	if dir == "" {
		dir = s.Dir
	}
	h.daemon, err = daemon.Start(ctx, daemon.Config{
		Command: cfg.Start, Dir: dir, Env: env, Log: cfg.Log, Health: health, Address: address, Patience: s.Patience,
	})
	return err
}

// Conditions tell in a line each what makes races likely, as far as the host has to do with it.
func (h *Host) Conditions() []string {
	var all []string
	for _, p := range h.proxies {
		st := p.proxy.Stats()
		all = append(all, fmt.Sprintf("delay: what %s (%s) answers is held %v on average, as %d of %d answers were",
			p.variable, p.upstream, p.delay, st.Held, st.Answers))
	}
	return all
}
