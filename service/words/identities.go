package words

import "sync"

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
		if text, ok := values[w.Name].(string); ok && w.Type == ID {
			values[w.Name] = i.of(text)
		}
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
