package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history/jepsen"
	"github.com/lostupdate/stress/report"
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

func checkCommand() *cobra.Command {
	var asJSON, orders, stream bool
	var timeout time.Duration
	var model string
	c := &cobra.Command{
		Use:   "check FILE|FOLDER|-",
		Short: "Give the verdict on a recorded history again",
		Long:  checkHelp + exitHelp,
		Example: `  stress check stress-out/latest
  stress check run.jsonl.zst --json | jq .verdict.status
  stress check stress-out/latest --orders
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
		RunE: func(c *cobra.Command, args []string) error {
			if timeout <= 0 {
				return usagef("--timeout must be above 0, not %v", timeout)
			}
			path, err := historyToRead(c, args[0], model)
			if err != nil {
				return err
			}
			if stream {
				if err := refuse(c.Flags(), []rule{
					{"orders", orders, "a history that is read with --stream is forgotten on the way, and gives no orders"},
				}); err != nil {
					return err
				}
			}
			r, err := judge(c.Context(), path, model, timeout, orders, stream)
			if err != nil {
				return readError(err)
			}
			if asJSON {
				err = writeJSON(c.OutOrStdout(), r)
			} else {
				err = r.Text(c.OutOrStdout(), styleOf(c.OutOrStdout()))
			}
			if err != nil {
				return fmt.Errorf("writing the report: %w", err)
			}
			return verdict(r.Verdict.Status)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	c.Flags().BoolVar(&orders, "orders", false,
		"show an order of the operations that explains the history, or how far one can and what fits nowhere next")
	c.Flags().BoolVar(&stream, "stream", false, "check while reading, in little memory, up to the first violation")
	c.Flags().DurationVar(&timeout, "timeout", harness.DefaultCheckTimeout, "how long the check may take, once the history was read")
	modelFlag(c, &model)
	return c
}

// judge reads and checks a history.
func judge(
	ctx context.Context, path, model string, timeout time.Duration, orders, stream bool,
) (*report.Report, error) {
	if stream {
		return targets.Stream(ctx, path, model, timeout)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if orders {
		ctx = checkers.WithOrders(ctx)
	}
	return targets.Check(ctx, path, model)
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
