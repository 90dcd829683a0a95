package spec

import (
	"maps"
	"slices"

	"github.com/lostupdate/stress/service/words"
)

// Custom is the workload of a data type that the file itself describes.
const Custom = "custom"

// own makes the words of the file's own data type.
func (c *compiler) own() words.Workload {
	f := c.service.File
	object := f.Type.Object
	if object == "" {
		object = "key"
	}
	w := words.Workload{Name: Custom, Object: object, Constants: slices.Sorted(maps.Keys(f.Type.Constants))}
	for _, name := range order(c.root, "operations") {
		o := f.Operations[name]
		word := words.Operation{Name: name, ReadOnly: o.ReadOnly, Results: map[string]map[string]any{"refused": {"refused": true}}}
		if !o.Whole {
			word.Inputs = append(word.Inputs, words.Word{Name: object, Type: words.Int})
		}
		for _, draw := range slices.Sorted(maps.Keys(o.Draw)) {
			word.Inputs = append(word.Inputs, words.Word{Name: draw, Type: words.Int})
		}
		for _, out := range slices.Sorted(maps.Keys(o.Output)) {
			word.Outputs = append(word.Outputs, words.Word{Name: out})
		}
		w.Operations = append(w.Operations, word)
	}
	return w
}

// rules checks what must hold, as far as this room can.
func (c *compiler) rules() {
	if c.service.Workload == Custom && len(c.service.Invariants) == 0 {
		c.add(nil, "say under invariants what must hold", "a data type of one's own needs invariants: nothing else would be checked")
	}
}
