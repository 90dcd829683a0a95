package loads

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/lostupdate/stress/history"
)

// Sample is one file of Porcupine's test data: a log of Jepsen's of a register in etcd, or of a key-value store.
type Sample struct {
	Name         string // "jepsen/etcd_000.log", "kv/c50-ok.txt"
	Path         string
	Linearizable bool
}

// Store says that it is of a key-value store, not of a register.
func (s Sample) Store() bool { return strings.HasPrefix(s.Name, "kv/") }

// List is the file that names the samples, in the folder of the test data.
func List() []string { return []string{"porcupine", "EXPECTED.tsv"} }

// Samples lists the samples in the folder of the test data.
func Samples(data string) ([]Sample, error) {
	list := filepath.Join(append([]string{data}, List()...)...)
	all, err := lines(list)
	if err != nil {
		return nil, err
	}
	var out []Sample
	for _, line := range all {
		fields := strings.Split(line, "\t")
		if strings.HasPrefix(line, "#") || fields[0] == "file" {
			continue
		}
		if len(fields) < 6 {
			return nil, fmt.Errorf("%s: no verdict in %q", list, line)
		}
		yes, err := strconv.ParseBool(fields[5])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", list, err)
		}
		out = append(out, Sample{fields[0], filepath.Join(filepath.Dir(list), fields[0]), yes})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s names no sample", list)
	}
	return out, nil
}

func lines(path string) (all []string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	s := bufio.NewScanner(f)
	for s.Scan() {
		all = append(all, s.Text())
	}
	return all, s.Err()
}

// events puts lines of the form "process calls" and "process returns" into a history; time is the number of the line.
type events[I, O any] struct {
	h    history.History[I, O]
	open map[int]int
	now  time.Duration
}

func (e *events[I, O]) call(process int, in I) {
	if e.open == nil {
		e.open = map[int]int{}
	}
	e.open[process] = len(e.h.Ops)
	e.now++
	e.h.Ops = append(e.h.Ops, history.Op[I, O]{
		Client: int32(process), Call: e.now, Return: history.Never, Outcome: history.Unknown, Input: in,
	})
}

func (e *events[I, O]) done(process int, outcome history.Outcome, out O) {
	e.now++
	if i, ok := e.open[process]; ok {
		op := &e.h.Ops[i]
		op.Outcome, op.Return, op.Output = outcome, e.now, out
		delete(e.open, process)
	}
}
