// Command overhead measures what a run of a service costs beside a plain generator of load: the requests a second that the
// command makes of a small server in Node, and that wrk, ab and hey do, with as many connections, in turns.
//
//	go -C internal/compare run ./overhead -docs ../../docs
//
// replaces the table in docs/benchmarks.md; without -docs it is printed. It needs node, wrk, apache2-utils and hey, which
// Debian has.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/lostupdate/stress/service/daemon"
)

type options struct {
	docs, root  string
	connections []int
	runs        int
	seconds     int
}

func main() {
	if daemon.IsKeeper() {
		os.Exit(daemon.Keep())
	}
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "overhead:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) error {
	o := options{connections: []int{16, 64}}
	f := flag.NewFlagSet("overhead", flag.ContinueOnError)
	f.StringVar(&o.docs, "docs", "", "`folder` of benchmarks.md, whose table is replaced; else it is printed")
	f.StringVar(&o.root, "root", filepath.Join("..", ".."), "the project's `folder`, in which the command is built")
	f.IntVar(&o.runs, "runs", 5, "how many times each is measured; the table has medians")
	f.IntVar(&o.seconds, "seconds", 10, "how many `seconds` each takes")
	f.Func("connections", "`numbers` of connections, with commas between (default 16,64)", o.parseConnections)
	if err := f.Parse(args); err != nil {
		return err
	}
	switch {
	case f.NArg() > 0:
		return fmt.Errorf("overhead takes flags only, not %q", f.Arg(0))
	case o.runs < 1 || o.seconds < 1:
		return errors.New("-runs and -seconds must be 1 or more")
	}
	text, err := o.measure(context.Background())
	if err != nil {
		return err
	}
	if o.docs != "" {
		return intoDocs(filepath.Join(o.docs, "benchmarks.md"), text)
	}
	_, err = io.WriteString(stdout, text)
	return err
}

func (o *options) parseConnections(text string) error {
	o.connections = nil
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 1 {
			return fmt.Errorf("%q is no number of connections", part)
		}
		o.connections = append(o.connections, n)
	}
	return nil
}

// measure builds the command, starts the server, and has both make requests in turns.
func (o *options) measure(ctx context.Context) (text string, err error) {
	b, err := newBench(ctx, o.root, time.Duration(o.seconds)*time.Second)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	var rows []row
	for _, n := range o.connections {
		r := row{connections: n, others: map[string][]speed{}}
		for range o.runs {
			if err := r.round(ctx, b); err != nil {
				return "", fmt.Errorf("%d connections: %w", n, err)
			}
		}
		rows = append(rows, r)
	}
	return table(rows) + circumstances(o), nil
}
