// Command measure measures the report's page: how long it takes to write, to open and to draw while it is panned, and how
// large it is, with a thousand to a million operations, beside the page that Porcupine writes of the same history.
//
//	go -C internal/browser run ./measure -docs ../../docs
//
// replaces the table in docs/benchmarks.md; without -docs it is printed.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/lostupdate/stress/report/page"
)

type options struct {
	docs    string
	ops     []int
	runs    int
	limit   time.Duration
	memory  int // MiB
	wallets int
	child   int
	out     string
	keep    string
}

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) error {
	o := options{ops: []int{1000, 100_000, 1_000_000}}
	f := flag.NewFlagSet("measure", flag.ContinueOnError)
	f.StringVar(&o.docs, "docs", "", "`folder` of benchmarks.md, whose table is replaced; else it is printed")
	f.IntVar(&o.runs, "runs", 3, "how many times each is measured; the table has medians")
	f.DurationVar(&o.limit, "limit", 5*time.Minute, "how long Porcupine may check and write, and a page may load")
	f.IntVar(&o.memory, "memory", 8192, "`MiB` that Porcupine may use")
	f.IntVar(&o.wallets, "wallets", 0, "how many `objects` a history has; 0 for one for each thousand operations, and four at least")
	f.StringVar(&o.keep, "keep", "", "`folder` in which the pages stay; else they are dropped")
	f.Func("ops", "`counts` of operations, with commas between (default 1000,100000,1000000)", o.parseOps)
	f.IntVar(&o.child, "child", 0, "for the command itself: have Porcupine write its page of so many operations")
	f.StringVar(&o.out, "out", "", "for the command itself: where")
	if err := f.Parse(args); err != nil {
		return err
	}
	switch {
	case f.NArg() > 0:
		return fmt.Errorf("measure takes flags only, not %q", f.Arg(0))
	case o.runs < 1:
		return fmt.Errorf("-runs must be 1 or more, not %d", o.runs)
	case o.wallets < 0:
		return fmt.Errorf("-wallets must be 0 or more, not %d", o.wallets)
	case o.child > 0:
		w, err := writePorcupine(o.child, o.keys(o.child), o.out)
		if err != nil {
			return err
		}
		return json.NewEncoder(stdout).Encode(w)
	}
	return o.all(stdout)
}

func (o *options) parseOps(text string) error {
	o.ops = nil
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 100 {
			return fmt.Errorf("-ops takes numbers of 100 and above with commas between, not %q", part)
		}
		o.ops = append(o.ops, n)
	}
	return nil
}

