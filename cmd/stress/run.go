package main

import (
	"cmp"
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

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/report/gate"
	"github.com/lostupdate/stress/service/spec"
	"github.com/lostupdate/stress/service/words"
	"github.com/lostupdate/stress/targets"
)

// schedules are the values of --schedule.
var schedules = []string{"perturb", "lockstep", "free", together} //nolint:gochecknoglobals // a constant

// lockstepPatience is how long a client waits for the others at a step before it goes on alone.
const lockstepPatience = 20 * time.Millisecond

// mostOrdered is how many operations a run may have for its page to show a legal order of them, or how far there is one: of more,
// it may take longer than who did not ask should wait.
const mostOrdered = 20_000

// runFlags are what stress run can be told.
type runFlags struct {
	target, dsn, workload, strategy string
	clients, ops, warmup, keys      int
	initial                         int64
	duration, timeout, checkTimeout time.Duration
	rate                            string
	hot, skew                       float64
	seed                            uint64
	schedule, out                   string
	compress, asJSON, quiet         bool
	untilViolation                  bool
	gates                           gateFlags
	reports                         reports
	live                            liveFlags
	serviceFlags
	processFlags
}

func runCommand() *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:   "run",
		Short: "Run one strategy on one engine and give the verdict",
		Long: `Run one strategy on one engine and give the verdict: what was lost, by which operations, and
which strategies do not lose it.

The address of a server comes from --dsn or from STRESS_<ENGINE>_DSN, e.g. STRESS_POSTGRES_DSN.
Without one, sqlite and redis run embedded.

A service of your own is asked over HTTP as a file describes it: --spec FILE, which stress init http
writes to begin with. It is started and ended for the run if the file or --start says how. A program that
speaks the protocol of docs/process.md is asked by --target process.

` + gateHelp + exitHelp,
		Example: `  stress run --strategy read-modify-write
  stress run -t postgres -w wallet -s row-lock -c 32 -n 20000 --dsn postgres://localhost/test
  stress run -t redis -w counter -s optimistic -d 30s --rate 500/1s
  stress run -t postgres -s read-modify-write -d 10m --until-violation
  stress run -t redis -s optimistic -d 1h --metrics :9464
  stress run -t postgres -s read-modify-write --otlp http://127.0.0.1:4318
  stress run -t sqlite -s atomic --seed 42 --json | jq .verdict
  stress run -t sqlite -s atomic --fail-if "p99 > 50ms" --fail-if "ok-rate < 99%"
  stress run --spec wallet.yaml --start "node server.js"
  stress run --spec wallet.yaml -s atomic --schedule together --delay DATABASE_URL=3ms
  stress run -t process --start "node wallet.js" -w wallet
  stress run -s read-modify-write --expect lost-update --report junit=stress.xml --report github`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	f.flags(c.Flags())
	complete(c)
	return c
}

func (f *runFlags) flags(s *pflag.FlagSet) {
	s.StringVarP(&f.target, "target", "t", "sqlite", "the engine: "+strings.Join(targetNames(), ", "))
	s.StringVar(&f.dsn, "dsn", "", "address of the server; overrides STRESS_<ENGINE>_DSN")
	s.StringVarP(&f.workload, "workload", "w", "wallet", "the data type: "+strings.Join(targets.Workloads(), ", "))
	s.StringVarP(&f.strategy, "strategy", "s", "", "how the target updates (see stress list)")
	s.IntVarP(&f.clients, "clients", "c", harness.DefaultClients, "clients at once")
	s.IntVarP(&f.ops, "ops", "n", 0, "operations of all clients together (default 1000, or no limit with --duration)")
	s.DurationVarP(&f.duration, "duration", "d", 0, "end after this time, e.g. 30s")
	s.StringVar(&f.rate, "rate", "0",
		"operations a second of all clients together, e.g. 500 or 50/100ms; 0: as fast as answers come")
	s.IntVar(&f.warmup, "warmup", 0, "operations before those that the figures count")
	s.IntVarP(&f.keys, "keys", "k", 0, "number of objects, which most workloads read at the end (default 1; lock: 2; "+
		"wallet, transfer-report, outbox, session: 4; unique, quota, doctors, jobs, cache: 100)")
	s.Float64Var(&f.hot, "hot", 0, "share of the operations, 0 to 1, that go to object 0")
	s.Float64Var(&f.skew, "skew", 0, "exponent, above 1, of a Zipf distribution over the objects; 0: all as likely")
	s.Int64Var(&f.initial, "initial", 0, "what each wallet holds at the start (default 1000)")
	s.Uint64Var(&f.seed, "seed", 0, "seed of all chance; the same seed gives the same operations (default: drawn)")
	s.DurationVar(&f.timeout, "timeout", harness.DefaultTimeout, "how long an operation may take")
	s.DurationVar(&f.checkTimeout, "check-timeout", harness.DefaultCheckTimeout, "how long the check may take")
	s.StringVar(&f.schedule, "schedule", "perturb",
		"perturb: seeded pauses between steps; lockstep: clients step together; free: as it comes; "+
			"together: requests to a service end at the same moment")
	s.StringVarP(&f.out, "out", "o", "stress-out", `folder for a folder of this run's files; "" for none`)
	s.BoolVar(&f.compress, "compress", false, "write the history compressed, as history.jsonl.zst")
	s.BoolVar(&f.asJSON, "json", false, "print the report as JSON")
	s.BoolVar(&f.untilViolation, "until-violation", false, "check while the run goes on, and end it at the first violation")
	s.BoolVarP(&f.quiet, "quiet", "q", false, "no progress")
	f.gates.flags(s)
	f.reports.flags(s)
	f.live.flags(s)
	f.serviceFlags.flags(s)
	f.processFlags.flags(s)
}

