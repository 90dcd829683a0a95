package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/lostupdate/stress/targets"
)

// standard is the name that stands for standard output.
const standard = "-"

func convertCommand() *cobra.Command {
	var model string
	c := &cobra.Command{
		Use:   "convert FILE|FOLDER OUT",
		Short: "Write a recorded history as Jepsen's EDN",
		Long: `Write a recorded history as EDN, one operation's call or completion a line, as Jepsen and the programs
around it read it. The history may be a run of the workload counter or register, or in any format
that stress check reads. OUT is the file to write, or - for standard output.

The EDN of a run keeps the run's head in a comment, and stress check judges it as it judges the run.
Other programs don't read comments: tell them that a register or a counter holds 0 at the start, not nil.`,
		Example: `  stress convert stress-out/latest history.edn
  stress convert etcd_007.log - | head`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usagef("%s takes two names, a history and the file to write, not %d", c.CommandPath(), len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			path, err := historyToRead(c, args[0], model)
			if err != nil {
				return err
			}
			write := func(w io.Writer) error { return readError(targets.Convert(c.Context(), w, path, model)) }
			if args[1] == standard {
				return write(c.OutOrStdout())
			}
			return writeInto(args[1], write)
		},
	}
	modelFlag(c, &model)
	return c
}

// writeInto writes a file, or none: what is there under its name is whole. What is no file, such as a pipe, is written to
// as it is.
func writeInto(path string, write func(io.Writer) error) error {
	switch info, err := os.Stat(path); {
	case err != nil: // what is wrong with the place shows when the file is made
	case info.IsDir():
		return usagef("%s is a folder: name the file to write", path)
	case !info.Mode().IsRegular():
		return writeTo(path, write)
	}
	part := path + ".part"
	f, err := os.Create(part)
	if err != nil {
		return usageError{err}
	}
	err = write(f)
	if closing := f.Close(); err == nil && closing != nil {
		err = fmt.Errorf("writing the history: %w", closing)
	}
	if err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		_ = os.Remove(part) // the first error tells more
	}
	return err
}

func writeTo(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return usageError{err}
	}
	err = write(f)
	if closing := f.Close(); err == nil && closing != nil {
		err = fmt.Errorf("writing the history: %w", closing)
	}
	return err
}
