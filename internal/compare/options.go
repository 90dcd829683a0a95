package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lostupdate/stress/internal/contest"
	"github.com/lostupdate/stress/internal/loads"
)

// dataVariable names the folder of the test data, as for the tests.
const dataVariable = "STRESS_TESTDATA"

// options is what the flags say.
type options struct {
	runs   int
	rows   []string
	data   string
	limit  time.Duration
	most   int
	out    string
	docs   string
	format string
}

func (o *options) flags(c *cobra.Command) {
	f := c.PersistentFlags()
	f.IntVar(&o.runs, "runs", 7, "how many rounds the median is of")
	f.StringVar(&o.data, "testdata", os.Getenv(dataVariable),
		"`folder` that has "+filepath.Join(loads.List()...)+"; else "+dataVariable+" names it")
	f.DurationVar(&o.limit, "limit", 30*time.Second, "how long Porcupine may try one history")
	f.StringVar(&o.format, "format", "svg", "of the plots: svg or png")
	f.IntVar(&o.most, "most", 0, "no made history has more `operations` than that; 0 for what the tables say")
	c.Flags().StringSliceVar(&o.rows, "rows", nil, "only these rows, by name or by its beginning up to a dash: "+
		strings.Join(names(), ", "))
}

// report is one run of the command: what it prints on, and what it has measured already.
type report struct {
	options
	progress io.Writer
	files    []entry // the single files, once they are measured
}

// section measures and gives a table.
type section func(*report) (string, error)

func (o *options) printing(s section) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, _ []string) error {
		text, err := s(o.report(c))
		if err != nil {
			return err
		}
		_, err = io.WriteString(c.OutOrStdout(), text)
		return err
	}
}

func (o *options) report(c *cobra.Command) *report {
	return &report{options: *o, progress: c.ErrOrStderr()}
}

func (o *options) command(name, short string, s section) *cobra.Command {
	return &cobra.Command{Use: name, Short: short, Args: cobra.NoArgs, RunE: o.printing(s)}
}

func (o *options) growthCommand() *cobra.Command {
	c := o.command("growth", "How the monitors grow, from ten thousand to ten million operations, with plots", growth)
	c.Flags().StringVar(&o.out, "out", ".", "`folder` for growth-time.svg, growth-bytes.svg and growth-ratio.svg")
	return c
}

func (o *options) allCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "all", Short: "All tables and plots", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return o.all(c) },
	}
	c.Flags().StringVar(&o.docs, "docs", "", "`folder` of benchmarks.md, whose tables are replaced; else they are printed")
	c.Flags().StringVar(&o.out, "out", ".", "`folder` for the plots, if --docs names none")
	return c
}

func (o *options) all(c *cobra.Command) error {
	r := o.report(c)
	if r.docs != "" {
		r.out = r.docs
	}
	tables := map[string]string{}
	for _, s := range [...]struct {
		name string
		make section
	}{{"targets", targets}, {"files", files}, {"planner", planner}, {"streams", streams}, {"monitors", monitors},
		{"growth", growth}} {
		text, err := s.make(r)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		tables[s.name] = text
		if r.docs != "" {
			continue
		}
		if _, err := fmt.Fprintf(c.OutOrStdout(), "## %s\n\n%s\n", s.name, text); err != nil {
			return err
		}
	}
	if r.docs == "" {
		return nil
	}
	return intoDocs(filepath.Join(r.docs, "benchmarks.md"), tables)
}

func (r *report) terms() contest.Terms {
	return contest.Terms{Data: r.data, Limit: r.limit, Most: r.most}
}

// note says that histories are not what the tables say.
func (r *report) note() string {
	if r.most == 0 {
		return ""
	}
	return fmt.Sprintf("Made histories were cut to %s operations at the most.\n\n", contest.Thousands(r.most))
}

// say tells on standard error what is under way.
func (r *report) say(what string) { _, _ = fmt.Fprintln(r.progress, what) }

// needData says what to do where the test data is missing.
func (r *report) needData() error {
	what := "set " + dataVariable + " or --testdata to the folder that has " + filepath.Join(loads.List()...)
	if r.data == "" {
		return fmt.Errorf("no test data: %s, or leave out the rows that need it with --rows", what)
	}
	if _, err := os.Stat(filepath.Join(append([]string{r.data}, loads.List()...)...)); err != nil {
		return fmt.Errorf("no test data in %s: %s (%w)", r.data, what, err)
	}
	return nil
}