func (f *runFlags) run(c *cobra.Command) error {
	if err := f.reports.fresh(!f.asJSON, ""); err != nil {
		return err
	}
	entry, err := f.entry(c.Flags())
	if err != nil {
		return err
	}
	rate, err := f.validate(c.Flags())
	if err != nil {
		return err
	}
	if err := f.address(c, entry.Engine); err != nil {
		return err
	}
	if !c.Flags().Changed("seed") {
		f.seed = drawSeed()
	}
	live, err := f.live.open(c.Context(), c.ErrOrStderr(), f)
	if err != nil {
		return err
	}
	defer live.close(c.Context())
	files, err := newFiles(f, time.Now())
	if err != nil {
		return err
	}
	r, err := f.once(c, entry, files, slices.Concat(f.options(rate), files.options(), live.options()))
	live.close(c.Context())
	if r == nil {
		return f.failed(c, errors.Join(err, files.failed()))
	}
	gate.Apply(r, f.gates.gates)
	r.Again, r.Files = reproduction(c.Flags(), f.seed), files.names()
	if werr := f.tell(c, r, files); werr != nil {
		err = errors.Join(err, werr)
	}
	if err != nil {
		return err
	}
	return conclude(r)
}

// address finds the engine's, and makes sure that it answers.
func (f *runFlags) address(c *cobra.Command, e targets.Engine) error {
	if f.dsn == "" {
		f.dsn = e.DSN(os.Getenv)
	}
	if f.dsn == "" && !e.Embedded {
		return usagef("%w, or give --dsn", e.Validate(""))
	}
	if err := reach(c.Context(), e, f.dsn); err != nil {
		return f.failed(c, err)
	}
	return nil
}

// once makes the run, with the service for as long as it takes.
func (f *runFlags) once(c *cobra.Command, e targets.Entry, files *files, opts []harness.Option) (*report.Report, error) {
	h, err := f.host(c, files.log(), f.seed, f.quiet)
	if err != nil {
		return nil, err
	}
	defer stopService(h)
	ctx, unwatch := watched(c.Context(), h)
	defer unwatch()
	back := room(f.local(h))
	defer back()
	p := newProgress(c.ErrOrStderr(), f.quiet)
	o := targets.Options{
		DSN: f.dsn, Seed: f.seed, Tool: tool(), Args: maskedArgs(c.Flags()),
		Params:  targets.Params{Keys: f.keys, Hot: f.hot, Skew: f.skew, Initial: f.initial},
		Service: f.serving(h), Harness: append(opts, p.option(back)),
	}
	var r *report.Report
	if f.target == targets.Process {
		r, err = f.process(ctx, files, o)
	} else {
		r, err = e.Run(ctx, o)
	}
	p.end()
	if r != nil {
		r.Conditions = f.conditions(h)
	}
	return r, errors.Join(err, ended(h))
}

// failed tells those who read the reports that there was no run, and gives the error on.
func (f *runFlags) failed(c *cobra.Command, err error) error {
	return errors.Join(err, f.reports.tell(c.OutOrStdout(), failure(f.target, f.workload, f.strategy, err)))
}

