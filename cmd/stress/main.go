// Command stress runs concurrent clients against a store and proves from what they saw whether an update was lost.
//
// One file a verb; this one is their map, and the only place that ends the process.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history/file"
	"github.com/lostupdate/stress/history/jepsen"
	"github.com/lostupdate/stress/service/daemon"
	"github.com/lostupdate/stress/targets"
)

// Exit codes, as --help prints them.
const (
	exitValid     = 0
	exitAnomaly   = 1
	exitUndecided = 2
	exitUsage     = 3
	exitFailed    = 4
	exitGate      = 5
)

const exitHelp = `Exit codes:
  0  valid: nothing is wrong with what was seen
  1  an anomaly was found
  2  undecided: too little was contended, the run was cut short, or a checker ran out of its budget
  3  usage: a flag, a name or a file is wrong
  4  the target or the harness failed
  5  a --fail-if or --expect did not hold`

func main() {
	if daemon.IsKeeper() {
		os.Exit(daemon.Keep())
	}
	signal.Ignore(syscall.SIGPIPE) // it would end the process in the middle of ending in order; see outlet
	os.Exit(Main(os.Args[1:], os.Stdout, os.Stderr))
}

// sameSignal is how long further signals count as the first one: timeout(1) and some shells send it to the process and then to
// its whole group.
const sameSignal = time.Second

// Main runs the command with its arguments and gives the exit code.
func Main(args []string, stdout, stderr io.Writer) (code int) {
	defer func() {
		if p := recover(); p != nil { // the runtime's own exit code would mean "undecided"
			_, _ = fmt.Fprintf(stderr, "stress: panic: %v; please report it\n%s", p, debug.Stack())
			code = exitFailed
		}
	}()
	// The first signal ends the run in order; one that comes later is the system's own, and ends the process.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	listened, hangUp := context.WithCancel(ctx)
	defer hangUp()
	stdout, stderr = outletOf(stdout, hangUp), outletOf(stderr, hangUp)
	defer context.AfterFunc(ctx, func() {
		time.AfterFunc(sameSignal, stop)
		_, _ = fmt.Fprintln(stderr, "stress: ending in order; once more to end at once, which may leave tables or keys")
	})()
	c := root()
	c.SetArgs(args)
	c.SetOut(stdout)
	c.SetErr(stderr)
	err := c.ExecuteContext(listened)
	code = exitCode(err)
	if code == exitFailed && errors.Is(err, context.Canceled) && listened.Err() != nil && !errors.Is(err, harness.ErrLeftBehind) {
		code = exitUndecided // it was asked to end, and did
	}
	if err != nil && !errors.As(err, new(verdictError)) && !errors.As(err, new(gateError)) {
		_, _ = fmt.Fprintf(stderr, "stress: %v\n", err) // if stderr is gone, the exit code must do
	}
	return code
}

// verdictError carries a verdict that is not valid to the exit; everything has been said by then.
type verdictError checkers.Status

func (e verdictError) Error() string { return checkers.Status(e).String() }

// cutShortError is the error of what was interrupted.
type cutShortError string

func (e cutShortError) Error() string { return string(e) }

// Is tells that the context was cancelled, without a word more.
func (cutShortError) Is(target error) bool { return target == context.Canceled }

// usageError marks an error of the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func exitCode(err error) int {
	if all, ok := severalIn(err); ok {
		return all.code()
	}
	var v verdictError
	switch {
	case err == nil:
		return exitValid
	case errors.As(err, &v) && checkers.Status(v) == checkers.Invalid:
		return exitAnomaly
	case errors.As(err, new(gateError)):
		return exitGate
	case errors.As(err, &v):
		return exitUndecided
	case errors.As(err, new(usageError)), errors.Is(err, harness.ErrOption), wrongFile(err):
		return exitUsage
	default:
		return exitFailed
	}
}

// wrongFile reports whether the error is about what is in a file that the user named.
func wrongFile(err error) bool {
	return errors.Is(err, file.ErrNotHistory) || errors.Is(err, file.ErrVersion) || errors.Is(err, file.ErrTruncated) ||
		errors.As(err, new(*file.LineError)) || errors.Is(err, targets.ErrWorkload) || errors.Is(err, jepsen.ErrFormat) ||
		errors.Is(err, jepsen.ErrType) || errors.Is(err, jepsen.ErrModel) || errors.Is(err, jepsen.ErrLog)
}

// verdict turns a status into the error that carries it, or none.
func verdict(s checkers.Status) error {
	if s == checkers.Valid {
		return nil
	}
	return verdictError(s)
}

func root() *cobra.Command {
	c := &cobra.Command{
		Use:   "stress",
		Short: "Prove whether concurrent requests lose updates",
		Long: `stress runs concurrent clients against a store, records what each of them saw, and proves
from the record whether an update was lost, and which operations did it. The store may be one of the
catalogue, or a service of your own in any language.

` + exitHelp,
		Example: `  stress matrix                                          every strategy on the embedded engines
  stress run --target sqlite --strategy read-modify-write
  stress run --target postgres --dsn postgres://localhost/test --strategy row-lock --clients 32
  stress run --spec wallet.yaml                          your service over HTTP; stress init http writes the file
  stress check stress-out/latest                         the verdict again`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noCommand,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.SetFlagErrorFunc(flagError)
	c.AddCommand(runCommand(), matrixCommand(), checkCommand(), reportCommand(), diffCommand(), serveCommand(),
		convertCommand(), listCommand(), specCommand(), initCommand(), versionCommand())
	strict(c)
	return c
}

// strict has the commands that the library adds refuse names that they don't know, as ours do.
func strict(c *cobra.Command) {
	c.InitDefaultHelpCmd()
	c.InitDefaultCompletionCmd()
	for _, sub := range c.Commands() {
		switch sub.Name() {
		case "help":
			sub.Args = func(_ *cobra.Command, args []string) error { return noCommand(c, args) }
		case "completion":
			sub.Args = noCommand
			sub.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
		}
	}
}
