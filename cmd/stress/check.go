package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets"
)

func checkCommand() *cobra.Command {
	var asJSON bool
	var timeout time.Duration
	c := &cobra.Command{
		Use:   "check FILE",
		Short: "Give the verdict on a recorded history again",
		Long: `Give the verdict on a recorded history again. A history that was cut off, since its process was
killed or the disk was full, is checked up to its last checkpoint.

` + exitHelp,
		Example: `  stress check stress-out/latest/history.jsonl
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
			r, err := targets.Check(ctx, args[0])
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
