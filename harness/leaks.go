package harness

import (
	"bytes"
	"fmt"
	"regexp"
	"runtime/pprof"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/pprof/profile"
	"go.uber.org/goleak"
)

// runLabel marks the goroutines of a run, and all that they start.
const runLabel = "stress-run"

// runNumber tells the runs of a process apart.
var runNumber atomic.Int64 //nolint:gochecknoglobals // tests run side by side in one process

// leakGrace is how long goroutines of a run may take to end after it.
const leakGrace = 500 * time.Millisecond

// pooled are goroutines that belong to a pool of connections, which may well be closed after the test.
func pooled() []goleak.Option {
	var all []goleak.Option
	for _, name := range []string{
		"database/sql.(*DB).connectionOpener", "database/sql.(*DB).connectionResetter",
		"net/http.(*persistConn).readLoop", "net/http.(*persistConn).writeLoop",
		"net/http.(*http2ClientConn).readLoop", "internal/poll.runtime_pollWait",
		"github.com/go-sql-driver/mysql.(*mysqlConn).startWatcher.func1",
		ownPackage + turns, // an operation that never returned is told of as such
	} {
		all = append(all, goleak.IgnoreAnyFunction(name))
	}
	return all
}

// turns is the function that makes a client's operations.
const turns = "(*seat[...]).turns"

// leakWatch finds goroutines that a run leaves behind.
type leakWatch struct {
	id      string
	options []goleak.Option
}

// watchLeaks makes a watch of a run about to begin.
func watchLeaks(allowed []goleak.Option) *leakWatch {
	return &leakWatch{
		id:      fmt.Sprint(runNumber.Add(1)),
		options: slices.Concat(pooled(), allowed, []goleak.Option{goleak.IgnoreCurrent()}),
	}
}

// labels are those that the run's goroutines must have, so that those of tests that run beside it are told apart.
func (w *leakWatch) labels() pprof.LabelSet { return pprof.Labels(runLabel, w.id) }

// found gives the stacks of goroutines that the run has left behind and nobody allows.
func (w *leakWatch) found() (stacks []string) {
	for end := time.Now().Add(leakGrace); ; {
		if stacks = w.left(); len(stacks) == 0 || time.Now().After(end) {
			return stacks
		}
	}
}

// onTop finds, in what goleak says, the function on top of each stack.
var onTop = regexp.MustCompile(`(?m)with (\S+) on top of the stack`)

func (w *leakWatch) left() (stacks []string) {
	mine := w.stacks()
	if len(mine) == 0 {
		return nil
	}
	err := goleak.Find(w.options...)
	if err == nil {
		return nil
	}
	tops := onTop.FindAllStringSubmatch(err.Error(), -1)
	for _, stack := range mine {
		if slices.ContainsFunc(tops, func(top []string) bool { return slices.Contains(stack, top[1]) }) {
			stacks = append(stacks, strings.Join(stack, "\n"))
		}
	}
	return stacks
}

// stacks gives the functions of each goroutine that has the run's label, the innermost first.
func (w *leakWatch) stacks() (all [][]string) {
	var raw bytes.Buffer
	if pprof.Lookup("goroutine").WriteTo(&raw, 0) != nil {
		return nil
	}
	p, err := profile.Parse(&raw)
	if err != nil {
		return nil
	}
	for _, s := range p.Sample {
		if !s.HasLabel(runLabel, w.id) {
			continue
		}
		var names []string
		for _, at := range s.Location {
			for _, line := range at.Line {
				names = append(names, plain(line.Function.Name))
			}
		}
		all = append(all, names)
	}
	return all
}

// plain is a function's name as stacks have it: of what a generic one was made for they say [...].
func plain(name string) string {
	var b strings.Builder
	depth := 0
	for _, r := range name {
		switch {
		case r == '[':
			if depth++; depth == 1 {
				b.WriteString("[...]")
			}
		case r == ']':
			depth--
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// stuck gives the stacks of operations that are still under way, down to the harness.
func (w *leakWatch) stuck() (all []string) {
	for _, stack := range w.stacks() {
		if !slices.Contains(stack, ownPackage+turns) {
			continue
		}
		theirs := slices.IndexFunc(stack, func(name string) bool { return !strings.HasPrefix(name, "runtime.") })
		ours := slices.IndexFunc(stack, ourOwn)
		if ours > theirs && theirs >= 0 {
			all = append(all, strings.Join(stack[theirs:ours], "\n"))
		}
	}
	return all
}
