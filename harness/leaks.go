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

// leakWatch finds goroutines that a run leaves behind.
type leakWatch struct {
	id      string
	options []goleak.Option
}

// watchLeaks makes a watch of a run about to begin.
func watchLeaks(allowed []goleak.Option) *leakWatch {
	return &leakWatch{
		id:      fmt.Sprint(runNumber.Add(1)),
		options: slices.Concat(allowed, []goleak.Option{goleak.IgnoreCurrent()}),
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

// left joins what goleak finds, in the whole process, with the goroutines that have the run's label: by their whole stacks,
// since a profile does not tell their numbers.
func (w *leakWatch) left() (texts []string) {
	mine := map[string]int{}
	for _, g := range w.labelled() {
		mine[strings.Join(g.names, "\n")] += g.count
	}
	if len(mine) == 0 {
		return nil
	}
	err := goleak.Find(w.options...)
	if err == nil {
		return nil
	}
	for _, text := range goroutines(err.Error()) {
		names := namesIn(text)
		key := strings.Join(names, "\n")
		if mine[key] > 0 && !pooled(names) && !slices.Contains(names, ownPackage+turns) {
			mine[key]--
			texts = append(texts, text)
		}
	}
	return texts
}

// turns is the function that makes a client's operations; one that never returned is told of as such.
const turns = "(*seat[...]).turns"

// pooled says of a goroutine that it belongs to a pool of connections, which may well be closed after the test. A connection of
// net/http of which a response was not read to its end is none: its readLoop waits for the reader, not for the network.
func pooled(names []string) bool {
	has := func(name string) bool { return slices.Contains(names, name) }
	switch {
	case has("database/sql.(*DB).connectionOpener"), has("database/sql.(*DB).connectionCleaner"),
		has("net/http.(*persistConn).writeLoop"), has("github.com/jackc/pgx/v5/pgxpool.(*Pool).backgroundHealthCheck"),
		has("github.com/go-sql-driver/mysql.(*mysqlConn).startWatcher.func1"):
		return true
	case has("net/http.(*persistConn).readLoop"), has("net/http.(*http2ClientConn).readLoop"):
		return slices.Contains(names, "internal/poll.(*FD).Read")
	}
	return false
}

// onTop is where goleak begins to tell of a goroutine.
var onTop = regexp.MustCompile(`(?m)^.*Goroutine \d+ in state [^\n]* on top of the stack:\n`)

// goroutines cuts what goleak says into the stacks of single goroutines.
func goroutines(text string) (all []string) {
	for _, stack := range onTop.Split(text, -1)[1:] {
		all = append(all, strings.TrimRight(stack, "\n ]"))
	}
	return all
}

// namesIn gives the functions of a stack, the innermost first, without those of the runtime.
func namesIn(stack string) (names []string) {
	for line := range strings.SplitSeq(stack, "\n") {
		if line == "" || strings.HasPrefix(line, "\t") || strings.HasPrefix(line, "created by ") {
			continue
		}
		if i := strings.LastIndexByte(line, '('); i > 0 {
			line = line[:i]
		}
		if !strings.HasPrefix(line, "runtime.") {
			names = append(names, line)
		}
	}
	return names
}

// labelled are goroutines with the run's label that are at the same place.
type labelled struct {
	names []string // of the functions, the innermost first, without those of the runtime
	count int
}

func (w *leakWatch) labelled() (all []labelled) {
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
		g := labelled{count: int(s.Value[0])}
		for _, at := range s.Location {
			for _, line := range at.Line {
				if name := plain(line.Function.Name); !strings.HasPrefix(name, "runtime.") {
					g.names = append(g.names, name)
				}
			}
		}
		all = append(all, g)
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
	for _, g := range w.labelled() {
		if !slices.Contains(g.names, ownPackage+turns) {
			continue
		}
		if ours := slices.IndexFunc(g.names, ourOwn); ours > 0 {
			all = append(all, strings.Join(g.names[:ours], "\n"))
		}
	}
	return all
}
