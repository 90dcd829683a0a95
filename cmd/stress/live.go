package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/pflag"
	"go.opentelemetry.io/otel/attribute"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/live/metrics"
	"github.com/lostupdate/stress/live/spans"
)

// flushing is how long the spans that are left may take to get to the collector.
const flushing = 5 * time.Second

// liveFlags say who sees a run while it goes on.
type liveFlags struct{ metrics, otlp string }

func (f *liveFlags) flags(s *pflag.FlagSet) {
	s.StringVar(&f.metrics, "metrics", "", "show figures to Prometheus while the run goes on, at this address, e.g. :9464, "+
		"which is 127.0.0.1:9464; port 0 chooses one")
	s.StringVar(&f.otlp, "otlp", "", "send a trace of each operation to this collector, by OTLP over HTTP, "+
		"e.g. http://127.0.0.1:4318; OTEL_EXPORTER_OTLP_HEADERS and its like are heeded")
}

// liveView is who sees a run.
type liveView struct {
	w      io.Writer
	watch  harness.Watch
	server *metrics.Server // nil without --metrics
	export *spans.Export   // nil without --otlp
}

// open makes sure that the addresses can be used, before anything is made.
func (f *liveFlags) open(ctx context.Context, w io.Writer, run *runFlags) (*liveView, error) {
	l := &liveView{w: w}
	if err := l.trace(ctx, f.otlp, run); err != nil {
		return nil, err
	}
	if err := l.serve(ctx, f.metrics, run); err != nil {
		l.close(ctx)
		return nil, err
	}
	return l, nil
}

func (l *liveView) serve(ctx context.Context, address string, run *runFlags) (err error) {
	if address == "" {
		return nil
	}
	if l.server, err = metrics.Listen(ctx, address); err != nil {
		return usagef("--metrics %s: %w: give a host and a port such as 127.0.0.1:9464, or a port alone; 0 is one that is free",
			address, err)
	}
	if err := l.server.Serve(metrics.Collector(&l.watch, metrics.Run{
		Target: run.target, Workload: run.workload, Strategy: run.strategy, Seed: run.seed,
	})); err != nil {
		return err
	}
	who := ""
	if !l.server.Loopback() {
		who = ", for everybody who can reach this machine"
	}
	_, _ = fmt.Fprintf(l.w, "metrics at %s%s\n", l.server.URL(), who) // if stderr is gone, the port may still be known
	return nil
}

func (l *liveView) trace(ctx context.Context, collector string, run *runFlags) (err error) {
	if collector == "" {
		return nil
	}
	l.export, err = spans.To(ctx, collector, attribute.String("service.version", tool()),
		attribute.String("stress.target", run.target), attribute.String("stress.workload", run.workload),
		attribute.String("stress.strategy", run.strategy))
	if errors.Is(err, spans.ErrURL) {
		return usagef("--otlp: %w", err)
	}
	if err != nil {
		return usagef("--otlp: %w: mend the variable", err)
	}
	return nil
}

func (l *liveView) options() (opts []harness.Option) {
	if l.server != nil {
		opts = append(opts, harness.Watching(&l.watch))
	}
	if l.export != nil {
		opts = append(opts, l.export.Option())
	}
	return opts
}

// close ends the view in good time, also when ctx is done, and says once what of the spans was lost, which changes no verdict.
func (l *liveView) close(ctx context.Context) {
	if l.server != nil {
		_ = l.server.Close() // the run is what counts
		l.server = nil
	}
	if l.export != nil {
		loss := l.export.Close(ctx, flushing).String()
		l.export = nil
		if loss != "" {
			_, _ = fmt.Fprintf(l.w, "--otlp: %s\n", loss)
		}
	}
}
