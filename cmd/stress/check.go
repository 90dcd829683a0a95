package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets"
)

func checkCommand() *cobra.Command {
	var asJSON bool
	var timeout time.Duration
	c := &cobra.Command{
		Use:   "check FILE|FOLDER",
		Short: "Give the verdict on a recorded history again",
		Long: `Give the verdict on a recorded history again: on a file, or on a run's folder. A history that was cut
off, since its process was killed or the disk was full, is checked up to its last checkpoint.

` + exitHelp,
		Example: `  stress check stress-out/latest
  stress check run.jsonl.zst --json | jq .verdict.status`,
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
			ctx, cancel := context.WithTimeout(c.Context(), timeout)
			defer cancel()
			path, err := historyOf(args[0])
			if err != nil {
				return err
			}
			r, err := targets.Check(ctx, path)
			if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
				return usageError{err}
			}
			if err != nil {
				return err
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
	c.Flags().DurationVar(&timeout, "timeout", harness.DefaultCheckTimeout, "how long the check may take")
	return c
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
