package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/report/page"
	"github.com/lostupdate/stress/targets"
)

func reportCommand() *cobra.Command {
	var timeout time.Duration
	c := &cobra.Command{
		Use:   "report FOLDER...",
		Short: "Write the reports of recorded runs again",
		Long: `Write the reports of recorded runs again: check the history in each folder, and write report.json,
report.txt and report.html beside it. A history that was cut off has its reports as well.

` + exitHelp,
		Example: `  stress report stress-out/latest`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("%s takes the folders of one or more runs", c.CommandPath())
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			for _, dir := range args {
				if err := writeAgain(c.Context(), c.OutOrStdout(), dir, timeout); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().DurationVar(&timeout, "timeout", harness.DefaultCheckTimeout, "how long each check may take")
	complete(c)
	return c
}

func writeAgain(ctx context.Context, w io.Writer, dir string, timeout time.Duration) error {
	path, err := historyOf(dir)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r, err := targets.Check(checkers.WithOrders(ctx), path, "")
	if err != nil {
		return readError(err)
	}
	f := &files{dir: filepath.Dir(path), history: path}
	r.Again = recorded(r.Info)
	if err := f.report(r); err != nil {
		return err
	}
	for _, name := range f.names()[1:] {
		if _, err := fmt.Fprintf(w, "%s\n", name); err != nil {
			return fmt.Errorf("writing the report: %w", err)
		}
	}
	return nil
}

// writePage writes the page, or nothing: what is there under its name is whole.
func writePage(path string, r *report.Report) (err error) {
	part, err := os.Create(path + ".part")
	if err == nil {
		err = errors.Join(page.Write(part, r), part.Close())
	}
	if err == nil {
		err = os.Rename(part.Name(), path)
	}
	if err != nil {
		if part != nil {
			_ = os.Remove(part.Name()) // the first error tells more
		}
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}
