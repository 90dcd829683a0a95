// Package filecells has the strategies for cells in files: what disk promises, of every one of them.
package filecells

import (
	"context"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/file/disk"
)

// plan is what a strategy does with cells.
type plan struct {
	begin func(p *disk.Place, initial disk.Document) error
	open  func(c *disk.Client, n int) cells.Session
}

// store is the folder of one strategy.
type store struct {
	disk.Place
	plan plan
	seed uint64
	n    int // of cells
}

// newStore makes the New of a strategy. There is no server.
func newStore(p plan) func(string, uint64) cells.Store {
	return func(_ string, seed uint64) cells.Store { return &store{plan: p, seed: seed} }
}

func (s *store) Setup(_ context.Context, initial []int64) error {
	if err := s.Make(); err != nil {
		return err
	}
	s.n = len(initial)
	return s.plan.begin(&s.Place, disk.NewDocument(initial))
}

func (s *store) Open(_ context.Context, id int) (cells.Session, error) {
	c, err := s.Client(id, s.seed)
	if err != nil {
		return nil, err
	}
	return s.plan.open(c, s.n), nil
}

func (s *store) Close(context.Context) error { return s.Remove() }

// inDocument is the plan of strategies that keep all cells in one document.
func inDocument(read disk.Reader, update disk.Updater) plan {
	return plan{begin: disk.Begin, open: func(c *disk.Client, n int) cells.Session {
		return &session{Client: c, n: n, read: read, update: update}
	}}
}

// renamedUnder is the plan of those who hold a lock from before the read until after the rename.
func renamedUnder(lock disk.Locker) plan {
	return inDocument(disk.ReadWhole, disk.Under(lock, disk.ReadThenWrite(disk.ReadWhole, disk.Replace)))
}

// inVersions keeps each version of the document in a file of its own.
func inVersions() plan {
	p := inDocument(disk.ReadLatest, disk.LinkNext)
	p.begin = disk.BeginVersions
	return p
}

// session is one client of a document.
type session struct {
	*disk.Client
	n      int
	read   disk.Reader
	update disk.Updater
}

func (s *session) Read(ctx context.Context, cell int) (int64, error) {
	d, err := s.read(ctx, s.Client)
	return d[cell], err
}

func (s *session) ReadAll(ctx context.Context) ([]int64, error) {
	d, err := s.read(ctx, s.Client)
	if err != nil {
		return nil, err
	}
	return d.All(s.n), nil
}

func (s *session) Apply(ctx context.Context, c cells.Change) (e cells.Effect, err error) {
	err = s.update(ctx, s.Client, func(d disk.Document) bool {
		e = change(d, c)
		return e.Applied
	})
	return e, err
}

// change carries out a change on a document that nobody else can see meanwhile.
func change(d disk.Document, c cells.Change) cells.Effect {
	var before cells.Pair
	for i := range c.Cells() {
		before[i] = d[c.Cell(i)]
	}
	e := c.Saw(before)
	if e.Applied {
		for i := range c.Cells() {
			d[c.Cell(i)] = e.After[i]
		}
	}
	return e
}
