// Package service tests a user's HTTP service from go test, as a file describes it: the same file that `stress run --spec`
// takes, of which docs/http.md tells all.
//
//	func TestWallet(t *testing.T) {
//		service.Test(t, service.Spec{File: "wallet.yaml", Strategy: "memory-mutex"}, harness.Clients(16))
//	}
//
// The service may be in any language, and is started and ended as the file says; or it is one of the test's own process, with
// [Spec.URL]. It is for tests alone, and no part of the command.
package service

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/service/host"
	"github.com/lostupdate/stress/targets"
)

// Spec says which service is tested, and what is other in the test than the file says.
type Spec struct {
	// File describes the service; its path is seen from the folder of the test's package. Required.
	File string
	// Strategy is the one of the file's that is tested. Required if the file has several. One that the file marks with shows is
	// broken on purpose, and its test fails.
	Strategy string
	// URL is where the service runs already, such as that of an httptest.Server. It takes the place of the file's url, and of how
	// the file has the service started: of start, prepare, health and ready-within, and of what env tells the service.
	URL string
	// Start is the command that starts the service, in the place of the file's. It runs in the folder of the test's package.
	Start string
	// Delay holds what a dependency of the service answers for a time on average, by the variable of the service that has the
	// dependency's address; in the place of the file's delay, which 0 takes away. How long each is held follows from the
	// test's seed.
	Delay map[string]time.Duration
	// Together has requests end at the same moment, so that the service gets them as close to each other as can be. No schedule
	// goes with it.
	Together bool
}

// logFile is what a service's output is called among the artefacts of a test.
const logFile = "service.log"

// Test tests a service; see [harness.Test]. The service is started once for all runs of the test, and always ended with all that
// it started, also when the test panics or its process is killed. A service that ends before fails the test, with its last
// lines. With -artifacts all that it writes is in service.log, in the test's folder.
//
// What is wrong with the file or with the options, what would do nothing beside the rest, and a variable of the environment that
// is not set end the test before anything is started. So does a schedule beside [Spec.Together]. Of [harness.WithContext], both
// the service's end and that of a context of the user's end the test.
func Test(tb harness.TB, s Spec, opts ...harness.Option) {
	tb.Helper()
	p, err := s.plan()
	if err == nil {
		err = p.settle(tb, opts)
	}
	if err != nil {
		tb.Fatalf("%v", err)
		return
	}
	h, err := host.Start(tb.Context(), p.host(tb))
	if err != nil {
		tb.Fatalf("%s: the service could not be started: %v", s.File, err)
		return
	}
	defer p.end(tb, h) // here, so that it ends also where a Fatalf or a panic ends the test
	ctx, unwatch := h.Context(tb.Context())
	defer unwatch()
	o := p.options(h)
	o.Harness = append(append(o.Harness, harness.WithContext(ctx)), opts...)
	p.entry.Test(tb, o)
}

// settle refuses options of the test that are wrong, and finds the seed, which proxies draw from as well.
func (p *plan) settle(tb harness.TB, opts []harness.Option) (err error) {
	p.seed, err = harness.SeedOf(tb, slices.Concat(p.schedule(), opts)...)
	return err
}

// schedule is for clients that send when all do.
func (p *plan) schedule() []harness.Option {
	if p.together == nil {
		return nil
	}
	return []harness.Option{harness.Free("service.Spec.Together, with which clients send at the same moment")}
}

// host says how the service is run.
func (p *plan) host(tb harness.TB) host.Config {
	cfg := host.Config{Service: p.service, Start: p.Start, Delays: p.Delay, Seed: p.seed, Port: p.port}
	if p.service.Prepare != "" { // which may take long
		cfg.Preparing = func(what string) { tb.Logf("%s", what) }
	}
	if p.Start != "" {
		cfg.Dir = "."
	}
	if folder := harness.Artifacts(tb); folder != "" {
		cfg.Log = filepath.Join(folder, logFile)
	}
	return cfg
}

// options are those of the test, without the user's own.
func (p *plan) options(h *host.Host) targets.Options {
	return targets.Options{
		Tool: "go test", Seed: p.seed, Service: targets.Serving{Port: h.Port(), Together: p.together}, Harness: p.schedule(),
	}
}

// end ends the service, and fails the test if it had ended before.
func (p *plan) end(tb harness.TB, h *host.Host) {
	tb.Helper()
	for _, condition := range p.conditions(h) {
		tb.Logf("made likely by %s", condition)
	}
	if err := h.Stop(context.WithoutCancel(tb.Context())); err != nil {
		tb.Errorf("%s: %v", p.File, err)
	}
}

// conditions tell in a line each what made races likely, besides what the options of the test say.
func (p *plan) conditions(h *host.Host) []string {
	var all []string
	if p.together != nil {
		s := p.together.Spread()
		all = append(all, fmt.Sprintf("together: the requests of all clients ended within %v of each other in the median of %d "+
			"rounds, %v at most", s.Median, s.Rounds, s.Widest))
	}
	return slices.Concat(all, p.service.Crowds(), h.Conditions())
}
