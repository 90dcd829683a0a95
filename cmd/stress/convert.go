package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lostupdate/stress/targets"
)

// standard is the name that stands for standard output.
const standard = "-"

func convertCommand() *cobra.Command {
	var model, to string
	c := &cobra.Command{
		Use:   "convert FILE|FOLDER OUT",
		Short: "Write a recorded history in another format",
		Long: `Write a recorded history in another format. It may be in any format that stress check reads. OUT is the
file to write, or - for standard output. Its name says the format, unless --to does:

  .edn    Jepsen's EDN, one operation's call or completion a line; so is any other name
  .log    a log of lines such as INFO jepsen.util - 0 :invoke :read nil
  .jsonl  this program's own

With .zst behind it, the text is compressed.

EDN is written of runs of the workloads counter and register, and of all histories of others. That of a
run keeps the run's head in a comment: stress check judges it as it judges the run, and it can be written
in this program's own format again, as histories of others can't. Other programs don't read comments:
tell them that a register or a counter holds 0 at the start, not nil. A log holds histories of one object.`,
		Example: `  stress convert stress-out/latest history.edn
  stress convert history.edn history.jsonl
  stress convert etcd_007.log - | head
  stress convert history.edn - --to log`,
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
			as, err := formOf(c.Flags().Changed("to"), to, args[1])
			if err != nil {
				return err
			}
			write := func(w io.Writer) error { return readError(targets.Convert(c.Context(), w, path, model, as)) }
			if args[1] == standard {
				return write(c.OutOrStdout())
			}
			return writeInto(args[1], write)
		},
	}
	c.Flags().StringVar(&to, "to", "", "the format: "+strings.Join(targets.Formats(), ", ")+"; else the name of OUT tells")
	modelFlag(c, &model)
	return c
}

// formOf tells the form in which to write, from the flag and from how the name of the file ends. One that ends as the names
// of another format do is most likely a mistake.
func formOf(said bool, to, out string) (as targets.Form, err error) {
	name, packed := strings.CutSuffix(out, compressed)
	as = targets.Form{Format: targets.AsEDN, Compressed: packed}
	ending := filepath.Ext(name)
	named, told := map[string]string{".edn": targets.AsEDN, ".log": targets.AsLog, ".jsonl": targets.AsOwn}[ending]
	switch {
	case said:
		as.Format = to
		err = oneOf("--to", to, targets.Formats())
	case told:
		as.Format = named
	}
	if err == nil && told && named != as.Format {
		err = usagef("--to %s: %s ends in %s, as the names of %s do: leave --to out, or give another name", to, out, ending, named)
	}
	return as, err
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
