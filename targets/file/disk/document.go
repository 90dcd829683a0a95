package disk

import (
	"encoding/json"
	"fmt"
	"os"
)

// Document is what the file holds: a number for each cell, or the result's ID for each key. A cell that is not there is
// zero, and a key has no result.
type Document map[int]int64

func parse(text []byte) (Document, error) {
	d := Document{}
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("%d bytes that are no document: %w", len(text), err)
	}
	return d, nil
}

// text is the document as it stands in the file.
func (d Document) text() []byte {
	text, err := json.Marshal(d)
	if err != nil {
		panic(err) // there is no map of numbers that JSON can't express
	}
	return text
}

// NewDocument has the values given in the cells from 0.
func NewDocument(initial []int64) Document {
	d := Document{}
	for i, v := range initial {
		d[i] = v
	}
	return d
}

// All are the cells 0 to n-1.
func (d Document) All(n int) []int64 {
	all := make([]int64, n)
	for i := range all {
		all[i] = d[i]
	}
	return all
}

// Begin writes the first document, before there are clients.
func Begin(p *Place, first Document) error { return os.WriteFile(p.State(), first.text(), 0o600) }
