package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history/jepsen"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/report/gate"
	"github.com/lostupdate/stress/targets"
)

const checkHelp = `Give the verdict on a recorded history again: on a file, or on a run's folder. A history that was cut
off, since its process was killed or the disk was full, is checked up to its last checkpoint.

A - stands for standard input.

With --orders an order of the operations is shown that explains a valid history, one after the other, and
of another the longest beginning of one that was found, and the operations of which one must come next
and none fits. Workloads of which linearizability is not asked have none.

With --stream the history is checked while it is read: in memory that does not grow with its length, and
only as far as the first violation. So a run can be followed that goes on. It needs a workload of which
linearizability is asked; the histories of others must be read as a whole.
It takes every format; but if times go back by much, a history must be read as a whole.

Histories of Jepsen are checked as well: EDN, with an operation a line or in one vector, and logs of
lines such as INFO jepsen.util - 0 :invoke :read nil. The format is told by the content, and so is the
data type, mostly; where adds may be those of a counter or of a set, --model says which.

`

// checkFlags are what stress check can be told.
type checkFlags struct {
	asJSON, orders, stream bool
	timeout                time.Duration
	model                  string
	gates                  gateFlags
	reports                reports
}

func checkCommand() *cobra.Command {
	var f checkFlags
	c := &cobra.Command{
		Use:   "check FILE|FOLDER|-",
		Short: "Give the verdict on a recorded history again",
		Long:  checkHelp + gateHelp + exitHelp,
		Example: `  stress check stress-out/latest
  stress check run.jsonl.zst --json | jq .verdict.status
  stress check stress-out/latest --orders
  stress check stress-out/latest --fail-if "p99 > 50ms" --report junit=stress.xml
  tail -c +1 -f stress-out/latest/history.jsonl | stress check --stream -
  zstdcat large.edn.zst | stress check --stream --model counter -
  stress check store/latest/history.edn
  stress check history.edn --model set`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("%s takes one history file, not %d", c.CommandPath(), len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return f.check(c, args[0]) },
	}
	s := c.Flags()
	s.BoolVar(&f.asJSON, "json", false, "print the report as JSON")
	s.BoolVar(&f.orders, "orders", false,
		"show an order of the operations that explains the history, or how far one can and what fits nowhere next")
	s.BoolVar(&f.stream, "stream", false, "check while reading, in little memory, up to the first violation")
	s.DurationVar(&f.timeout, "timeout", harness.DefaultCheckTimeout, "how long the check may take, once the history was read")
	f.gates.flags(s)
	f.reports.flags(s)
	modelFlag(c, &f.model)
	return c
}

func (f *checkFlags) check(c *cobra.Command, name string) error {
	path, err := historyToRead(c, name, f.model)
	if err != nil {
		return err
	}
	if err := f.reports.fresh(!f.asJSON, path); err != nil {
		return err
	}
	if err := f.validate(c.Flags()); err != nil {
		return err
	}
	r, err := f.judge(c.Context(), path)
	if err != nil {
		return readError(err)
	}
	if err := f.gates.kinds(kindsOf(r)); err != nil {
		return err
	}
	gate.Apply(r, f.gates.gates)
	if name != standard {
		r.Files = []string{path}
	}
	if err := errors.Join(f.tell(c.OutOrStdout(), r), f.reports.tell(c.OutOrStdout(), ofReport(r))); err != nil {
		return err
	}
	return conclude(r)
}

func (f *checkFlags) validate(s *pflag.FlagSet) error {
	if f.timeout <= 0 {
		return usagef("--timeout must be above 0, not %v", f.timeout)
	}
	if err := f.gates.parse(); err != nil {
		return err
	}
	return refuse(s, []rule{{
		"orders", f.orders && f.stream, "a history that is read with --stream is forgotten on the way, and gives no orders",
	}})
}

func (f *checkFlags) tell(w io.Writer, r *report.Report) error {
	if f.asJSON {
		return writeJSON(w, r)
	}
	if err := r.Text(w, styleOf(w)); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// judge reads and checks a history.
func (f *checkFlags) judge(ctx context.Context, path string) (*report.Report, error) {
	if f.stream {
		return targets.Stream(ctx, path, f.model, f.timeout)
	}
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	if f.orders {
		ctx = checkers.WithOrders(ctx)
	}
	return targets.Check(ctx, path, f.model)
}

// modelFlag adds the flag that names the data type of a foreign history.
func modelFlag(c *cobra.Command, model *string) {
	c.Flags().StringVar(model, "model", "", "the data type of a foreign history, if its operations do not tell: "+
		strings.Join(jepsen.Types(), ", "))
	complete(c)
}

// historyToRead finds the history, and holds the name of its data type, if one was given.
func historyToRead(c *cobra.Command, path, model string) (string, error) {
	if c.Flags().Changed("model") {
		if err := oneOf("--model", model, jepsen.Types()); err != nil {
			return "", err
		}
	}
	if path == standard {
		return jepsen.Stdin, nil
	}
	return historyOf(path)
}

// readError marks the errors of a history that can't be opened, or that no --model fits.
func readError(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return usageError{err}
	case errors.Is(err, jepsen.ErrType):
		return usagef("%w: say which with --model", err)
	case errors.Is(err, targets.ErrStream), errors.Is(err, jepsen.ErrOrder):
		return usagef("%w: leave --stream out", err)
	case errors.Is(err, jepsen.ErrModel):
		return usagef("%w: leave --model out", err)
	}
	return err
}

// historyOf finds the history in a run's folder; a file is its own.
func historyOf(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", usageError{err}
	}
	if !info.IsDir() {
		return path, nil
	}
	for _, name := range []string{historyFile, historyFile + compressed} {
		if _, err := os.Stat(filepath.Join(path, name)); err == nil {
			return filepath.Join(path, name), nil
		}
	}
	return "", usagef("%s: the folder has no %s: name a history, or the folder of a run", path, historyFile)
}
