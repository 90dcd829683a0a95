// Command compare measures this project's check of linearizability beside Porcupine, and its monitors beside sorting, and
// prints the tables of docs/benchmarks.md as Markdown.
//
// It is a module of its own, since the library that draws the plots brings seven others, which nobody who imports the
// project should have in their go.sum.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run gives the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	c := root()
	c.SetArgs(args)
	c.SetOut(stdout)
	c.SetErr(stderr)
	if err := c.Execute(); err != nil {
		_, _ = fmt.Fprintf(stderr, "compare: %v\n", err)
		return 1
	}
	return 0
}

func root() *cobra.Command {
	var o options
	c := &cobra.Command{
		Use:   "compare",
		Short: "Measure the check of linearizability beside Porcupine and beside sorting",
		Long: `compare measures this project's check of linearizability beside Porcupine, on the same histories, with the
same models, in turns within one process, and prints what it finds as Markdown. Times are the processor's.
Without a command it prints the table of targets.`,
		Example: `  go -C internal/compare run .                             the targets, and whether they are met
  go -C internal/compare run . --rows hot,crashed --runs 3   some of them
  go -C internal/compare run . growth --out /tmp           how the monitors grow, with plots
  go -C internal/compare run . all --docs ../../docs       all tables and plots, into docs/`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          o.printing(targets),
	}
	o.flags(c)
	c.AddCommand(
		o.command("files", "Single files of Porcupine's test data: the stores, and the logs that come out worst", files),
		o.command("planner", "Monitors and search beside Porcupine", planner),
		o.command("streams", "The check of a history that comes in batches, beside that of the whole at once", streams),
		o.command("monitors", "The monitors alone, on a million operations of one object", monitors),
		o.growthCommand(), o.allCommand())
	return c
}
