package locks

import "sync"

// resource is what the locks protect, a part for each.
type resource struct {
	fenced bool // it refuses tokens below the highest that it has seen

	mu    sync.Mutex
	parts []part
}

type part struct{ accesses, token int64 }

func newResource(locks int, fenced bool) *resource {
	return &resource{fenced: fenced, parts: make([]part, locks)}
}

// access numbers an access, unless it refuses it.
func (r *resource) access(lock int, token int64) (seq int64, accepted bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := &r.parts[lock]
	if r.fenced && token < p.token {
		return 0, false
	}
	p.token = token
	p.accesses++
	return p.accesses, true
}
