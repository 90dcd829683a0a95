package web

import (
	"sync"

	"github.com/lostupdate/stress/service/words"
)

// names numbers identities that are texts, in the order in which they are first seen.
type names struct {
	mu      sync.Mutex
	numbers map[string]int64
}

// firstName is above the numbers that services give, so that a text and a number are not taken for one another.
const firstName = 1 << 52

func newNames() *names { return &names{numbers: map[string]int64{}} }

// number replaces the texts of an output that are identities.
func (n *names) number(o words.Operation, values map[string]any) {
	for _, w := range o.Outputs {
		if text, ok := values[w.Name].(string); ok && w.Type == words.ID {
			values[w.Name] = n.of(text)
		}
	}
}

func (n *names) of(text string) int64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	id, there := n.numbers[text]
	if !there {
		id = firstName + int64(len(n.numbers))
		n.numbers[text] = id
	}
	return id
}
