package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lostupdate/stress/service/spec"
	"github.com/lostupdate/stress/targets"
)

func specCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "spec",
		Short: "Files that describe a service",
		Args:  noCommand,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(specCheckCommand())
	return c
}

func specCheckCommand() *cobra.Command {
	var start string
	c := &cobra.Command{
		Use:   "check FILE...",
		Short: "Check files that describe services, without asking the services",
		Long: `Check files that describe services, without asking the services: what is wrong is told with its
line and with what would be right. Where stress run will be given --start, give it here as well: some of
what a file may say is of use only for a service that is started.

` + exitHelp,
		Example: `  stress spec check wallet.yaml
  stress spec check wallet.yaml --start "node server.js"`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("stress spec check needs a file, such as wallet.yaml; stress init http writes one")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return checkSpecs(c.OutOrStdout(), args, spec.Given{Start: start != ""})
		},
	}
	c.Flags().StringVar(&start, "start", "", "the command that stress run will be given, which is not run")
	return c
}

// checkSpecs checks all files, also when one is wrong.
func checkSpecs(w io.Writer, paths []string, given spec.Given) error {
	var wrong []error
	for _, path := range paths {
		s, _, err := described(path, given)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		if _, err := fmt.Fprintf(w, "%s: right: workload %s, %s, %s\n", path, s.Workload, plural(len(s.Calls), "operation"),
			plural(len(s.Named), "strategy")); err != nil {
			return fmt.Errorf("writing: %w", err)
		}
	}
	if len(wrong) > 0 {
		return usageError{errors.Join(wrong...)}
	}
	return nil
}

func initCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "init",
		Short: "Write a file to begin with",
		Args:  noCommand,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(initHTTPCommand())
	return c
}

func initHTTPCommand() *cobra.Command {
	var workload, out string
	c := &cobra.Command{
		Use:   "http",
		Short: "Write a file that describes a service which is asked over HTTP",
		Long: `Write a file that describes a service which is asked over HTTP, with every operation of a workload and
comments on what may be changed. With --workload custom, it has a data type of your own, with its rules.

` + exitHelp,
		Example: `  stress init http
  stress init http --workload quota --out stock.yaml
  stress init http --workload custom --out points.yaml`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := oneOf("--workload", workload, spec.Workloads()); err != nil {
				return err
			}
			if out == "" {
				out = workload + ".yaml"
			}
			return writeExample(c.OutOrStdout(), workload, out)
		},
	}
	c.Flags().StringVarP(&workload, "workload", "w", "wallet", "the data type: "+strings.Join(spec.Workloads(), ", "))
	c.Flags().StringVarP(&out, "out", "o", "", "the file, which must not be there yet (default: the workload's name and .yaml)")
	return c
}

// writeExample writes a new file, never over one that is there.
func writeExample(w io.Writer, workload, out string) error {
	text, err := spec.Example(workload)
	if err != nil {
		return usageError{err}
	}
	file, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) //nolint:gosec // for all to read
	if os.IsExist(err) {
		return usagef("--out %s: is there already, and is not written over", out)
	}
	if err != nil {
		return usagef("--out: %w", err)
	}
	if _, err = file.WriteString(text); err == nil {
		err = file.Close()
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", out, err)
	}
	_, err = fmt.Fprintf(w, "%s is written: put your service's requests in, then\n  stress spec check %s\n"+
		"  stress run --target %s --spec %s\n", out, out, targets.HTTP, out)
	if err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	return nil
}
