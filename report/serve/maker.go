package serve

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/report/page"
)

// errBusy means that a history is being checked already: one at a time, since each may take all processors.
var errBusy = errors.New("busy")

// mostMade is how many pages are kept.
const mostMade = 16

// made is a page that was made of a history.
type made struct {
	of     stamp
	path   string
	report *report.Report // without its operations
}

// maker makes the pages of runs that have none, in a folder of its own, which is removed at the end.
type maker struct {
	dir  string
	busy chan struct{} // full while a history is checked

	mu    sync.Mutex
	made  map[string]made // by run
	order []string        // of them, the oldest first
}

func newMaker() (*maker, error) {
	dir, err := os.MkdirTemp("", "stress-serve-*")
	if err != nil {
		return nil, fmt.Errorf("a folder for pages: %w", err)
	}
	return &maker{dir: dir, busy: make(chan struct{}, 1), made: map[string]made{}}, nil
}

func (m *maker) close() error { return os.RemoveAll(m.dir) }

// find gives the page of a run, if its history is as it was then.
func (m *maker) find(f folder, run string) (made, bool) {
	m.mu.Lock()
	p, there := m.made[run]
	m.mu.Unlock()
	if !there {
		return p, false
	}
	name, info, err := f.history(run)
	return p, err == nil && stampOf(name, info) == p.of
}

func (m *maker) has(f folder, run string) bool { _, there := m.find(f, run); return there }

func (m *maker) report(f folder, run string) *report.Report {
	if p, there := m.find(f, run); there {
		return p.report
	}
	return nil
}

func (m *maker) open(f folder, run string) (*os.File, fs.FileInfo, error) {
	p, there := m.find(f, run)
	if !there {
		return nil, nil, fs.ErrNotExist
	}
	file, err := os.Open(p.path)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	return file, info, err
}

// make checks the history of a run, and makes its page.
func (m *maker) make(ctx context.Context, f folder, run string, o Options) error {
	select {
	case m.busy <- struct{}{}:
		defer func() { <-m.busy }()
	default:
		return errBusy
	}
	if m.has(f, run) {
		return nil
	}
	if dir, err := f.root.Lstat(run); err != nil || !dir.IsDir() {
		return fs.ErrNotExist
	}
	name, info, err := f.history(run)
	if err != nil {
		return err
	}
	of := stampOf(name, info) // before it is read: what is written meanwhile makes it another
	history, _, err := f.open(run, name)
	if err != nil {
		return err
	}
	defer func() { _ = history.Close() }() // nothing was written
	if o.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.Timeout)
		defer cancel()
	}
	r, err := o.Check(ctx, history, filepath.Join(run, name))
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err() // whoever asked has gone: half a check says nothing
	}
	if err != nil {
		return err
	}
	return m.keep(run, of, r)
}

// keep writes the page, and lets go of the oldest where there are too many.
func (m *maker) keep(run string, of stamp, r *report.Report) error {
	file, err := os.CreateTemp(m.dir, "*.html")
	if err != nil {
		return err
	}
	if err := errors.Join(page.Write(file, r), file.Close()); err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	r.Timeline = nil // it would keep the whole history, and these as many numbers
	r.Orders, r.Verdict.Orders = nil, nil
	r.Prefixes, r.Verdict.Prefixes = nil, nil
	m.mu.Lock()
	defer m.mu.Unlock()
	if old, there := m.made[run]; there {
		_ = os.Remove(old.path) // it goes with the folder
	} else {
		m.order = append(m.order, run)
	}
	m.made[run] = made{of, file.Name(), r}
	if len(m.order) > mostMade {
		_ = os.Remove(m.made[m.order[0]].path) // it goes with the folder
		delete(m.made, m.order[0])
		m.order = m.order[1:]
	}
	return nil
}
