package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"

	"github.com/lostupdate/stress/service/spec"
)

// atOnce is how many requests beside the operations are made side by side.
const atOnce = 16

// requests makes those of a list, each for all objects if it says so. The first that fails ends the list, unless it removes
// what was made: then what can be removed is.
func (t *Target[I, O]) requests(ctx context.Context, list string, calls []*spec.Call, goOn bool) error {
	var errs []error
	for _, call := range calls {
		if err := t.each(ctx, call, goOn); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", list, err))
			if !goOn {
				break
			}
		}
	}
	return errors.Join(errs...)
}

// each makes a request of a list, for all objects if it says so.
func (t *Target[I, O]) each(ctx context.Context, call *spec.Call, goOn bool) error {
	n := 1
	if call.Each != "" {
		n = t.cfg.Params["keys"].(int)
	}
	failed := &failures{goOn: goOn, of: n}
	kept := make([]map[string]any, n)
	var all sync.WaitGroup
	for worker := range min(n, atOnce) {
		all.Go(func() { t.share(ctx, call, worker, kept, failed) })
	}
	all.Wait()
	t.keep(call, kept)
	return failed.err(call.Label(t.shown()))
}

// keep has later requests know what was kept for each object, or for all. What was not is nil.
func (t *Target[I, O]) keep(call *spec.Call, kept []map[string]any) {
	for _, k := range call.Keep {
		if call.Each == "" {
			t.scope[k.Name] = kept[0][k.Name]
			continue
		}
		all := make([]any, len(kept))
		for i := range kept {
			all[i] = kept[i][k.Name]
		}
		t.scope[k.Name] = spec.List(all)
	}
	t.cfg.Service.Guard(t.scope) // once for all clients
}

// share makes one worker's part of the requests for objects, and notes what they keep.
func (t *Target[I, O]) share(ctx context.Context, call *spec.Call, worker int, kept []map[string]any, failed *failures) {
	l := t.link(maps.Clone(t.scope))
	defer l.close()
	for i := worker; i < len(kept) && !failed.enough(); i += atOnce {
		if call.Each != "" {
			l.scope[call.Each] = i
		}
		if failed.goOn && failed.leave(l, call) {
			continue
		}
		err := l.once(ctx)
		if err == nil {
			err = l.must(ctx, call)
			kept[i] = l.kept
		}
		if err != nil {
			failed.add(err)
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.version = cmp.Or(t.version, l.scope.Hide(l.software)) // a service may answer with what it was asked with
}

// failures are what went wrong with a request for several objects.
type failures struct {
	goOn bool
	of   int // how many requests there are

	mu    sync.Mutex
	first error
	n     int
	left  int   // how many were left out
	why   error // that the first of them was
}

func (f *failures) add(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.n++; f.first == nil {
		f.first = err
	}
}

// leave reports whether a request is left out, since nobody was told what it would remove.
func (f *failures) leave(l *link, call *spec.Call) bool {
	_, err := l.request(call)
	if !errors.Is(err, spec.ErrUntold) {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left++; f.why == nil {
		f.why = err
	}
	return true
}

// enough reports whether no more should be asked.
func (f *failures) enough() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.first != nil && !f.goOn
}

// err is the first of them, with how many more there were if all were made, and how many of them were left out.
func (f *failures) err(label string) error {
	first := f.first
	if f.n > 1 && f.goOn {
		first = fmt.Errorf("%w; %d more of these requests failed", f.first, f.n-1)
	}
	if f.left == 0 {
		return first
	}
	return errors.Join(first, fmt.Errorf("%s: %d of %d requests were left out: %w", label, f.left, f.of, f.why))
}
