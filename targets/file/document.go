package file

import (
	"encoding/json"
	"fmt"

	"github.com/lostupdate/stress/targets/cells"
)

// document is what the file holds: a number for each cell, or the result's ID for each key. A cell that is not there is
// zero, and a key has no result.
type document map[int]int64

func parse(text []byte) (document, error) {
	d := document{}
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("%d bytes that are no document: %w", len(text), err)
	}
	return d, nil
}

// text is the document as it stands in the file.
func (d document) text() []byte {
	text, err := json.Marshal(d)
	if err != nil {
		panic(err) // there is no map of numbers that JSON can't express
	}
	return text
}

func newDocument(initial []int64) document {
	d := document{}
	for i, v := range initial {
		d[i] = v
	}
	return d
}

// change carries out a change on a document that nobody else can see meanwhile.
func (d document) change(c cells.Change) cells.Effect {
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

// all are the cells 0 to n-1.
func (d document) all(n int) []int64 {
	all := make([]int64, n)
	for i := range all {
		all[i] = d[i]
	}
	return all
}
