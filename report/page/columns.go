package page

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"
)

// mostTemplates bounds the dictionary: texts that differ in more than their numbers are written as they are, once it is full.
const mostTemplates = 4096

// mostDigits is how long a number may be to be one for the page's language, whose integers end at 2^53.
const mostDigits = 15

// hole stands in a template for a number.
const hole = "\x00"

// dictionary numbers strings in the order in which they come.
type dictionary struct {
	most   int // 0: no limit
	index  map[string]uint64
	values []string
}

func newDictionary(most int) *dictionary { return &dictionary{most: most, index: map[string]uint64{}} }

// add gives the number of a string, or says that there is no room for it.
func (d *dictionary) add(s []byte) (n uint64, ok bool) {
	if n, ok = d.index[string(s)]; ok {
		return n, true
	}
	if d.most > 0 && len(d.values) >= d.most {
		return 0, false
	}
	n = uint64(len(d.values))
	d.index[string(s)] = n
	d.values = append(d.values, string(s))
	return n, true
}

// texts is a column of texts. Each is the number of its template, from 1, and the numbers that fill the template's holes, as in
// Rodrigues et al., "CLP: Efficient and Scalable Search on Compressed Text Logs" (2021); or 0, and its bytes as they are.
type texts struct {
	templates *dictionary
	ids       []byte // uvarints
	numbers   []byte // uvarints
	lengths   []byte // uvarints, of the raw ones
	raw       []byte
	scratch   []byte // a template in the making
	found     []uint64
}

func (t *texts) reset() {
	t.ids, t.numbers, t.lengths, t.raw = t.ids[:0], t.numbers[:0], t.lengths[:0], t.raw[:0]
}

// add appends a text. What is no UTF-8 in it is replaced, since no page could show it.
func (t *texts) add(s string) {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if !strings.Contains(s, hole) {
		t.split(s)
		if id, ok := t.templates.add(t.scratch); ok {
			t.ids = binary.AppendUvarint(t.ids, id+1)
			for _, n := range t.found {
				t.numbers = binary.AppendUvarint(t.numbers, n)
			}
			return
		}
	}
	t.ids = append(t.ids, 0)
	t.lengths = binary.AppendUvarint(t.lengths, uint64(len(s)))
	t.raw = append(t.raw, s...)
}

// split takes a text apart into its template and its numbers. Digits that a number would not give back as they are, since they
// begin with a zero or are too many, stay in the template.
func (t *texts) split(s string) {
	t.scratch, t.found = t.scratch[:0], t.found[:0]
	for i := 0; i < len(s); {
		if s[i] < '0' || s[i] > '9' {
			t.scratch = append(t.scratch, s[i])
			i++
			continue
		}
		end, n := i, uint64(0)
		for ; end < len(s) && s[end] >= '0' && s[end] <= '9'; end++ {
			n = n*10 + uint64(s[end]-'0') // what overflows is too long anyway
		}
		if end-i > mostDigits || s[i] == '0' && end-i > 1 {
			t.scratch = append(t.scratch, s[i:end]...)
		} else {
			t.scratch = append(t.scratch, hole...)
			t.found = append(t.found, n)
		}
		i = end
	}
}

// appendTo writes the column: four parts, each with its length before it.
func (t *texts) appendTo(b []byte) []byte {
	return appendParts(b, t.ids, t.numbers, t.lengths, t.raw)
}

func appendParts(b []byte, parts ...[]byte) []byte {
	for _, p := range parts {
		b = binary.AppendUvarint(b, uint64(len(p)))
		b = append(b, p...)
	}
	return b
}