// reach makes sure that the engine answers before anything is made. A wrong DSN is a wrong flag, a server that is
// down is not.
func reach(ctx context.Context, e targets.Engine, dsn string) error {
	if err := e.Validate(dsn); err != nil {
		return usageError{err}
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return e.Check(ctx, dsn)
}

// rule is a reason to refuse a flag.
type rule struct {
	flag string
	bad  bool
	why  string
}

// refuse gives the first rule that is broken, as an error that names the flag and its value.
func refuse(s *pflag.FlagSet, rules []rule) error {
	for _, r := range rules {
		if r.bad {
			return usagef("--%s %s: %s", r.flag, s.Lookup(r.flag).Value, r.why)
		}
	}
	return nil
}

// validate refuses what the harness would not see, above all flags that would be ignored.
func (f *runFlags) validate(s *pflag.FlagSet) (rate float64, err error) {
	if rate, err = parseRate(f.rate); err != nil {
		return 0, err
	}
	if err := oneOf("--schedule", f.schedule, schedules); err != nil {
		return 0, err
	}
	if err := f.refuse(s); err != nil {
		return 0, err
	}
	if s.Changed("dsn") && slices.Contains([]string{targets.HTTP, targets.Process}, f.target) {
		return 0, usagef("--dsn is the address of a server that this program asks itself: tell --target %s of it by its environment",
			f.target)
	}
	if f.schedule == together && f.service == nil {
		return 0, usagef("--schedule %s %w", together, errTogether)
	}
	if err := f.gates.parse(); err != nil {
		return 0, err
	}
	if err := f.gates.kinds(targets.Kinds(f.workload)); err != nil {
		return 0, err
	}
	return rate, refuse(s, append(f.limits(s), f.ignored(s)...))
}

// limits are the ranges of numbers.
func (f *runFlags) limits(s *pflag.FlagSet) []rule {
	return []rule{
		{"clients", f.clients < 1 || f.clients > harness.MaxClients, "must be 1 to 100000"},
		{"ops", s.Changed("ops") && f.ops < 1, "must be at least 1"},
		{"duration", s.Changed("duration") && f.duration <= 0, "must be above 0"},
		{"timeout", f.timeout <= 0, "must be above 0"},
		{"check-timeout", f.checkTimeout <= 0, "must be above 0"},
		{"warmup", f.warmup < 0, "must not be negative"},
		{"keys", s.Changed("keys") && f.keys < 1 || f.keys > 100_000, "must be 1 to 100000"},
		{"hot", f.hot < 0 || f.hot > 1, "must be a share between 0 and 1"},
		{"skew", f.skew != 0 && f.skew <= 1, "must be above 1, or 0"},
		{"initial", s.Changed("initial") && f.initial < 1, "must be at least 1"},
	}
}

// ignored are flags that would do nothing beside the others, and beside what the file of a service says.
func (f *runFlags) ignored(s *pflag.FlagSet) []rule {
	wallets := slices.Contains(words.Having("initial"), f.workload)
	keys, hot := f.keys, f.hot
	ordered := slices.Contains([]string{"unique", "quota", "doctors", "cache", "jobs"}, f.workload)
	if f.service != nil {
		keys, hot = cmp.Or(f.keys, f.service.Keys), f.service.Hot
		ordered = f.service.Words.Ordered
	}
	one := keys == 1 || keys == 0 && slices.Contains([]string{"counter", "register", spec.Custom}, f.workload)
	why := "is not for the workload " + f.workload + ", whose clients go through the keys one after the other"
	if f.workload == "jobs" {
		why = "is not for the workload jobs, whose queue chooses the jobs"
	}
	return []rule{
		{"hot", f.hot != 0 && ordered, why},
		{"skew", f.skew != 0 && ordered, why},
		{"hot", f.hot != 0 && one, "needs more than one key"},
		{"skew", f.skew != 0 && one, "needs more than one key"},
		{"skew", f.skew != 0 && hot == 1, "does nothing where all operations go to object 0"},
		{"initial", s.Changed("initial") && !wallets, "is for the workloads wallet and transfer-report only"},
		{"compress", f.compress && f.out == "", "needs --out, for the file that it compresses"},
	}
}

func (f *runFlags) options(rate float64) []harness.Option {
	opts := []harness.Option{
		harness.Clients(f.clients), harness.Ops(f.ops), harness.Duration(f.duration), harness.Rate(rate),
		harness.Warmup(f.warmup), harness.Timeout(f.timeout), harness.CheckTimeout(f.checkTimeout),
	}
	if f.untilViolation {
		opts = append(opts, harness.UntilViolation())
	}
	if f.out != "" {
		opts = append(opts, harness.Orders(mostOrdered))
	}
	switch f.schedule {
	case "lockstep":
		opts = append(opts, harness.WithScheduler(harness.Lockstep(lockstepPatience)))
	case "free", together:
		opts = append(opts, harness.WithScheduler(nil))
	}
	return opts
}

// tell shows the report to the user, and then writes it to the run's folder and to where else it was asked for: a disk that
// is full must not cost the verdict.
func (f *runFlags) tell(c *cobra.Command, r *report.Report, files *files) error {
	whole := r
	r = withoutOrders(r) // they are for the page, unless somebody asks
	s := ofReport(r)
	s.whole = whole
	w := c.OutOrStdout()
	if f.asJSON {
		return errors.Join(writeJSON(w, r), files.report(whole), f.reports.tell(w, s))
	}
	err := r.Text(w, styleOf(w))
	if err != nil {
		err = fmt.Errorf("writing the report: %w", err)
	}
	err = errors.Join(err, files.report(whole))
	if err == nil {
		err = tellFiles(w, r.Again, r.Files)
	}
	return errors.Join(err, f.reports.tell(w, s))
}

func tellFiles(w io.Writer, again string, written []string) error {
	_, err := fmt.Fprintf(w, "\n  again  %s\n", again)
	for _, path := range written {
		if err == nil {
			_, err = fmt.Fprintf(w, "  file   %s\n", path)
		}
	}
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}
