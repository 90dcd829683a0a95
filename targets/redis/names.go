package redis

import (
	"crypto/rand"
	"strconv"
	"strings"

	"github.com/lostupdate/stress/targets/cells"
)

// names are the keys of one store. The prefix is random, so that no two runs meet, nor a run and somebody's data.
type names struct{ prefix string }

func newNames() names { return names{"stress:" + strings.ToLower(rand.Text()) + ":"} }

func (n names) cell(i int) string  { return n.prefix + "cell:" + strconv.Itoa(i) }
func (n names) lock(i int) string  { return n.prefix + "lock:" + strconv.Itoa(i) }
func (n names) fence(i int) string { return n.prefix + "fence:" + strconv.Itoa(i) }

// tokens is the key of the fencing tokens' counter.
func (n names) tokens() string { return n.prefix + "tokens" }

func (n names) cells(count int) []string {
	keys := make([]string, count)
	for i := range keys {
		keys[i] = n.cell(i)
	}
	return keys
}

// all are the keys that a store of so many cells may ever have made.
func (n names) all(count int) []string {
	keys := append(n.cells(count), n.tokens())
	for i := range count {
		keys = append(keys, n.lock(i), n.fence(i))
	}
	return keys
}

// of are the keys of the cells that a change touches.
func (n names) of(c cells.Change) []string {
	keys := make([]string, c.Cells())
	for i := range keys {
		keys[i] = n.cell(c.Cell(i))
	}
	return keys
}
