package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/targets"
)

// formats are the values of --format.
var formats = []string{"text", "markdown", "json"} //nolint:gochecknoglobals // a constant

type matrixFlags struct {
	filter
	clients, ops, runs int
	seed               uint64
	format             string
	detect             bool
	quiet              bool
	reports            reports
	serviceFlags
}

func matrixCommand() *cobra.Command {
	var f matrixFlags
	c := &cobra.Command{
		Use:   "matrix",
		Short: "Run the whole catalogue: every broken strategy must be caught, every correct one must pass",
		Long: `Run the whole catalogue, and print which strategy loses updates on which engine: every broken one
must be caught with its anomaly, every correct one must pass. It begins with the wallet of 1,000 from
which one request deducts 300 while another deducts 500.

memory, file, sqlite, redis and redis+sqlite run embedded. A server takes part when its address is given:
STRESS_POSTGRES_DSN, STRESS_MARIADB_DSN, and STRESS_REDIS_DSN for a real Redis; for those that are two,
STRESS_POSTGRES_PRIMARY_DSN and STRESS_POSTGRES_STANDBY_DSN, and STRESS_REDIS_REPLICA_DSN beside the
Redis that it follows.

With --spec, the strategies of a service take the catalogue's place: each that its description says to be
broken must be caught, each other must pass. The service is started once for all.

` + exitHelp,
		Example: `  stress matrix
  stress matrix --target sqlite,postgres --workload wallet
  stress matrix --runs 20 --format markdown > matrix.md
  stress matrix --report junit=stress.xml --report github
  stress matrix --workload jobs --runs 20 --detect --format json
  stress matrix --spec wallet.yaml --start "node server.js"`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	c.Flags().IntVarP(&f.clients, "clients", "c", harness.DefaultClients, "clients at once")
	c.Flags().IntVarP(&f.ops, "ops", "n", 0, "operations of a run (default: 400, or what a strategy needs to show)")
	c.Flags().IntVarP(&f.runs, "runs", "r", 1, "runs of each entry, with seeds counted up")
	c.Flags().Uint64Var(&f.seed, "seed", 1, "seed of the first run")
	c.Flags().StringVarP(&f.format, "format", "f", "text", "text, markdown or json")
	c.Flags().BoolVar(&f.detect, "detect", false,
		"find after which share of its operations a broken one is caught, with perturbation and in as many runs without")
	c.Flags().BoolVarP(&f.quiet, "quiet", "q", false, "no progress")
	f.reports.matrix = true
	f.reports.flags(c.Flags())
	f.filter.flags(c)
	f.serviceFlags.flags(c.Flags())
	return c
}

// row is one entry of the catalogue with what its runs found.
type row struct {
	entry      targets.Entry
	version    string
	ops, runs  int
	asExpected int
	found      []string // names of anomalies, of all runs
	lost       []float64
	throughput []float64
	p99        []float64 // s
	// Shares of operations until the anomaly was proved, with perturbation and without.
	detected, detectedFree []float64
	examples               map[string]string // explanations, the shortest of each anomaly
	surprise               string            // what was not as expected, in one line
	surprised              checkers.Status
	refused                int64 // operations that were not OK
	failed                 error // why the entry could not be run to its end
	elapsed                time.Duration
}

func (r *row) add(out *report.Report, seed uint64) {
	r.runs++
	r.refused += out.Stats.Failed + out.Stats.Unknown
	r.version = out.Info.Engine
	r.throughput = append(r.throughput, out.Stats.Throughput)
	r.p99 = append(r.p99, out.Stats.P99.Seconds())
	if share, known := out.LostShare(); known {
		r.lost = append(r.lost, share)
	}
	names := out.Anomalies()
	for _, name := range names {
		if !slices.Contains(r.found, name) {
			r.found = append(r.found, name)
		}
	}
	if r.examples == nil {
		r.examples = map[string]string{}
	}
	for _, a := range out.Verdict.Anomalies {
		if shortest, found := r.examples[a.Name]; !found || len(a.Message) < len(shortest) {
			r.examples[a.Name] = a.Message
			if len(a.Through) > 0 {
				r.examples[a.Name] = strings.TrimSuffix(a.Message, ".") + ". Through " + strings.Join(a.Through, " and ")
			}
		}
	}
	switch {
	case r.entry.Correct() && out.Verdict.Status == checkers.Valid, slices.Contains(names, r.entry.Anomaly):
		r.asExpected++
	default:
		r.surprised = max(r.surprised, surprise(out.Verdict.Status))
		r.surprise = fmt.Sprintf("seed %d: %s", seed, explain(r.entry, out))
	}
}

// surprise is the status with which a run that was not as expected counts: an undecided one is undecided; a broken
// strategy that passed is as bad as a correct one that failed.
func surprise(s checkers.Status) checkers.Status {
	if s == checkers.Undecided {
		return s
	}
	return checkers.Invalid
}

func explain(e targets.Entry, out *report.Report) string {
	expected := "nothing"
	if !e.Correct() {
		expected = e.Anomaly
	}
	text := fmt.Sprintf("expected %s, found %v", expected, out.Verdict.Status)
	switch {
	case len(out.Verdict.Anomalies) > 0:
		text += ": " + out.Verdict.Anomalies[0].Text()
	case out.Verdict.Reason != "":
		text += ": " + out.Verdict.Reason
	}
	return text
}

func (f *matrixFlags) validate(s *pflag.FlagSet) error {
	err := refuse(s, []rule{
		{"clients", f.clients < 1 || f.clients > harness.MaxClients, "must be 1 to 100000"},
		{"ops", s.Changed("ops") && f.ops < 1, "must be at least 1"},
		{"runs", f.runs < 1, "must be at least 1"},
	})
	if err != nil {
		return err
	}
	if err := oneOf("--format", f.format, formats); err != nil {
		return err
	}
	if f.detect && f.format != "json" && !f.reports.has("json") {
		return usagef("--detect needs --format json or --report json=FILE, which have a place for what it finds")
	}
	return nil
}

// taking gives the entries that take part, and those that can't, and puts down the addresses of the servers.
func (f *matrixFlags) taking(ctx context.Context, dsn map[string]string) (taking, left []targets.Entry, err error) {
	if f.service != nil {
		return f.services(f.strategy)
	}
	chosen, err := f.entries()
	if err != nil {
		return nil, nil, err
	}
	for _, e := range chosen {
		address, asked := dsn[e.Engine.Name]
		if !asked {
			address = e.Engine.DSN(os.Getenv)
			dsn[e.Engine.Name] = address
			unknown := address == "" && !e.Engine.Embedded
			if !unknown || slices.Contains(f.target, e.Engine.Name) {
				if err := reach(ctx, e.Engine, address); err != nil {
					return nil, nil, err
				}
			}
		}
		if address != "" || e.Engine.Embedded {
			taking = append(taking, e)
		} else {
			left = append(left, e)
		}
	}
	if len(taking) == 0 {
		return nil, nil, usagef("nothing of what was chosen runs without a server: give its address, as %s",
			chosen[0].Engine.Variable())
	}
	return taking, left, nil
}

func (f *matrixFlags) run(c *cobra.Command) error {
	if err := f.reports.fresh(f.format == "text", ""); err != nil {
		return err
	}
	if err := f.describe(c.Flags()); err != nil {
		return err
	}
	if err := f.validate(c.Flags()); err != nil {
		return err
	}
	m := &matrix{flags: f, dsn: map[string]string{}, start: time.Now()}
	entries, left, err := f.taking(c.Context(), m.dsn)
	if err != nil {
		return errors.Join(err, f.reports.tell(c.OutOrStdout(), failure("stress", "matrix", "catalogue", err)))
	}
	m.left = left
	h, err := f.host(c, "", f.seed, f.quiet)
	if err != nil {
		return errors.Join(err, f.reports.tell(c.OutOrStdout(), failure("stress", "matrix", "catalogue", err)))
	}
	defer stopService(h)
	ctx, unwatch := watched(c.Context(), h)
	defer unwatch()
	defer room(h != nil && h.Local())()
	m.serving = serving(h)
	m.scenario(ctx, entries)
	if f.format == "text" {
		if err := m.writeScenario(c.OutOrStdout()); err != nil {
			return err
		}
	}
	m.all(ctx, entries, newSteps(c.ErrOrStderr(), f.quiet, f.steps(entries)))
	if c.Context().Err() != nil && len(m.rows) == 0 {
		return m.failure(c.Context())
	}
	if err := ended(h); err != nil {
		return err
	}
	err = m.write(c.Context(), c.OutOrStdout())
	if err != nil {
		err = fmt.Errorf("writing the matrix: %w", err)
	}
	doc := m.document(c.Context())
	if err := errors.Join(err, f.reports.tell(c.OutOrStdout(), &subject{matrix: &doc, text: m.writeText})); err != nil {
		return err
	}
	if err := m.failure(c.Context()); err != nil {
		return err
	}
	return verdict(m.status())
}

// steps is how many runs there will be.
func (f *matrixFlags) steps(entries []targets.Entry) int {
	n := len(entries)
	for _, e := range entries {
		n += count(f.detect && !e.Correct())
	}
	return n * f.runs
}

// matrix is a run of the catalogue.
type matrix struct {
	flags   *matrixFlags
	dsn     map[string]string
	serving targets.Serving
	start   time.Time
	wallet  []*row // the scenario of the two deducts
	rows    []*row
	left    []targets.Entry // those whose servers' addresses nobody has given
}

// all runs the entries. One that fails does not end the matrix: its row says so.
func (m *matrix) all(ctx context.Context, entries []targets.Entry, s *steps) {
	defer s.end()
	for _, e := range entries {
		if ctx.Err() != nil {
			return
		}
		r := &row{entry: e, ops: m.flags.ops}
		if r.ops == 0 {
			r.ops = e.Ops()
		}
		m.rows = append(m.rows, r)
		m.repeat(ctx, r, s)
	}
}

// repeat makes the runs of one entry, and where it is asked after how many operations they prove an anomaly, as many
// without perturbation.
func (m *matrix) repeat(ctx context.Context, r *row, s *steps) {
	for n := range m.flags.runs {
		seed := m.flags.seed + uint64(n)
		if !m.once(ctx, r, s, seed) || m.flags.detect && !r.entry.Correct() && !m.once(ctx, r, s, seed, harness.WithScheduler(nil)) {
			return
		}
	}
}

// once makes one run, and reports whether there may be others. One with further options only tells when it was caught.
func (m *matrix) once(ctx context.Context, r *row, s *steps, seed uint64, free ...harness.Option) bool {
	s.next(fmt.Sprintf("%s · %s · %s", r.entry.Engine.Name, r.entry.Workload, r.entry.Strategy))
	began := time.Now()
	out, err := r.entry.Run(ctx, targets.Options{
		DSN: m.dsn[r.entry.Engine.Name], Seed: seed, Tool: tool(), Detect: m.flags.detect, Service: m.serving,
		Harness: append([]harness.Option{harness.Clients(m.flags.clients), harness.Ops(r.ops)}, free...),
	})
	r.elapsed += time.Since(began)
	switch {
	case interrupted(ctx, err):
		return false
	case err != nil:
		r.failed = err
		return false
	case len(free) == 0:
		r.add(out, seed)
		if m.flags.detect && !r.entry.Correct() {
			r.detected = append(r.detected, detected(out))
		}
	default:
		r.detectedFree = append(r.detectedFree, detected(out))
	}
	return true
}

// detected is the share of a run's operations after which it was proved wrong.
func detected(out *report.Report) float64 {
	if out.Detected == 0 {
		return report.Undetected
	}
	return float64(out.Detected) / float64(out.Stats.Ops)
}

// interrupted reports whether a run was, so that its error says nothing; what it could not clean up it must say.
func interrupted(ctx context.Context, err error) bool {
	return ctx.Err() != nil && !errors.Is(err, harness.ErrLeftBehind)
}

// failure is the error of the whole matrix, besides what its rows found.
func (m *matrix) failure(ctx context.Context) error {
	failed := 0
	for _, r := range append(slices.Clone(m.wallet), m.rows...) {
		failed += count(r.failed != nil)
	}
	if failed > 0 {
		return fmt.Errorf("%s could not be run to the end: see above", plural(failed, "entry"))
	}
	if ctx.Err() != nil {
		return cutShortError("interrupted before the catalogue was through; nothing is left behind")
	}
	return nil
}

// status is Valid if every entry was as expected.
func (m *matrix) status() checkers.Status {
	worst := checkers.Valid
	for _, r := range append(slices.Clone(m.wallet), m.rows...) {
		worst = max(worst, r.surprised)
	}
	return worst
}

func (m *matrix) write(ctx context.Context, w io.Writer) error {
	switch m.flags.format {
	case "json":
		return m.writeJSON(ctx, w)
	case "markdown":
		return m.writeMarkdown(w)
	default:
		return m.writeText(w)
	}
}
