package file

import (
	"context"
	"errors"
	"os"

	"github.com/lostupdate/stress/targets/cells"
)

var errNotSetUp = errors.New("file: Open before Setup: set the store up first")

// plan is what a strategy does with cells.
type plan struct {
	begin func(p *place, initial document) error
	open  func(c *client, n int) cells.Session
}

// store is the folder of one strategy.
type store struct {
	place
	plan plan
	seed uint64
	n    int // of cells
}

// newStore makes the New of a strategy. There is no server.
func newStore(p plan) func(string, uint64) cells.Store {
	return func(_ string, seed uint64) cells.Store { return &store{plan: p, seed: seed} }
}

func (s *store) Setup(_ context.Context, initial []int64) error {
	if err := s.prepare(); err != nil {
		return err
	}
	s.n = len(initial)
	return s.plan.begin(&s.place, newDocument(initial))
}

func (s *store) Open(_ context.Context, id int) (cells.Session, error) {
	if s.dir == "" {
		return nil, errNotSetUp
	}
	return s.plan.open(newClient(&s.place, id, s.seed), s.n), nil
}

func (s *store) Close(context.Context) error { return s.remove() }
func (s *store) Version() string             { return version() }

// inDocument is the plan of strategies that keep all cells in one document.
func inDocument(read reader, update updater) plan {
	return plan{begin: beginDocument, open: func(c *client, n int) cells.Session {
		return &session{client: c, n: n, read: read, update: update}
	}}
}

// inVersions keeps each version of the document in a file of its own.
func inVersions() plan {
	p := inDocument(readLatest, linkNext)
	p.begin = func(p *place, initial document) error { return os.WriteFile(p.version(0), initial.text(), 0o600) }
	return p
}

func beginDocument(p *place, initial document) error {
	return os.WriteFile(p.state(), initial.text(), 0o600)
}

// session is one client of a document.
type session struct {
	*client
	n      int
	read   reader
	update updater
}

func (s *session) Read(ctx context.Context, cell int) (int64, error) {
	d, err := s.read(ctx, s.client)
	return d[cell], err
}

func (s *session) ReadAll(ctx context.Context) ([]int64, error) {
	d, err := s.read(ctx, s.client)
	if err != nil {
		return nil, err
	}
	return d.all(s.n), nil
}

func (s *session) Apply(ctx context.Context, c cells.Change) (e cells.Effect, err error) {
	err = s.update(ctx, s.client, func(d document) bool {
		e = d.change(c)
		return e.Applied
	})
	return e, err
}

func (s *session) Close() error { return nil }