// all measures, and puts the table where it belongs.
func (o *options) all(stdout io.Writer) (err error) {
	dir := o.keep
	if dir == "" {
		if dir, err = os.MkdirTemp("", "stress-measure-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	var columns []column
	for _, one := range []struct {
		file    string
		measure func(count int, path string) (column, error)
	}{{"ours", o.ours}, {"porcupine", o.theirs}} {
		for _, count := range o.ops {
			c, err := one.measure(count, filepath.Join(dir, fmt.Sprintf("%s-%d.html", one.file, count)))
			if err != nil {
				return fmt.Errorf("%s, %d operations: %w", one.file, count, err)
			}
			columns = append(columns, c)
			if o.docs != "" { // at once, since what follows may take long
				if err := intoDocs(filepath.Join(o.docs, "benchmarks.md"), o.text(columns)); err != nil {
					return err
				}
			}
		}
	}
	if o.docs != "" {
		return nil
	}
	_, err = io.WriteString(stdout, o.text(columns))
	return err
}

func (o *options) text(columns []column) string { return table(columns) + "\n" + circumstances(o) }

// column is what was measured of one page.
type column struct {
	name   string
	legend string // why there is nothing
	written
	samples []sample
}

// sample is one opening of a page.
type sample struct {
	loaded
	heap, resident float64 // bytes
	thread         float64 // ms of the main thread until the page was on the screen
	far, near      panned
}

func (o *options) ours(count int, path string) (column, error) {
	c := column{name: thousands(count)}
	h := walletsOf(count, o.keys(count))
	r, err := judged(h, o.keys(count))
	if err != nil {
		return c, err
	}
	var took []float64
	for range o.runs {
		began := time.Now()
		f, err := os.Create(path)
		if err == nil {
			err = errors.Join(page.Write(f, r), f.Close())
		}
		if err != nil {
			return c, err
		}
		took = append(took, time.Since(began).Seconds())
	}
	info, err := os.Stat(path)
	if err != nil {
		return c, err
	}
	c.written = written{Seconds: quantile(took, 0.5), Bytes: info.Size()}
	for range o.runs {
		s, err := o.opened(path, func(t *tab, s *sample) (err error) {
			if s.far, err = t.panAt(count, count); err == nil {
				s.near, err = t.panAt(count, near)
			}
			return err
		})
		if err != nil {
			return c, err
		}
		c.samples = append(c.samples, s)
		say(c.name, "ours", s)
	}
	return c, nil
}

// long is after how many ms one opening of a page, or one writing of it, is enough.
const long = 60_000

func (o *options) theirs(count int, path string) (column, error) {
	c := column{name: "Porcupine, " + thousands(count)}
	var err error
	var took, checks []float64
	for range o.runs {
		c.written, err = o.byPorcupine(count, path)
		if errors.Is(err, errLimit) {
			c.legend = err.Error()
			fmt.Fprintf(os.Stderr, "%s: %v\n", c.name, err)
			return c, nil
		}
		if err != nil {
			return c, err
		}
		if c.Legal {
			return c, errors.New("by Porcupine the history is legal, and it is not")
		}
		took, checks = append(took, c.Seconds), append(checks, c.Check)
		if 1000*(c.Seconds+c.Check) > long {
			break
		}
	}
	c.Seconds, c.Check = quantile(took, 0.5), quantile(checks, 0.5)
	fmt.Fprintf(os.Stderr, "%s: checked in %.2f s, written in %.2f s, %d bytes, peak %.0f MiB\n",
		c.name, c.Check, c.Seconds, c.Bytes, c.Peak/million)
	for range o.runs {
		s, err := o.opened(path, func(t *tab, s *sample) error {
			x, y, err := t.point("#canvas")
			if err == nil {
				s.near, err = t.pan(x, y)
			}
			return err
		})
		if err != nil { // a page too large for the browser is a result
			c.legend = "it did not open"
			if errors.Is(err, context.DeadlineExceeded) {
				c.legend = fmt.Sprintf("it did not open within %v", o.limit)
			}
			fmt.Fprintf(os.Stderr, "%s: %v\n", c.name, err)
			return c, nil
		}
		c.samples = append(c.samples, s)
		say(c.name, "Porcupine", s)
		if s.Shown > long {
			break
		}
	}
	return c, nil
}

// opened opens a page in a browser of its own, and pans it.
func (o *options) opened(path string, pan func(*tab, *sample) error) (s sample, err error) {
	t, done, err := open(path, o.limit)
	if err != nil {
		return s, err
	}
	defer done()
	s.loaded = t.loaded
	atReady, err := t.used()
	if err != nil {
		return s, err
	}
	if err = t.collect(); err != nil {
		return s, err
	}
	rest, err := t.used()
	if err != nil {
		return s, err
	}
	s.thread, s.heap = atReady.thread, rest.heap
	if s.resident, err = t.resident(); err != nil {
		return s, err
	}
	err = pan(t, &s)
	return s, err
}

func say(name, whose string, s sample) {
	fmt.Fprintf(os.Stderr, "%s (%s): first %.0f drawn %.0f ready %.0f shown %.0f ms, main thread %.0f ms, "+
		"heap %.1f MiB, resident %.0f MiB\n", name, whose, s.First, s.Drawn, s.Ready, s.Shown, s.thread,
		s.heap/million, s.resident/million)
	for where, p := range map[string]panned{"far": s.far, "near": s.near} {
		fmt.Fprintf(os.Stderr, "  %s: %d draws %s, %d frames %s, main thread %.2f ms a turn, afterwards at most %.0f ms\n",
			where, len(p.Draws), spread(p.Draws), len(p.Gaps), spread(p.Gaps), p.Thread, quantile(p.After, 1))
	}
}
