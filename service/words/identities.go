package words

import (
	"strconv"
	"sync"
)

// Identities numbers identities that are texts, in the order in which they are first seen.
type Identities struct {
	mu      sync.Mutex
	numbers map[string]int64
}

// firstName is above the numbers that services give, so that a text and a number are not taken for one another.
const firstName = 1 << 52

// NewIdentities makes one that has seen none.
func NewIdentities() *Identities { return &Identities{numbers: map[string]int64{}} }

// Number replaces the texts of an output that are identities.
func (i *Identities) Number(o Operation, values map[string]any) {
	for _, w := range o.Outputs {
		text, ok := values[w.Name].(string)
		if !ok || w.Type != ID {
			continue
		}
		// Some drivers give large numbers as texts, and others the same ones as numbers.
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(n, 10) == text {
			values[w.Name] = n
			continue
		}
		values[w.Name] = i.of(text)
	}
}

func (i *Identities) of(text string) int64 {
	i.mu.Lock()
	defer i.mu.Unlock()
	id, there := i.numbers[text]
	if !there {
		id = firstName + int64(len(i.numbers))
		i.numbers[text] = id
	}
	return id
}
