package conn

import (
	"crypto/rand"
	"strconv"
	"strings"
)

// Names are the keys of one store. The prefix is random, so that no two runs meet, nor a run and somebody's data.
type Names struct{ prefix string }

// NewNames draws a prefix.
func NewNames() Names { return Names{"stress:" + strings.ToLower(rand.Text()) + ":"} }

// Prefix is what all keys of the store begin with.
func (n Names) Prefix() string { return n.prefix }

// Single gives the only key of a kind, such as "tokens".
func (n Names) Single(kind string) string { return n.prefix + kind }

// Key gives a key of a kind that has many, such as "lock".
func (n Names) Key(kind string, number int) string {
	return n.prefix + kind + ":" + strconv.Itoa(number)
}

// Keys are the keys of a kind with the numbers from 0 up.
func (n Names) Keys(kind string, count int) []string {
	keys := make([]string, count)
	for i := range keys {
		keys[i] = n.Key(kind, i)
	}
	return keys
}
