package rediscells

import (
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/redis/conn"
)

// names are the keys of one store.
type names struct{ conn.Names }

func (n names) cell(i int) string  { return n.Key("cell", i) }
func (n names) lock(i int) string  { return n.Key("lock", i) }
func (n names) fence(i int) string { return n.Key("fence", i) }

// tokens is the key of the fencing tokens' counter.
func (n names) tokens() string { return n.Single("tokens") }

func (n names) cells(count int) []string { return n.Keys("cell", count) }

// besides are the keys that clients of so many cells may make.
func (n names) besides(count int) []string {
	return append(append(n.Keys("lock", count), n.Keys("fence", count)...), n.tokens())
}

// of are the keys of the cells that a change touches.
func (n names) of(c cells.Change) []string {
	keys := make([]string, c.Cells())
	for i := range keys {
		keys[i] = n.cell(c.Cell(i))
	}
	return keys
}
