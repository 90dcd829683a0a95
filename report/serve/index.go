package serve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/lostupdate/stress/history/file"
)

// run is a run in the index.
type run struct {
	Name string
	head
	Problem string    // why it can't be read
	Written time.Time // of a run without a report, when its history was written last; else zero
}

// Verdict is the status, or "none" where there is no report yet.
func (r *run) Verdict() string { return cmp.Or(r.Status, none) }

// none stands for the verdict of a run that has no report.
const none = "none"

// stamp tells whether a file is as it was.
type stamp struct {
	name string
	size int64
	time time.Time
}

func stampOf(name string, info fs.FileInfo) stamp { return stamp{name, info.Size(), info.ModTime()} }

// cached is what was read of a run, and of which file.
type cached struct {
	of  stamp
	run *run // nil if it is no run
}

// index knows the runs of a folder. It reads no more than the heads of their files, and those again only when they change.
type index struct {
	folder folder
	mu     sync.Mutex
	known  map[string]cached
}

// list gives the runs, the newest first.
func (x *index) list(ctx context.Context) ([]*run, error) {
	x.mu.Lock() // who asks meanwhile has the work done already
	defer x.mu.Unlock()
	names, err := x.names()
	if err != nil {
		return nil, err
	}
	read := make([]cached, len(names))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(2 * runtime.GOMAXPROCS(0))
	const share = 64 // folders a goroutine looks at
	for begin := 0; begin < len(names); begin += share {
		g.Go(func() error {
			for i := begin; i < min(begin+share, len(names)); i++ {
				if err := ctx.Err(); err != nil {
					return err
				}
				read[i] = x.read(names[i])
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	x.known = make(map[string]cached, len(names))
	var runs []*run
	for i, c := range read {
		x.known[names[i]] = c
		if c.run != nil {
			runs = append(runs, c.run)
		}
	}
	slices.SortFunc(runs, func(a, b *run) int {
		return cmp.Or(b.Info.Start.Compare(a.Info.Start), cmp.Compare(b.Name, a.Name))
	})
	return runs, nil
}

// names are those of the folders that may be runs.
func (x *index) names() ([]string, error) {
	dir, err := x.folder.root.Open(".")
	if err != nil {
		return nil, err
	}
	defer func() { _ = dir.Close() }() // nothing was written
	entries, err := dir.ReadDir(-1)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && named(e.Name()) { // a link leads to one of the others, or out
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// one gives a run by its name.
func (x *index) one(name string) (*run, error) {
	if dir, err := x.folder.root.Lstat(name); err != nil || !dir.IsDir() {
		return nil, errors.Join(err, fs.ErrNotExist)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if c := x.read(name); c.run != nil {
		return c.run, nil
	}
	return nil, fs.ErrNotExist
}

// read reads the head of a run, if it is not known as it is now.
func (x *index) read(name string) cached {
	at := reportJSON
	info, err := x.folder.plain(name, at)
	if errors.Is(err, fs.ErrNotExist) {
		at, info, err = x.folder.history(name)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return cached{}
	case err != nil:
		return cached{run: &run{Name: name, Problem: problem(err)}}
	}
	now := stampOf(at, info)
	if c := x.known[name]; c.run != nil && c.of == now {
		return c
	}
	r, err := x.parse(name, at)
	if err != nil {
		r = &run{Name: name, Problem: at + " can't be read: " + problem(err)}
	}
	if r.Name = name; at != reportJSON {
		r.Written = info.ModTime()
	}
	return cached{now, r}
}

// problem is an error without the path, which the page tells anyway.
func problem(err error) string {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

// historyHead is how much of a history is read at most, in bytes: its header is one line.
const historyHead = 1 << 20

func (x *index) parse(name, at string) (*run, error) {
	f, _, err := x.folder.open(name, at)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	if at == reportJSON {
		h, err := readHead(f)
		if err != nil {
			return nil, err
		}
		return &run{head: *h}, nil
	}
	r, err := file.NewReader(io.LimitReader(f, historyHead), at)
	if err != nil {
		return nil, fmt.Errorf("reading its head: %w", err)
	}
	defer func() { _ = r.Close() }() // nothing was written
	return &run{head: head{Info: r.Info()}}, nil
}
