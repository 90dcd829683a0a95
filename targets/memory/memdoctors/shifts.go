package memdoctors

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/lostupdate/stress/targets/memory/mem"
	"github.com/lostupdate/stress/workloads/doctors"
)

// rows are a shift whose doctors each have a lock of their own.
type rows []row

type row struct {
	mu sync.Mutex
	on bool
}

func newRows(n int) shift {
	all := make(rows, n)
	for i := range all {
		all[i].on = true
	}
	return all
}

// leave looks for another doctor, each under that one's lock, and then goes under its own.
func (all rows) leave(ctx context.Context, doctor int) (bool, error) {
	for other := range all {
		if other == doctor {
			continue
		}
		on, err := mem.Step(ctx, "read under the other's lock", all[other].read)
		if err != nil {
			return false, err
		}
		if on {
			err := all.set(ctx, doctor, false)
			return err == nil, err
		}
	}
	return false, nil
}

func (all rows) back(ctx context.Context, doctor int) error { return all.set(ctx, doctor, true) }

func (all rows) set(ctx context.Context, doctor int, on bool) error {
	_, err := mem.Step(ctx, "write under the own lock", func() any {
		all[doctor].mu.Lock()
		defer all[doctor].mu.Unlock()
		all[doctor].on = on
		return nil
	})
	return err
}

func (r *row) read() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.on
}

// status locks all rows, so that what it sees is of one moment.
func (all rows) status(ctx context.Context) (doctors.Set, error) {
	return mem.Step(ctx, "read under all locks", func() (on doctors.Set) {
		all.lock()
		defer all.unlock()
		for d := range all {
			if all[d].on {
				on = on.With(d)
			}
		}
		return on
	})
}

// lock locks all rows, in one order, lest two wait for each other.
func (all rows) lock() {
	for d := range all {
		all[d].mu.Lock()
	}
}

func (all rows) unlock() {
	for d := range all {
		all[d].mu.Unlock()
	}
}

// lockedRows are the same with locks on all rows for a leave.
type lockedRows struct{ rows }

func newLockedRows(n int) shift { return lockedRows{newRows(n).(rows)} }

func (all lockedRows) leave(ctx context.Context, doctor int) (bool, error) {
	return mem.Step(ctx, "look and leave under all locks", func() bool {
		all.lock()
		defer all.unlock()
		others := false
		for d := range all.rows {
			others = others || d != doctor && all.rows[d].on
		}
		if others {
			all.rows[doctor].on = false
		}
		return others
	})
}

// word is a shift that is one atomic number.
type word struct{ bits atomic.Uint64 }

// between looks for another doctor in what it loads, and then goes by an atomic And.
type between struct{ word }

func newBetween(n int) shift {
	s := &between{}
	s.bits.Store(uint64(doctors.All(n)))
	return s
}

func (s *word) status(ctx context.Context) (doctors.Set, error) {
	return mem.Step(ctx, "load", func() doctors.Set { return doctors.Set(s.bits.Load()) })
}

func (s *word) back(ctx context.Context, doctor int) error {
	_, err := mem.Step(ctx, "or", func() uint64 { return s.bits.Or(uint64(doctors.Of(doctor))) })
	return err
}

func (s *between) leave(ctx context.Context, doctor int) (bool, error) {
	on, err := s.status(ctx)
	if err != nil || on.Without(doctor) == 0 {
		return false, err
	}
	_, err = mem.Step(ctx, "and", func() uint64 { return s.bits.And(^uint64(doctors.Of(doctor))) })
	return err == nil, err
}

// swapped goes only if what it loaded still stands, and else begins anew.
type swapped struct{ word }

func newSwapped(n int) shift {
	s := &swapped{}
	s.bits.Store(uint64(doctors.All(n)))
	return s
}

func (s *swapped) leave(ctx context.Context, doctor int) (bool, error) {
	for {
		on, err := s.status(ctx)
		left := on.Without(doctor)
		if err != nil || left == 0 {
			return false, err
		}
		done, err := mem.Step(ctx, "compare and swap", func() bool { return s.bits.CompareAndSwap(uint64(on), uint64(left)) })
		if err != nil || done {
			return done, err
		}
	}
}
